/** At most so many a second on average, and a second's half at once. Times are monotonic ms. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #burst: number;
  #left: number;
  #at = Number.NEGATIVE_INFINITY;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#burst = Math.max(1, perSecond / 2);
    this.#left = this.#burst;
  }

  /** How many may go now; less than one after more was taken than there was. */
  room(now: number): number {
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#at) * this.#perSecond) / 1000);
    this.#at = now;
    return Math.floor(this.#left);
  }

  take(count: number): void {
    this.#left -= count;
  }
}
