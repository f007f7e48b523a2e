import type { Metric } from '@city-testbed/sparkplug';

/**
 * The ranges in a `Node Control/Stored`: from,to pairs, both ends included. Undefined for anything else.
 * Numbers past 2^53 are none that this gateway gave, and leave their pair without effect.
 */
export function storedRanges({ value }: Metric): readonly (readonly [number, number])[] | undefined {
  if (!(value instanceof BigUint64Array) || value.length % 2 !== 0) return undefined;
  const ranges: (readonly [number, number])[] = [];
  for (let index = 0; index < value.length; index += 2) {
    const from = Number(value[index]);
    const to = Number(value[index + 1]);
    if (from > to) return undefined;
    ranges.push([from, to]);
  }
  return ranges;
}
