import type { DecodedMetric } from '@city-testbed/device-profiles';
import type { BadReason } from '../../model/reading.ts';

type Result = DecodedMetric['result'] | { readonly ok: false; readonly reason: BadReason };

/** A metric's value as it came, or why it is not to be used. */
export interface Heard {
  readonly metric: string;
  readonly result: Result;
}

/**
 * What a stream said last of each metric, and when. Times are monotonic ms; marks number what came, so that two things
 * of one moment are told apart. One entry a metric: it cannot grow.
 */
export class LatestValues {
  readonly #values = new Map<
    string,
    { readonly result: Result; readonly at: number; readonly mark: number }
  >();
  #mark = 0;
  #goodAt: number;
  #refused: { readonly reason: BadReason; readonly mark: number } | undefined;

  constructor(now: number) {
    this.#goodAt = now;
  }

  /** The number of what came last. */
  get mark(): number {
    return this.#mark;
  }

  /** The line was opened (again): its silence counts from now, and what was said before it was lost is over. */
  restart(now: number): void {
    this.#values.clear();
    this.#goodAt = now;
    this.#refused = undefined;
  }

  take(values: readonly Heard[], at: number): void {
    const mark = ++this.#mark;
    for (const { metric, result } of values) this.#values.set(metric, { result, at, mark });
    this.#goodAt = at;
  }

  refuse(reason: BadReason): void {
    this.#refused = { reason, mark: ++this.#mark };
  }

  /** The value of a metric, if it came after `mark`. */
  after(metric: string, mark: number): { readonly result: Result; readonly at: number } | undefined {
    const value = this.#values.get(metric);
    return value && value.mark > mark ? value : undefined;
  }

  /** Why a frame was refused after `mark`, if one was. */
  refusedAfter(mark: number): BadReason | undefined {
    return this.#refused && this.#refused.mark > mark ? this.#refused.reason : undefined;
  }

  silentFor(now: number): number {
    return now - this.#goodAt;
  }
}
