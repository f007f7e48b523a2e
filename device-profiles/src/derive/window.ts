/** Good values of one window. */
export class WindowSums {
  count = 0;
  sum = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  /** Time that the values stand for, where they do, ms. */
  ms = 0;

  add(value: number, ms = 0): void {
    this.count += 1;
    this.sum += value;
    this.min = Math.min(this.min, value);
    this.max = Math.max(this.max, value);
    this.ms += ms;
  }
}

/** Cuts time into windows that begin at the multiples of their length since the epoch. */
export class Windows {
  readonly #lengthMs: number;
  #index: number | undefined;
  #sums = new WindowSums();

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  /** The window that time has come to. */
  get open(): WindowSums {
    return this.#sums;
  }

  /**
   * Time is now `at`, ms since the epoch. Gives the window that has just ended; `lost` where it ended longer ago than
   * one window, or time went back, so that nobody would take its value for that of the last window.
   */
  moveTo(at: number): WindowSums | 'lost' | undefined {
    const index = Math.floor(at / this.#lengthMs);
    const before = this.#index;
    if (index === before) return undefined;
    const ended = this.#sums;
    this.#index = index;
    this.#sums = new WindowSums();
    if (before === undefined) return undefined;
    return index === before + 1 ? ended : 'lost';
  }
}
