import type { Indicator } from '../../../../../src/contract/index.ts';

export interface Scale {
  /** All in percent of the scale's length. */
  readonly at: number;
  readonly targetAt: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** A percentage stands on a scale to 100; a time on one that shows both it and its target. */
export function scaleOf({ unit, target, interval }: Indicator, value: number): Scale {
  const end = unit === '%' ? 100 : Math.max(value, target, interval?.high ?? 0) * 1.25;
  const place = (figure: number) => (end <= 0 ? 0 : Math.min(100, Math.max(0, (figure / end) * 100)));
  return {
    at: place(value),
    targetAt: place(target),
    low: interval === null ? null : place(interval.low),
    high: interval === null ? null : place(interval.high),
  };
}
