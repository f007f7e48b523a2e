import type { Rollup, StoredReading } from './reading-store.ts';

/** What the roll-ups must be, from the raw readings: the plain way. */
export function recomputed(readings: readonly StoredReading[], length: number): Rollup[] {
  const intervals = new Map<number, StoredReading[]>();
  for (const each of readings) {
    const from = Math.floor(each.observedAt / length) * length;
    intervals.set(from, [...(intervals.get(from) ?? []), each]);
  }
  return [...intervals]
    .sort(([a], [b]) => a - b)
    .map(([from, within]) => {
      const good = within.filter(({ quality }) => quality === 'good');
      const numbers = good
        .filter(({ value }) => typeof value === 'number' || typeof value === 'boolean')
        .sort((a, b) => a.observedAt - b.observedAt)
        .map(({ value }) => Number(value));
      return {
        from,
        min: numbers.length === 0 ? null : Math.min(...numbers),
        max: numbers.length === 0 ? null : Math.max(...numbers),
        sum: numbers.reduce((sum, value) => sum + value, 0),
        last: numbers.at(-1) ?? null,
        count: good.length,
        bad: within.length - good.length,
        synthetic: within.filter(({ source }) => source === 'synthetic').length,
      };
    });
}
