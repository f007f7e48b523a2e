import type { Merge } from './outgoing-queue.ts';

/**
 * What came since the queue was last written: the streams' hot path touches memory only. One entry a key, merged;
 * bounded, the oldest dropped.
 */
export class Inbox {
  readonly #most: number;
  readonly #merge: Merge;
  #entries = new Map<string, string>();
  dropped = 0;

  constructor(most: number, merge: Merge) {
    this.#most = most;
    this.#merge = merge;
  }

  get size(): number {
    return this.#entries.size;
  }

  add(key: string, payload: string): void {
    const waiting = this.#entries.get(key);
    this.#entries.set(key, waiting === undefined ? payload : this.#merge(waiting, payload));
    if (this.#entries.size <= this.#most) return;
    const oldest = this.#entries.keys().next();
    if (oldest.done) return;
    this.#entries.delete(oldest.value);
    this.dropped += 1;
  }

  /** Takes all out. */
  drain(): { key: string; payload: string }[] {
    const entries = [...this.#entries].map(([key, payload]) => ({ key, payload }));
    this.#entries = new Map();
    return entries;
  }
}
