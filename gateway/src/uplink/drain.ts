import type { StoredBatch } from '../model/reading.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { InFlight } from './in-flight.ts';
import { Suspects } from './suspects.ts';

export interface DrainOptions {
  readonly outbox: Pick<Outbox, 'after' | 'get' | 'newest'>;
  /** Batches in flight at most. */
  readonly window: number;
  readonly resendAfterMs: number;
  /** How many devices share the window. */
  readonly devices: () => number;
  /** Told when a device is held back: the host confirms nothing of it. */
  readonly onHeld: (device: string) => void;
}

export interface Due {
  readonly batch: StoredBatch;
  readonly again: boolean;
}

/** A batch that was sent this often without a word of its device holds the device back: also while all others are silent. */
const SENDS = 3;
/** The same while others are confirmed: the host speaks, but not of this device. */
const SENDS_PASSED_BY = 2;
/** With so many times more new batches than may be sent, the link is too narrow for all of them. */
const NARROW = 8;

/**
 * What to send next. While nothing waits, batches go as they are committed, without being read back from disk. While a
 * backlog waits, what is new goes first and the oldest after it: staff see now at once, history fills behind it.
 *
 * The window is shared: a device of which nothing was confirmed on this connection gets its share of it and no more. A
 * device of which the host confirms nothing while it confirms others (it may not know the device) is held back: it keeps
 * one batch in flight, outside the window, until one of its batches is confirmed. Its neighbours have the window to
 * themselves.
 */
export class Drain {
  readonly inFlight = new InFlight();
  readonly #options: DrainOptions;
  readonly #suspects: Suspects;
  /** Committed in this session and not sent yet; never more than the window. */
  #live: StoredBatch[] = [];
  /** Every batch up to this number was sent in this session, or is gone, or was passed over. */
  #cursor = 0;
  #behind = true;
  readonly #held = new Set<string>();
  /** Devices of which something was confirmed on this connection. */
  readonly #trusted = new Set<string>();
  /** Devices of which batches were passed over, because their share was used up. */
  readonly #passedOver = new Set<string>();
  /** Monotonic ms of the last confirmation of each device, and of any. */
  readonly #confirmedAt = new Map<string, number>();
  #anyConfirmedAt = Number.NEGATIVE_INFINITY;

  constructor(options: DrainOptions) {
    this.#options = options;
    this.#suspects = new Suspects(options.resendAfterMs);
  }

  /** Whether there are batches on disk that were not sent in this session. */
  get behind(): boolean {
    return this.#behind && !this.#suspects.active;
  }

  /** Whether the window has no room. */
  get full(): boolean {
    return this.#room <= 0;
  }

  /** Devices that are held back, because the host confirms nothing of them. */
  get held(): ReadonlySet<string> {
    return this.#held;
  }

  /** A new session: whatever was in flight is unconfirmed and goes again. */
  restart(): void {
    this.inFlight.clear();
    this.#suspects.restart();
    this.#trusted.clear();
    const newest = this.#options.outbox.newest();
    this.#live = newest ? [newest] : [];
    this.rewind();
  }

  /** The connection was cut from outside. Answers the batch that made the broker do so, once that is sure. */
  cut(now: number): number | undefined {
    return this.#suspects.cut(this.inFlight.numbers(), now);
  }

  /** Whether it may be this batch that makes the broker cut the connection. */
  isSuspect(number: number): boolean {
    return this.#suspects.has(number);
  }

  /** Older batches have become sendable. */
  rewind(): void {
    this.#cursor = 0;
    this.#behind = true;
    this.#passedOver.clear();
  }

  /** The device is no more. */
  forget(device: string): void {
    this.#held.delete(device);
    this.#trusted.delete(device);
    this.#passedOver.delete(device);
    this.#confirmedAt.delete(device);
    for (const number of this.inFlight.numbers(device)) this.gone(number);
    this.#live = this.#live.filter((batch) => batch.device !== device);
  }

  /** It will never be confirmed: discarded, or dropped from the outbox. Names its device. */
  gone(number: number): string | undefined {
    this.#suspects.cleared(number);
    return this.inFlight.remove(number);
  }

