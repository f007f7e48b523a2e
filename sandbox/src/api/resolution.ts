import type { ConfigFault } from '@city-testbed/runtime';
import type { Resolution } from '../contract/index.ts';

/** Points that a chart of 1440 px can show. */
const chartPoints = 1500;
/** Points that one answer may hold at all. */
const mostPoints = 50_000;
const unknownIntervalMs = 10_000;

const widths: readonly (readonly [Resolution, number])[] = [
  ['1m', 60_000],
  ['1h', 3_600_000],
  ['1d', 86_400_000],
];

/** The finest resolution that gives at most about 1500 points over a period of `spanMs`. */
export function pickResolution(spanMs: number, intervalMs: number | null): Resolution {
  if (spanMs / (intervalMs ?? unknownIntervalMs) <= chartPoints) return 'raw';
  return widths.find(([, width]) => spanMs / width <= chartPoints)?.[0] ?? '1d';
}

/** What is wrong with a period; empty where nothing is. */
export function seriesFaults(
  from: number,
  to: number,
  resolution: Resolution,
  intervalMs: number | null,
): ConfigFault[] {
  if (to <= from) return [{ path: 'to', found: new Date(to).toISOString(), allowed: 'a time after from' }];
  const width = widths.find(([name]) => name === resolution)?.[1] ?? intervalMs ?? unknownIntervalMs;
  const points = Math.ceil((to - from) / width);
  if (points <= mostPoints) return [];
  return [
    {
      path: 'resolution',
      found: `${resolution}: some ${points} points`,
      allowed: `at most ${mostPoints} points: a coarser resolution, auto, or a shorter period`,
    },
  ];
}
