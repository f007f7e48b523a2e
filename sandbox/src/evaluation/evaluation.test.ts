import { ManualClock, seededRandom } from '@city-testbed/runtime';
import { describe, expect, it } from 'vitest';
import type { PilotRecord } from '../pilots/pilots.ts';
import type { DeviceRecord, DeviceRegistry } from '../store/device-registry.ts';
import type { Grant, HourCount, HourQuery, ReadingStore, SeriesSummary } from '../store/reading-store.ts';
import { blockBootstrap } from './bootstrap.ts';
import { createEvaluation } from './create-evaluation.ts';
import { judgedPeriod, localDay, slotsIn, wholeHours } from './period.ts';
import { overall, verdictOf } from './verdict.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 2, 1);

function pilot(change: Partial<PilotRecord> = {}): PilotRecord {
  return {
    id: 'air',
    title: 'Air',
    summary: '',
    organisation: 'City',
    state: 'live',
    startsAt: start,
    endsAt: start + 90 * 24 * hour,
    createdAt: start,
    synthetic: false,
    agreement: { purpose: '', until: new Date(start + 90 * 24 * hour).toISOString(), reads: [] },
    target: { intervalSeconds: 300, completenessPercent: 90, latencyP95Ms: 1000, minimumReadings: 100 },
    members: [],
    ...change,
  };
}

describe('period', () => {
  it('is cut to the pilot, its agreement and now', () => {
    const until = new Date(start + 10 * hour).toISOString();
    const cut = pilot({ agreement: { purpose: '', until, reads: [] } });
    expect(judgedPeriod(cut, { from: 0, to: Infinity }, start + 99 * hour)).toEqual({
      from: start,
      to: start + 10 * hour,
    });
    expect(judgedPeriod(cut, {}, start - hour)).toEqual({ from: start, to: start });
  });

  it('judges whole hours, and no slot that still runs', () => {
    const period = { from: start + 1, to: start + 5 * hour + 60_000 };
    expect(wholeHours(period, 300_000)).toEqual({ from: start + hour, to: start + 5 * hour });
    // A slot of two hours that begins at 04:00 still runs at 05:30: the hours 04 and 05 wait.
    expect(wholeHours({ from: start, to: start + 5.5 * hour }, 2 * hour).to).toBe(start + 4 * hour);
    expect(wholeHours({ from: start, to: start + 10 }, 60_000)).toEqual({ from: start, to: start });
  });

  it('counts the slots that start in an hour', () => {
    expect(slotsIn(start, 300_000)).toBe(12);
    expect([0, 1, 2].map((at) => slotsIn(start + at * hour, 2 * hour))).toEqual([1, 0, 1]);
    const sevens = Array.from({ length: 7 }, (_, at) => slotsIn(start + at * hour, 420_000));
    expect(sevens.reduce((sum, slots) => sum + slots, 0)).toBe(60);
  });

  it('knows local days of 23 and 25 hours', () => {
    const dayOf = localDay('Europe/Bucharest');
    const hoursOf = (day: string, from: number) =>
      Array.from({ length: 72 }, (_, at) => dayOf(from + at * hour)).filter((name) => name === day).length;
    expect(hoursOf('2026-03-29', Date.UTC(2026, 2, 28))).toBe(23);
    expect(hoursOf('2026-10-25', Date.UTC(2026, 9, 24))).toBe(25);
    expect(hoursOf('2026-06-02', Date.UTC(2026, 5, 1))).toBe(24);
  });
});