  committed(batches: readonly StoredBatch[]): void {
    for (const batch of batches) {
      if (this.#maySend(batch.device)) this.#live.push(batch);
      else this.#passOver(batch.device);
    }
    const excess = this.#live.length - this.#options.window;
    if (excess <= 0) return;
    // They are on disk: the backlog gets to them.
    this.#live.splice(0, excess);
    this.#behind = true;
  }

  /** It goes out now. */
  sent(batch: StoredBatch, now: number): void {
    this.inFlight.sent(batch, now);
  }

  /** The host has those of a range, both ends included. Names the batches that were in flight. */
  confirmed(from: number, to: number, now: number): number[] {
    const confirmed = this.inFlight.confirm(from, to);
    for (const { number, device } of confirmed) {
      this.#confirmedAt.set(device, now);
      this.#anyConfirmedAt = now;
      this.#trusted.add(device);
      this.#suspects.cleared(number);
      // What was passed over meanwhile may go.
      const waited = this.#held.delete(device);
      if (this.#passedOver.has(device) || waited) this.rewind();
    }
    return confirmed.map(({ number }) => number);
  }

  /**
   * At most `limit` batches to send now, within the window. The caller sends them all, and tells `sent`. None, while
   * `behind` and not `full`: those just looked at are held back, and the next call looks further.
   */
  next(now: number, limit: number): Due[] {
    if (this.#suspects.active) return this.#trial(now);
    const room = Math.min(limit, this.#room);
    // What is new goes before what is sent again: over a narrow link there is always something to send again.
    if (room > 0 && this.#live.length > 0) return this.#takeLive(room);
    const overdue = this.inFlight.overdue(now - this.#options.resendAfterMs, limit);
    if (overdue.length > 0) return this.#again(overdue, now);
    if (room <= 0 || !this.#behind) return [];
    const batches = this.#options.outbox.after(this.#cursor, room);
    this.#cursor = batches.at(-1)?.number ?? this.#cursor;
    if (batches.length < room) this.#behind = false;
    return this.#fresh(batches);
  }

  get #room(): number {
    let counted = this.inFlight.size;
    for (const device of this.#held) counted -= this.inFlight.of(device);
    return this.#options.window - counted;
  }

  /** How many of a device may be in flight. */
  #share(device: string): number {
    const { window, devices } = this.#options;
    if (this.#held.has(device)) return 1;
    if (this.#trusted.has(device)) return window;
    return Math.max(1, Math.floor(window / Math.max(1, devices())));
  }

  #maySend(device: string): boolean {
    return this.inFlight.of(device) < this.#share(device);
  }

  #passOver(device: string): void {
    if (!this.#held.has(device)) this.#passedOver.add(device);
  }

  /** One batch, or a few, and nothing beside them. */
  #trial(now: number): Due[] {
    const trial = this.#suspects.next(now);
    if (!trial) return [];
    const { outbox } = this.#options;
    const numbers = trial.numbers ?? this.#proof();
    const batches = outbox.get(numbers);
    const found = new Set(batches.map(({ number }) => number));
    for (const number of numbers) if (!found.has(number)) this.gone(number);
    this.#suspects.trying([...found], now);
    // Those that were committed meanwhile are on disk.
    this.#live = [];
    this.rewind();
    return batches.map((batch) => ({ batch, again: false }));
  }

  #proof(): readonly number[] {
    const { outbox } = this.#options;
    const fits = ({ number, device }: StoredBatch): boolean =>
      !this.#suspects.has(number) && !this.#held.has(device);
    const newest = outbox.newest();
    if (newest && fits(newest)) return [newest.number];
    const other = outbox.after(0, this.#options.window).find(fits);
    return other ? [other.number] : this.#suspects.noProof();
  }

  #again(overdue: ReturnType<InFlight['overdue']>, now: number): Due[] {
    for (const { number, sent } of overdue) {
      if (this.inFlight.has(number)) this.#holdBack(number, sent, now);
    }
    const numbers = overdue.map(({ number }) => number).filter((number) => this.inFlight.has(number));
    const batches = this.#options.outbox.get(numbers);
    const found = new Set(batches.map(({ number }) => number));
    for (const number of numbers) {
      if (found.has(number)) continue;
      // Dropped by the cap meanwhile: nobody will confirm it. A device that is held back needs another one to try.
      const device = this.gone(number);
      if (device !== undefined && (this.#held.has(device) || this.#passedOver.has(device))) this.rewind();
    }
    return batches.map((batch) => ({ batch, again: true }));
  }

  #holdBack(
    number: number,
    { device, times }: { readonly device: string; readonly times: number },
    now: number,
  ): void {
    if (this.#held.has(device)) return;
    const { resendAfterMs } = this.#options;
    const silentMs = now - (this.#confirmedAt.get(device) ?? Number.NEGATIVE_INFINITY);
    const enough = now - this.#anyConfirmedAt < resendAfterMs ? SENDS_PASSED_BY : SENDS;
    if (times < enough || silentMs < enough * resendAfterMs) return;
    this.#held.add(device);
    this.#passedOver.delete(device);
    this.inFlight.keepOnly(number, device);
    this.#live = this.#live.filter((batch) => batch.device !== device);
    this.#options.onHeld(device);
  }

  #takeLive(room: number): Due[] {
    if (!this.#behind && this.#live.length <= NARROW * room) {
      const batches = this.#live.splice(0, room);
      this.#cursor = batches.at(-1)?.number ?? this.#cursor;
      return this.#fresh(batches);
    }
    // Those that find no room now belong to the backlog.
    const batches = this.#live.slice(-room);
    this.#behind = true;
    this.#live = [];
    return this.#fresh(batches);
  }

  #fresh(batches: readonly StoredBatch[]): Due[] {
    const taken = new Map<string, number>();
    return batches
      .filter(({ number, device }) => {
        if (this.inFlight.has(number)) return false;
        const already = taken.get(device) ?? 0;
        if (this.inFlight.of(device) + already >= this.#share(device)) {
          this.#passOver(device);
          return false;
        }
        taken.set(device, already + 1);
        return true;
      })
      .map((batch) => ({ batch, again: false }));
  }
}
