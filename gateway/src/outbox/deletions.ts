/** Deleted without waiting for the interval: so many may be sent again after a crash, and no more. */
const MANY = 1000;
/** While the disk takes nothing, further confirmations are forgotten: those batches are sent again one day. */
const MOST = 100_000;

/** Batches that are hidden already and still to be deleted: seldom and many at once, as each time costs whole pages. */
export class Deletions {
  /** Stored elsewhere. */
  readonly confirmed = new Set<number>();
  /** Of no use to anybody. */
  readonly discarded = new Set<number>();
  #since: number;

  /** Times are monotonic ms. */
  constructor(now: number) {
    this.#since = now;
  }

  get size(): number {
    return this.confirmed.size + this.discarded.size;
  }

  has(number: number): boolean {
    return this.confirmed.has(number) || this.discarded.has(number);
  }

  confirm(numbers: readonly number[]): void {
    for (const number of numbers) if (this.confirmed.size < MOST) this.confirmed.add(number);
  }

  /** How long they may still wait; 0 where they are due. */
  wait(now: number, everyMs: number): number {
    return this.size >= MANY ? 0 : Math.max(0, this.#since + everyMs - now);
  }

  done(now: number): void {
    this.confirmed.clear();
    this.discarded.clear();
    this.#since = now;
  }
}
