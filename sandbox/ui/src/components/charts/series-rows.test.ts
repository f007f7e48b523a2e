import { describe, expect, it } from 'vitest';
import type { SeriesPoint } from '../../../../src/contract/index.ts';
import { seriesRows, summarise, usualStep } from './series-rows.ts';

const point = (t: string, value: number | null, more: Partial<SeriesPoint> = {}): SeriesPoint => ({
  t,
  min: value,
  max: value,
  mean: value,
  last: value,
  count: value === null ? 0 : 1,
  bad: value === null ? 1 : 0,
  synthetic: false,
  ...more,
});

describe('rows of a chart', () => {
  it('leave a gap where intervals are absent', () => {
    const rows = seriesRows({
      resolution: '1m',
      points: [
        point('2025-03-01T10:00:00.000Z', 1),
        point('2025-03-01T10:01:00.000Z', 2),
        point('2025-03-01T10:02:00.000Z', 2),
        point('2025-03-01T10:05:00.000Z', 3),
      ],
    });
    expect(rows.map(({ mean }) => mean)).toEqual([1, 2, 2, null, 3]);
    expect(rows[3]?.at).toBe(Date.parse('2025-03-01T12:03:00.000Z'));
  });

  it('do not take the unpunctuality of a device for a gap', () => {
    const points = [0, 10_020, 19_980, 31_000, 90_000].map((ms) =>
      point(new Date(Date.parse('2025-03-01T10:00:00.000Z') + ms).toISOString(), 1),
    );
    expect(usualStep('raw', points)).toBeGreaterThan(9_000);
    expect(seriesRows({ resolution: 'raw', points }).filter(({ mean }) => mean === null)).toHaveLength(1);
  });

  it('see no gaps where a device measures more seldom than the chart could show', () => {
    const points = [0, 5, 10, 15, 20].map((minute) =>
      point(new Date(Date.parse('2025-03-01T10:00:00.000Z') + minute * 60_000).toISOString(), 1),
    );
    expect(seriesRows({ resolution: '1m', points })).toHaveLength(5);
  });

  it('give synthetic history its own rhythm', () => {
    const start = Date.parse('2025-03-01T10:00:00.000Z');
    const at = (ms: number) => new Date(start + ms).toISOString();
    const rows = seriesRows({
      resolution: 'raw',
      points: [
        ...[0, 300_000, 600_000].map((ms) => point(at(ms), 1, { synthetic: true })),
        ...Array.from({ length: 20 }, (_, index) => point(at(700_000 + index * 5_000), 2)),
      ],
    });
    expect(rows.filter(({ mean }) => mean === null)).toEqual([]);
  });

  it('keep a local day that lasts 25 hours whole', () => {
    const points = ['2025-10-24T21:00:00Z', '2025-10-25T21:00:00Z', '2025-10-26T22:00:00Z'].map((t) =>
      point(t, 1),
    );
    expect(seriesRows({ resolution: '1d', points })).toHaveLength(3);
  });

  it('sum up what the chart shows', () => {
    const summary = summarise([
      point('2025-03-01T10:00:00.000Z', 10, { count: 3, min: 8, max: 12 }),
      point('2025-03-01T10:01:00.000Z', 20, { count: 1, synthetic: true }),
      point('2025-03-01T10:02:00.000Z', null),
    ]);
    expect(summary).toEqual({ good: 4, bad: 1, min: 8, max: 20, mean: 12.5, anySynthetic: true });
  });
});