describe('block bootstrap', () => {
  it('gives the same interval for the same seed, around the share', () => {
    const hours = Array.from({ length: 240 }, (_, at) => ({ part: at % 10 === 0 ? 0 : 12, whole: 12 }));
    const interval = blockBootstrap(hours, seededRandom(1));
    expect(interval).toEqual(blockBootstrap(hours, seededRandom(1)));
    expect(interval!.low).toBeLessThanOrEqual(90);
    expect(interval!.high).toBeGreaterThanOrEqual(90);
  });

  it('is wider where the same gaps stand together', () => {
    const scattered = Array.from({ length: 240 }, (_, at) => ({ part: at % 10 === 0 ? 0 : 12, whole: 12 }));
    const together = Array.from({ length: 240 }, (_, at) => ({ part: at < 24 ? 0 : 12, whole: 12 }));
    const width = (hours: typeof scattered) => {
      const interval = blockBootstrap(hours, seededRandom(7))!;
      return interval.high - interval.low;
    };
    expect(width(together)).toBeGreaterThan(3 * width(scattered));
  });

  it('covers the true share about as often as it says', () => {
    // Outages that last 6 h on average and start in 1 of 50 hours: 100 runs of 60 days, true share 50 / 56.
    const truth = (100 * 50) / 56;
    const random = seededRandom(42);
    let covered = 0;
    for (let run = 0; run < 100; run += 1) {
      let down = false;
      const hours = Array.from({ length: 60 * 24 }, () => {
        down = down ? random.next() > 1 / 6 : random.next() < 1 / 50;
        return { part: down ? 0 : 12, whole: 12 };
      });
      const interval = blockBootstrap(hours, seededRandom(run))!;
      if (interval.low <= truth && truth <= interval.high) covered += 1;
    }
    expect(covered).toBeGreaterThanOrEqual(82);
    expect(covered).toBeLessThanOrEqual(100);
  });

  it('says nothing about less than 12 hours', () => {
    expect(
      blockBootstrap(
        Array.from({ length: 11 }, () => ({ part: 1, whole: 1 })),
        seededRandom(1),
      ),
    ).toBeNull();
  });
});

describe('verdict', () => {
  it('needs a figure and enough data', () => {
    const figure = { target: 90, better: 'higher' as const };
    expect(verdictOf({ ...figure, value: null, n: 0 }, 10)).toBe('not_measured');
    expect(verdictOf({ ...figure, value: 99, n: 9 }, 10)).toBe('insufficient_data');
    expect(verdictOf({ ...figure, value: 90, n: 10 }, 10)).toBe('met');
    expect(verdictOf({ ...figure, value: 89.99, n: 10 }, 10)).toBe('not_met');
    expect(verdictOf({ value: 91, target: 90, better: 'lower', n: 10 }, 10)).toBe('not_met');
  });

  it('of all is the worst', () => {
    expect(overall(['met', 'not_measured', 'not_met'])).toBe('not_met');
    expect(overall(['met', 'insufficient_data'])).toBe('insufficient_data');
    expect(overall(['met', 'met'])).toBe('met');
  });
});

/** Every slot of every hour holds a reading, but for the hours that `missing` names. */
function storeOf(summary: Partial<SeriesSummary>, missing: readonly number[] = []): ReadingStore {
  const hourCounts = ({ grants, from, to, slotMs }: HourQuery): Promise<HourCount[]> => {
    const counts: HourCount[] = [];
    for (let at = from; at < to; at += hour) {
      if (missing.includes((at - start) / hour)) continue;
      for (const { device, metrics } of grants) {
        for (const metric of metrics ?? ['pm25', 'pm10']) {
          const slots = slotsIn(at, slotMs);
          counts.push({
            device,
            metric,
            hour: at,
            goodSlots: slots,
            good: 60,
            bad: 0,
            synthetic: summary.synthetic ?? 0,
          });
        }
      }
    }
    return Promise.resolve(counts);
  };
  const summarise = ({ grants }: { grants: readonly Grant[] }): Promise<SeriesSummary[]> =>
    Promise.resolve(
      grants.flatMap(({ device, metrics }) =>
        (metrics ?? ['pm25', 'pm10']).map((metric) => ({
          device,
          metric,
          good: 5000,
          bad: 0,
          synthetic: 0,
          latencyP95Ms: 400,
          latencyCount: 5000,
          ...summary,
        })),
      ),
    );
  return { hourCounts, summarise } as unknown as ReadingStore;
}

