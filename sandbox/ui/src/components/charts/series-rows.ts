import type { Series, SeriesPoint } from '../../../../src/contract/index.ts';
import { wallClock } from '../../format/zone.ts';

/** One place on the time axis. Null values make a gap in the drawing. */
export interface SeriesRow {
  /** The city's wall clock; see format/zone.ts. */
  readonly at: number;
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly good: number;
  readonly bad: number;
  readonly synthetic: boolean;
}

const steps: Record<Series['resolution'], number> = {
  raw: 0,
  '1m': 60_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
};

/**
 * The usual distance of two points in ms: the median one, and never less than the resolution's. A device that
 * measures every five minutes has no gaps on a chart of minutes. What is much longer than usual is a gap.
 */
export function usualStep(resolution: Series['resolution'], points: readonly SeriesPoint[]): number {
  const times = points.map(({ t }) => Date.parse(t));
  const distances = times
    .slice(1)
    .map((time, index) => time - (times[index] ?? time))
    .filter((distance) => distance > 0)
    .sort((a, b) => a - b);
  const median = distances[Math.floor(distances.length / 2)];
  return Math.max(steps[resolution], median ?? 0) || 60_000;
}

const empty = (at: number, synthetic: boolean): SeriesRow => ({
  at,
  mean: null,
  min: null,
  max: null,
  good: 0,
  bad: 0,
  synthetic,
});

/** The rows of a chart, with an empty row in each gap. */
export function seriesRows(series: Pick<Series, 'resolution' | 'points'>): SeriesRow[] {
  // Synthetic history has a rhythm of its own.
  const part = (synthetic: boolean) => series.points.filter((point) => point.synthetic === synthetic);
  const stepOf = (synthetic: boolean) => usualStep(series.resolution, part(synthetic));
  const [measuredStep, syntheticStep] = [stepOf(false), stepOf(true)];
  const rows: SeriesRow[] = [];
  let last: number | undefined;
  let lastSynthetic = false;
  for (const point of series.points) {
    const time = Date.parse(point.t);
    const step = point.synthetic || lastSynthetic ? syntheticStep : measuredStep;
    // Days last 23 to 25 hours, and devices are not punctual to the millisecond.
    const longest = series.resolution === 'raw' ? step * 3 : step * 1.5;
    if (last !== undefined && time - last > longest)
      rows.push(empty(wallClock(last + step), point.synthetic));
    rows.push(rowOf(point, time));
    last = time;
    lastSynthetic = point.synthetic;
  }
  return rows;
}

function rowOf(point: SeriesPoint, time: number): SeriesRow {
  return {
    at: wallClock(time),
    mean: point.mean ?? point.last,
    min: point.min,
    max: point.max,
    good: point.count,
    bad: point.bad,
    synthetic: point.synthetic,
  };
}

export interface SeriesSummary {
  readonly good: number;
  readonly bad: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly anySynthetic: boolean;
}

/** What a chart says, for those who cannot see it. The mean is weighted by the readings behind each point. */
export function summarise(points: readonly SeriesPoint[]): SeriesSummary {
  let [good, bad, sum, weight] = [0, 0, 0, 0];
  let min: number | null = null;
  let max: number | null = null;
  let anySynthetic = false;
  for (const point of points) {
    good += point.count;
    bad += point.bad;
    anySynthetic ||= point.synthetic;
    if (point.min !== null) min = Math.min(min ?? point.min, point.min);
    if (point.max !== null) max = Math.max(max ?? point.max, point.max);
    if (point.mean !== null) {
      sum += point.mean * point.count;
      weight += point.count;
    }
  }
  return { good, bad, min, max, mean: weight === 0 ? null : sum / weight, anySynthetic };
}
