import type { StoredBatch } from '../model/reading.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { InFlight } from './in-flight.ts';

export interface DrainOptions {
  readonly outbox: Pick<Outbox, 'after' | 'get' | 'newest'>;
  /** Batches in flight at most. */
  readonly window: number;
  readonly resendAfterMs: number;
  /** Told when a device is held back: the host confirms nothing of it. */
  readonly onHeld: (device: string) => void;
}

export interface Due {
  readonly batch: StoredBatch;
  readonly again: boolean;
}

/** A batch that was sent this often without a word of its device holds the device back. */
const SENDS = 3;

/**
 * What to send next. While nothing waits, batches go as they are committed, without being read back from disk. While a
 * backlog waits, what is new goes first and the oldest after it: staff see now at once, history fills behind it.
 *
 * A device of which the host confirms nothing (it may not know the device) is held back: it keeps one batch in flight,
 * outside the window, until one of its batches is confirmed. Its neighbours have the window to themselves.
 */
export class Drain {
  readonly inFlight = new InFlight();
  readonly #options: DrainOptions;
  /** Committed in this session and not sent yet; never more than the window. */
  #live: StoredBatch[] = [];
  /** Every batch up to this number was sent in this session, or is gone. */
  #cursor = 0;
  #behind = true;
  readonly #held = new Set<string>();
  /** Monotonic ms of the last confirmation of each device. */
  readonly #confirmedAt = new Map<string, number>();

  constructor(options: DrainOptions) {
    this.#options = options;
  }

  /** Whether there are batches on disk that were not sent in this session. */
  get behind(): boolean {
    return this.#behind;
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
    const newest = this.#options.outbox.newest();
    this.#live = newest ? [newest] : [];
    this.rewind();
  }

  /** Older batches have become sendable. */
  rewind(): void {
    this.#cursor = 0;
    this.#behind = true;
  }

  committed(batches: readonly StoredBatch[]): void {
    for (const batch of batches) if (this.#maySend(batch.device)) this.#live.push(batch);
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
    for (const { device } of confirmed) {
      this.#confirmedAt.set(device, now);
      // What was passed over meanwhile may go.
      if (this.#held.delete(device)) this.rewind();
    }
    return confirmed.map(({ number }) => number);
  }

  /**
   * At most `limit` batches to send now, within the window. The caller sends them all, and tells `sent`. None, while
   * `behind` and not `full`: those just looked at are held back, and the next call looks further.
   */
  next(now: number, limit: number): Due[] {
    const { outbox, resendAfterMs } = this.#options;
    const overdue = this.inFlight.overdue(now - resendAfterMs, limit);
    if (overdue.length > 0) return this.#again(overdue, now);
    const room = Math.min(limit, this.#room);
    if (room <= 0) return [];
    if (this.#live.length > 0) return this.#takeLive(room);
    if (!this.#behind) return [];
    const batches = outbox.after(this.#cursor, room);
    this.#cursor = batches.at(-1)?.number ?? this.#cursor;
    if (batches.length < room) this.#behind = false;
    return this.#fresh(batches);
  }

  get #room(): number {
    let counted = this.inFlight.size;
    for (const device of this.#held) counted -= this.inFlight.of(device);
    return this.#options.window - counted;
  }

  #maySend(device: string): boolean {
    return !this.#held.has(device) || this.inFlight.of(device) === 0;
  }

  #again(overdue: ReturnType<InFlight['overdue']>, now: number): Due[] {
    for (const { number, sent } of overdue) {
      if (sent.times >= SENDS && this.inFlight.has(number)) this.#holdBack(number, sent.device, now);
    }
    const numbers = overdue.map(({ number }) => number).filter((number) => this.inFlight.has(number));
    const batches = this.#options.outbox.get(numbers);
    const found = new Set(batches.map(({ number }) => number));
    for (const number of numbers) {
      if (found.has(number)) continue;
      // Dropped by the cap meanwhile: nobody will confirm it. A device that is held back needs another one to try.
      const device = this.inFlight.remove(number);
      if (device !== undefined && this.#held.has(device)) this.rewind();
    }
    return batches.map((batch) => ({ batch, again: true }));
  }

  #holdBack(number: number, device: string, now: number): void {
    const silentMs = now - (this.#confirmedAt.get(device) ?? Number.NEGATIVE_INFINITY);
    if (this.#held.has(device) || silentMs < SENDS * this.#options.resendAfterMs) return;
    this.#held.add(device);
    this.inFlight.keepOnly(number, device);
    this.#live = this.#live.filter((batch) => batch.device !== device);
    this.#options.onHeld(device);
  }

  #takeLive(room: number): Due[] {
    if (!this.#behind) {
      const batches = this.#live.splice(0, room);
      this.#cursor = batches.at(-1)?.number ?? this.#cursor;
      return this.#fresh(batches);
    }
    // Those that find no room now belong to the backlog.
    const batches = this.#live.slice(-room);
    this.#live = [];
    return this.#fresh(batches);
  }

  #fresh(batches: readonly StoredBatch[]): Due[] {
    const tried = new Set<string>();
    return batches
      .filter(({ number, device }) => {
        if (this.inFlight.has(number) || !this.#maySend(device) || tried.has(device)) return false;
        if (this.#held.has(device)) tried.add(device);
        return true;
      })
      .map((batch) => ({ batch, again: false }));
  }
}