const registry = {
  device: (id: string) =>
    id === 'ghost'
      ? undefined
      : ({ id, metrics: [{ name: 'pm25' }, { name: 'pm10' }] } as unknown as DeviceRecord),
} as DeviceRegistry;

function evaluate(store: ReadingStore, grants: readonly Grant[], hours = 240) {
  const clock = new ManualClock(start + hours * hour);
  const parts = {
    store,
    registry,
    pilots: { agreedGrants: () => grants },
    clock,
    timeZone: 'Europe/Bucharest',
  };
  return createEvaluation(parts).evaluate(pilot());
}

describe('evaluation', () => {
  it('counts what never came as missing, by slot, day and series', async () => {
    const missing = Array.from({ length: 48 }, (_, at) => 100 + at);
    const result = await evaluate(storeOf({}, missing), [{ device: 'a', metrics: null }]);
    const [completeness] = result.indicators;
    expect(completeness).toMatchObject({
      value: 80,
      expected: 2 * 240 * 12,
      n: 2 * 192 * 12,
      verdict: 'not_met',
    });
    expect(completeness!.interval!.low).toBeLessThan(80);
    expect(result.verdict).toBe('not_met');
    expect(result.rows).toHaveLength(2);
    expect(result.rows[0]).toMatchObject({ device: 'a', metric: 'pm25', expected: 2880, complete: 2304 });
    // The pilot starts at 02:00 local time: eleven local days, the fifth and the sixth with the gap.
    expect(result.days.map(({ completenessPercent }) => completenessPercent)).toContain(0);
    expect(result.days[0]).toEqual({ day: '2026-03-01', completenessPercent: 100, synthetic: false });
    expect(result.days).toHaveLength(11);
  });

  it('asks in steps and adds them up', async () => {
    const grants = Array.from({ length: 200 }, (_, at) => ({ device: `d${at}`, metrics: null }));
    const store = storeOf({});
    const asked: number[] = [];
    const counted = {
      ...store,
      hourCounts: (query: HourQuery) => {
        asked.push((query.to - query.from) / hour);
        return store.hourCounts(query);
      },
    };
    const result = await evaluate(counted, grants);
    expect(asked).toEqual([50, 50, 50, 50, 40]);
    expect(result.indicators[0]).toMatchObject({ value: 100, verdict: 'met' });
  });

  it('judges the slowest series, and only live readings', async () => {
    const slow = await evaluate(storeOf({ latencyP95Ms: 1001 }), [{ device: 'a', metrics: ['pm25'] }]);
    expect(slow.indicators[1]).toMatchObject({ value: 1001, verdict: 'not_met', n: 5000 });
    const synthetic = await evaluate(storeOf({ latencyP95Ms: null, latencyCount: 0, synthetic: 9 }), [
      { device: 'a', metrics: ['pm25'] },
    ]);
    expect(synthetic.indicators[1]).toMatchObject({ value: null, verdict: 'not_measured' });
    expect(synthetic).toMatchObject({ containsSynthetic: true, verdict: 'not_measured' });
    expect(synthetic.days.every((day) => day.synthetic)).toBe(true);
  });

  it('is no success while an agreed device never showed up', async () => {
    const result = await evaluate(storeOf({}), [
      { device: 'a', metrics: null },
      { device: 'ghost', metrics: null },
    ]);
    expect(result.indicators[0]).toMatchObject({ value: 100, verdict: 'insufficient_data' });
    expect(result.rows.at(-1)).toMatchObject({ device: 'ghost', metric: '*', expected: null });
  });

  it('has no figure before the first whole hour', async () => {
    const result = await evaluate(
      storeOf({ latencyCount: 0, latencyP95Ms: null }),
      [{ device: 'a', metrics: null }],
      0.5,
    );
    expect(result.indicators[0]).toMatchObject({
      value: null,
      expected: 0,
      interval: null,
      verdict: 'not_measured',
    });
    expect(result.days).toEqual([]);
  });
});
