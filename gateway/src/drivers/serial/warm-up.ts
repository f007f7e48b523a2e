export interface WarmUpTimes {
  /** Values are not to be trusted for so long after power-up; 0: at once. */
  readonly warmUpMs: number;
  /** A sensor that was not heard for so long may have been without power. */
  readonly silenceMs: number;
}

/**
 * Tells which frames of a sensor came too soon after it got power. The gateway cannot see the power, so it takes the
 * opening of the line, and the end of a silence, for a power-up. Times are monotonic ms.
 */
export class WarmUp {
  readonly #times: WarmUpTimes;
  #until: number;
  #heardAt: number;
  #unanswered = false;

  constructor(times: WarmUpTimes, now: number) {
    this.#times = times;
    this.#heardAt = now;
    this.#until = now + times.warmUpMs;
  }

  /** The sensor may have got its power at this moment. */
  powered(now: number): void {
    this.#heardAt = now;
    this.#until = now + this.#times.warmUpMs;
  }

  /** A request brought no answer; one that is never asked is silent by the clock alone. */
  unanswered(): void {
    this.#unanswered = true;
  }

  /** A good frame came. True: what it says is not to be trusted yet. `asked`: it answers a request. */
  heard(at: number, asked: boolean): boolean {
    const silent = at - this.#heardAt > this.#times.silenceMs && (!asked || this.#unanswered);
    if (silent) this.powered(at);
    this.#heardAt = at;
    this.#unanswered = false;
    return at < this.#until;
  }
}
