interface Span {
  readonly from: number;
  readonly to: number;
}

/** Times that are remembered one by one: 64 KB. */
const REMEMBERED = 8192;
/** Spans of older times; beyond it the two oldest become one. */
const SPANS = 16;

/**
 * The times that readings of one device have. (series, time) names a reading in the store, so no time is given twice:
 * not within a millisecond, and not after the wall clock was put back. The last 8192 times are known exactly; of older
 * ones only the spans are, and those are avoided as a whole.
 */
export class UsedTimes {
  readonly #smallStepMs: number;
  #ring = new Float64Array(64);
  #next = 0;
  #count = 0;
  #highest = Number.NEGATIVE_INFINITY;
  #last: number | undefined;
  /** The remembered times, while the clock is behind the highest of them. */
  #index: Set<number> | undefined;
  #spans: Span[] = [];

  /** `smallStepMs`: a clock that goes back by less is smoothed over. `before`: times that may be used already. */
  constructor(smallStepMs: number, before?: Span) {
    this.#smallStepMs = smallStepMs;
    if (!before) return;
    this.#spans.push(before);
    this.#highest = before.to;
  }

  /** The last time that was given. */
  get last(): number | undefined {
    return this.#last;
  }

  /** Gives the time `at`, or the next one that is free. Whole milliseconds. */
  give(at: number): number {
    const last = this.#last;
    let free = last !== undefined && at <= last && last - at < this.#smallStepMs ? last + 1 : at;
    if (free > this.#highest) this.#index = undefined;
    else {
      this.#index ??= new Set(this.#ring.subarray(0, this.#count));
      while (free <= this.#highest && this.#isUsed(free, this.#index)) free = this.#after(free);
    }
    this.#remember(free);
    return free;
  }

  /** The times given so far turned out to be others, of which this is the last. */
  restate(last: number): void {
    this.#count = 0;
    this.#next = 0;
    this.#index = undefined;
    this.#remember(last);
  }

  #isUsed(at: number, index: ReadonlySet<number>): boolean {
    return index.has(at) || this.#spanOf(at) !== undefined;
  }

  #after(at: number): number {
    return Math.max(at, this.#spanOf(at)?.to ?? at) + 1;
  }

  #spanOf(at: number): Span | undefined {
    return this.#spans.find(({ from, to }) => from <= at && at <= to);
  }

  #remember(at: number): void {
    this.#last = at;
    this.#highest = Math.max(this.#highest, at);
    if (this.#count === this.#ring.length && this.#count < REMEMBERED) {
      const larger = new Float64Array(this.#ring.length * 2);
      larger.set(this.#ring);
      this.#ring = larger;
      this.#next = this.#count;
    }
    const forgotten = this.#count === REMEMBERED ? this.#ring[this.#next] : undefined;
    if (forgotten !== undefined) {
      this.#forget(forgotten);
      this.#index?.delete(forgotten);
    }
    this.#index?.add(at);
    this.#ring[this.#next] = at;
    this.#next = (this.#next + 1) % this.#ring.length;
    this.#count = Math.min(this.#count + 1, this.#ring.length);
  }

  #forget(at: number): void {
    const open = this.#spans.at(-1);
    if (open && at >= open.from && at - open.to < FOLLOWS_MS) {
      this.#spans[this.#spans.length - 1] = { from: open.from, to: Math.max(open.to, at) };
      return;
    }
    this.#spans.push({ from: at, to: at });
    const [oldest, second] = this.#spans;
    if (this.#spans.length > SPANS && oldest && second) {
      const one = { from: Math.min(oldest.from, second.from), to: Math.max(oldest.to, second.to) };
      this.#spans = [one, ...this.#spans.slice(2)];
    }
  }
}

/** Times further apart than a day belong to different spans: between them the clock was wrong. */
const FOLLOWS_MS = 86_400_000;
