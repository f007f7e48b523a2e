import type { MetricValue } from '../format/value.ts';

/** How much a counter grew between two readings, and in what time; undefined where that cannot be said. */
export type Step = { readonly by: number; readonly ms: number } | undefined;

/**
 * A roll-over is believed where it means growth by at most this share of the counter's range. Anything else that goes
 * back is a reset: a value is lost then, where a wrong guess would make a spike.
 */
const PLAUSIBLE_SHARE = 0.1;

/** Growth of a counter from reading to reading. A first reading, one after a gap, and a reset yield no step. */
export class CounterSteps {
  readonly #wrap: number | undefined;
  readonly #longestMs: number;
  #last: { readonly value: MetricValue; readonly uptime: number } | undefined;

  /** `wrap`: where it starts at 0 again. `longestMs`: readings further apart are not compared. */
  constructor(wrap: number | undefined, longestMs: number) {
    this.#wrap = wrap;
    this.#longestMs = longestMs;
  }

  next(value: MetricValue, uptime: number): Step {
    const last = this.#last;
    this.#last = { value, uptime };
    if (!last) return undefined;
    const ms = uptime - last.uptime;
    if (!(ms > 0) || ms > this.#longestMs) return undefined;
    const by = difference(value, last.value);
    if (by >= 0) return { by, ms };
    if (this.#wrap === undefined) return undefined;
    const rolled = by + this.#wrap;
    return rolled >= 0 && rolled <= this.#wrap * PLAUSIBLE_SHARE ? { by: rolled, ms } : undefined;
  }
}

/** Exact also where the two are beyond what a number can hold. NaN where they are no numbers. */
function difference(value: MetricValue, before: MetricValue): number {
  if (typeof value === 'bigint' || typeof before === 'bigint') {
    return isWhole(value) && isWhole(before) ? Number(BigInt(value) - BigInt(before)) : Number.NaN;
  }
  return typeof value === 'number' && typeof before === 'number' ? value - before : Number.NaN;
}

function isWhole(value: MetricValue): value is number | bigint {
  return typeof value === 'bigint' || Number.isInteger(value);
}
