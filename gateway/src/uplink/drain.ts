import type { StoredBatch } from '../model/reading.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { InFlight } from './in-flight.ts';

export interface DrainOptions {
  readonly outbox: Pick<Outbox, 'after' | 'get' | 'newest'>;
  /** Batches in flight at most. */
  readonly window: number;
  readonly resendAfterMs: number;
}

export interface Due {
  readonly batch: StoredBatch;
  readonly again: boolean;
}

/**
 * What to send next. While nothing waits, batches go as they are committed, without being read back from disk. While a
 * backlog waits, what is new goes first and the oldest after it: staff see now at once, history fills behind it.
 */
export class Drain {
  readonly inFlight = new InFlight();
  readonly #options: DrainOptions;
  /** Committed in this session and not sent yet; never more than the window. */
  #live: StoredBatch[] = [];
  /** Every batch up to this number was sent in this session, or is gone. */
  #cursor = 0;
  #behind = true;

  constructor(options: DrainOptions) {
    this.#options = options;
  }

  /** Whether there are batches on disk that were not sent in this session. */
  get behind(): boolean {
    return this.#behind;
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
    for (const batch of batches) this.#live.push(batch);
    const excess = this.#live.length - this.#options.window;
    if (excess <= 0) return;
    // They are on disk: the backlog gets to them.
    this.#live.splice(0, excess);
    this.#behind = true;
  }

  /** At most `limit` batches to send now, within the window. The caller sends them all, and tells `inFlight`. */
  next(now: number, limit: number): Due[] {
    const { outbox, window, resendAfterMs } = this.#options;
    const overdue = this.inFlight.overdue(now - resendAfterMs, limit);
    if (overdue.length > 0) return this.#again(overdue);
    const room = Math.min(limit, window - this.inFlight.size);
    if (room <= 0) return [];
    if (this.#live.length > 0) return this.#takeLive(room);
    if (!this.#behind) return [];
    const batches = outbox.after(this.#cursor, room);
    this.#cursor = batches.at(-1)?.number ?? this.#cursor;
    if (batches.length < room) this.#behind = false;
    return this.#fresh(batches);
  }

  #again(numbers: readonly number[]): Due[] {
    const batches = this.#options.outbox.get(numbers);
    const found = new Set(batches.map(({ number }) => number));
    // Dropped by the cap meanwhile: nobody will confirm them.
    for (const number of numbers) if (!found.has(number)) this.inFlight.confirm(number, number);
    return batches.map((batch) => ({ batch, again: true }));
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
    return batches
      .filter(({ number }) => !this.inFlight.has(number))
      .map((batch) => ({ batch, again: false }));
  }
}
