import type { DecodedMetric } from '@city-testbed/device-profiles';
import type { BadReason } from '../../model/reading.ts';

type Result = DecodedMetric['result'] | { readonly ok: false; readonly reason: BadReason };

/** A metric's value as it came, or why it is not to be used. */
export interface Heard {
  readonly metric: string;
  readonly result: Result;
}

/** What a stream said last of each metric, and when. Times are monotonic ms. One entry a metric: it cannot grow. */
export class LatestValues {
  readonly #values = new Map<string, { readonly result: Result; readonly at: number }>();
  #goodAt: number;
  #refused: { readonly reason: BadReason; readonly at: number } | undefined;

  constructor(now: number) {
    this.#goodAt = now;
  }

  /** The line was opened (again): its silence counts from now, and what was said before it was lost is over. */
  restart(now: number): void {
    this.#values.clear();
    this.#goodAt = now;
    this.#refused = undefined;
  }

  take(values: readonly Heard[], at: number): void {
    for (const { metric, result } of values) this.#values.set(metric, { result, at });
    this.#goodAt = at;
  }

  refuse(reason: BadReason, at: number): void {
    this.#refused = { reason, at };
  }

  /** The value of a metric, if it came after `since`. */
  after(metric: string, since: number): { readonly result: Result; readonly at: number } | undefined {
    const value = this.#values.get(metric);
    return value && value.at > since ? value : undefined;
  }

  /** Why a frame was refused after `since`, if one was. */
  refusedAfter(since: number): BadReason | undefined {
    return this.#refused && this.#refused.at > since ? this.#refused.reason : undefined;
  }

  silentFor(now: number): number {
    return now - this.#goodAt;
  }
}
