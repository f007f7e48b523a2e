/** Metrics of one device that are polled together, at one interval. */
export interface Slot {
  readonly device: string;
  readonly intervalMs: number;
}

export interface ScheduleOptions {
  readonly slots: readonly Slot[];
  /** Monotonic time of the first slot, ms. */
  readonly start: number;
  /** Longest pause between two tries on a silent device, ms. */
  readonly retryMaxMs: number;
}

export type Turn = { readonly slot: number } | { readonly waitUntil: number };

interface Silence {
  readonly tries: number;
  readonly probeAt: number;
}

/** Why no poll took place in a slot: the port was busy, the device does not answer, or the port is not open. */
export type MissCause = 'late' | 'silent' | 'closed';
export type Missed = Readonly<Record<MissCause, number>>;

/**
 * Polls are spread over their interval in rounds: those of a round follow each other. To wake up for each poll alone
 * would cost a gateway with many devices three times the processor time.
 */
const ROUND_MS = 250;
const FIRST_RETRY_MS = 1000;
/** A probe that costs a time-out of 1 s is followed by at least 4 s for the others. */
const PROBE_SHARE = 4;

/**
 * Whose turn it is on one port. Pure: times come in, turns go out.
 * Deadlines do not drift (the next is the last one plus the interval), slots that are missed are skipped and counted, each
 * by its cause, and the first deadlines are spread over the interval. A silent device is tried ever less often, and never more than
 * one silent device in a cycle.
 */
export class Schedule {
  readonly #slots: readonly Slot[];
  readonly #deadlines: number[];
  readonly #missed: Record<MissCause, number>[];
  readonly #silent = new Map<string, Silence>();
  readonly #retryMaxMs: number;
  #probesFrom = Number.NEGATIVE_INFINITY;

  constructor({ slots, start, retryMaxMs }: ScheduleOptions) {
    this.#slots = slots;
    this.#retryMaxMs = retryMaxMs;
    this.#deadlines = slots.map(
      ({ intervalMs }, index) =>
        start + ROUND_MS * Math.floor((intervalMs * index) / slots.length / ROUND_MS),
    );
    this.#missed = slots.map(() => ({ late: 0, silent: 0, closed: 0 }));
  }

  /** The slot to poll now, or how long there is nothing to do. */
  next(now: number): Turn {
    const probe = this.#probe();
    if (probe && probe.at <= now) return { slot: probe.slot };
    let earliest: number | undefined;
    this.#slots.forEach(({ device }, slot) => {
      if (this.#silent.has(device)) return;
      if (earliest === undefined || this.#deadline(slot) < this.#deadline(earliest)) earliest = slot;
    });
    if (earliest !== undefined && this.#deadline(earliest) <= now) return { slot: earliest };
    const times = [probe?.at, earliest === undefined ? undefined : this.#deadline(earliest)];
    return { waitUntil: Math.min(...times.filter((time) => time !== undefined)) };
  }

  /**
   * The poll of a slot began and ended; `responded` says whether anybody was there. A slot without an interval comes
   * again at `notBefore`.
   */
  done(slot: number, began: number, ended: number, responded: boolean, notBefore = ended): void {
    const device = this.#slots[slot]?.device ?? '';
    const silence = this.#silent.get(device);
    if (silence) this.#probesFrom = ended + Math.max(PROBE_SHARE * (ended - began), this.#cycle());
    if (responded) {
      this.#silent.delete(device);
      if (silence) this.#passAll(device, slot, ended);
      else this.#advance(slot, ended, notBefore);
      return;
    }
    const tries = (silence?.tries ?? 0) + 1;
    const pause = Math.min(this.#retryMaxMs, FIRST_RETRY_MS * 2 ** Math.min(tries - 1, 20));
    this.#silent.set(device, { tries, probeAt: ended + Math.max(pause, this.#interval(device)) });
    this.#passAll(device, slot, ended);
  }

  /** The port could not be opened. Gives the slots that are due, which are answered with that. */
  skipDue(now: number): number[] {
    const due = this.#slots.flatMap((_, slot) => (this.#deadline(slot) <= now ? [slot] : []));
    for (const slot of due) this.#pass(slot, now, true, 'closed');
    return due;
  }

  /** The port is open again: slots that went by meanwhile are not the fault of anybody's pace. */
  reopened(now: number): void {
    this.#slots.forEach(({ intervalMs }, slot) => {
      const behind = intervalMs === 0 ? 0 : Math.floor((now - this.#deadline(slot)) / intervalMs);
      if (behind > 0) this.#pass(slot, now - intervalMs, false, 'closed');
    });
  }

  isSilent(device: string): boolean {
    return this.#silent.has(device);
  }

  /** Slots of a device in which no poll took place, by cause. */
  missed(device: string): Missed {
    const sum = { late: 0, silent: 0, closed: 0 };
    this.#slots.forEach((slot, index) => {
      if (slot.device !== device) return;
      for (const cause of ['late', 'silent', 'closed'] as const)
        sum[cause] += this.#missed[index]?.[cause] ?? 0;
    });
    return sum;
  }

  #probe(): { slot: number; at: number } | undefined {
    let probe: { slot: number; at: number } | undefined;
    this.#slots.forEach(({ device }, slot) => {
      const silence = this.#silent.get(device);
      if (silence && (!probe || silence.probeAt < probe.at)) probe = { slot, at: silence.probeAt };
    });
    return probe && { slot: probe.slot, at: Math.max(probe.at, this.#probesFrom) };
  }

  /** The shortest interval of a device that answers: one cycle of the port. */
  #cycle(): number {
    const intervals = this.#slots.flatMap(({ device, intervalMs }) =>
      this.#silent.has(device) ? [] : [intervalMs],
    );
    return intervals.length === 0 ? 0 : Math.min(...intervals);
  }

  /** A device is asked outside of its slots, because it was silent: all of them that are over were missed but one. */
  #passAll(device: string, asked: number, now: number): void {
    this.#slots.forEach((slot, index) => {
      if (slot.device === device) this.#pass(index, now, index === asked, 'silent');
    });
  }

  /** Puts the next deadline after `now`. One of those that went by was `served`, or none was. */
  #pass(slot: number, now: number, served: boolean, cause: MissCause): void {
    const interval = this.#slots[slot]?.intervalMs ?? 0;
    const deadline = this.#deadline(slot);
    if (interval === 0) {
      this.#deadlines[slot] = Math.max(deadline, now);
      return;
    }
    if (deadline > now) return;
    const over = Math.floor((now - deadline) / interval) + 1;
    this.#deadlines[slot] = deadline + over * interval;
    this.#count(slot, cause, served ? over - 1 : over);
  }

  /** After a poll in its slot. One that is due this very moment is late, not missed. */
  #advance(slot: number, now: number, notBefore: number): void {
    const interval = this.#slots[slot]?.intervalMs ?? 0;
    if (interval === 0) {
      this.#deadlines[slot] = notBefore;
      return;
    }
    const deadline = this.#deadline(slot) + interval;
    const over = Math.max(0, Math.ceil((now - deadline) / interval));
    this.#deadlines[slot] = deadline + over * interval;
    this.#count(slot, 'late', over);
  }

  #count(slot: number, cause: MissCause, slots: number): void {
    const missed = this.#missed[slot];
    if (missed) missed[cause] += slots;
  }

  #deadline(slot: number): number {
    return this.#deadlines[slot] ?? Number.POSITIVE_INFINITY;
  }

  #interval(device: string): number {
    return Math.min(...this.#slots.flatMap((slot) => (slot.device === device ? [slot.intervalMs] : [])));
  }
}
