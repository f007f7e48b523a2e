import type { Random } from '@city-testbed/runtime';

/** What one hour adds to a share: how much there was, of how much. */
export interface HourShare {
  readonly part: number;
  readonly whole: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
  readonly method: string;
}

const replicates = 1000;
const confidence = 0.95;
/** Fewer hours say nothing about how hours differ. */
const leastHours = 12;

/**
 * Percentile interval, in percent, of sum(part) / sum(whole) over consecutive hours, by the moving-block bootstrap
 * (Kuensch 1989, The Annals of Statistics 17(3)): readings that are missing are missing together, so hours are drawn in
 * blocks of a day, or of a quarter of what there is. Null for less than 12 hours. Repeatable from the seed of `random`.
 */
export function blockBootstrap(hours: readonly HourShare[], random: Random): Interval | null {
  const n = hours.length;
  if (n < leastHours) return null;
  const block = Math.max(1, Math.min(24, Math.floor(n / 4)));
  const parts = prefixSums(hours.map(({ part }) => part));
  const wholes = prefixSums(hours.map(({ whole }) => whole));
  const starts = n - block + 1;
  const shares: number[] = [];
  for (let round = 0; round < replicates; round += 1) {
    let part = 0;
    let whole = 0;
    for (let drawn = 0; drawn < n; drawn += block) {
      const from = Math.floor(random.next() * starts);
      const to = from + Math.min(block, n - drawn);
      part += between(parts, from, to);
      whole += between(wholes, from, to);
    }
    if (whole > 0) shares.push((100 * part) / whole);
  }
  if (shares.length === 0) return null;
  shares.sort((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  return {
    low: quantile(shares, tail),
    high: quantile(shares, 1 - tail),
    confidence,
    method: `moving-block bootstrap, ${block} h blocks, ${replicates} rounds`,
  };
}

/** Sums before each place, so that any run of hours costs one subtraction. */
function prefixSums(values: readonly number[]): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (const [index, value] of values.entries()) sums[index + 1] = (sums[index] ?? 0) + value;
  return sums;
}

function between(sums: Float64Array, from: number, to: number): number {
  return (sums[to] ?? 0) - (sums[from] ?? 0);
}

/** Linear between neighbours, as Hyndman and Fan's type 7. */
function quantile(sorted: readonly number[], q: number): number {
  const place = (sorted.length - 1) * q;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}
