import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SustainedThreshold, type Alert, type Reading, type Rules } from './sustained-threshold.cjs';

const minute = 60_000;
const start = Date.UTC(2026, 0, 5, 6);
const rules: Rules = {
  above: 50,
  clearBelow: 40,
  durationMs: 15 * minute,
  maxGapMs: 5 * minute,
  maxLateMs: 2 * minute,
  maxSeries: 100,
};

/** A reading `minutes` after the start, received a second later unless told otherwise. */
function at(minutes: number, value: unknown, change: Partial<Reading> = {}): Reading {
  const observedAt = start + minutes * minute;
  return {
    device: 'aer-1',
    metric: 'pm2_5',
    value,
    unit: 'ug/m3',
    quality: 'good',
    observedAt,
    receivedAt: observedAt + 1000,
    source: 'live',
    historical: false,
    ...change,
  };
}

function alertsOf(rule: SustainedThreshold, readings: readonly Reading[]): Alert[] {
  return readings.flatMap((reading) => rule.take(reading).alert ?? []);
}

/** One reading a minute. */
function minutely(from: number, to: number, value: number, change: Partial<Reading> = {}): Reading[] {
  return Array.from({ length: to - from + 1 }, (_, index) => at(from + index, value, change));
}

test('raised at the minute in which it is high for 15 minutes, once, and cleared below the lower level', () => {
  const rule = new SustainedThreshold(rules);
  const alerts = alertsOf(rule, [
    at(-1, 50), // at the threshold is not above it
    ...minutely(0, 20, 61),
    at(21, 70),
    at(22, 45), // between the levels: it goes on
    ...minutely(23, 60, 80),
    at(61, 39),
    at(62, 38),
  ]);
  expect(alerts).toEqual([
    {
      state: 'raised',
      device: 'aer-1',
      metric: 'pm2_5',
      unit: 'ug/m3',
      value: 61,
      threshold: 50,
      clearBelow: 40,
      since: '2026-01-05T06:00:00.000Z',
      at: '2026-01-05T06:15:00.000Z',
      peak: 61,
      source: 'live',
      synthetic: false,
    },
    expect.objectContaining({ state: 'cleared', value: 39, at: '2026-01-05T07:01:00.000Z', peak: 80 }),
  ]);
});

test('14 minutes are not enough, and one value that is not above starts the count again', () => {
  const rule = new SustainedThreshold(rules);
  expect(alertsOf(rule, [...minutely(0, 14, 90), at(15, 50), ...minutely(16, 30, 90)])).toEqual([]);
  expect(alertsOf(rule, [at(31, 90)])).toMatchObject([
    { state: 'raised', since: '2026-01-05T06:16:00.000Z' },
  ]);
});

test('what was not seen does not count as high: a gap starts the count again', () => {
  const rule = new SustainedThreshold(rules);
  const alerts = alertsOf(rule, [...minutely(0, 9, 90), ...minutely(15, 29, 90)]);
  expect(alerts).toEqual([]);
});

test('a backlog of old high values raises nothing, in whatever order it comes', () => {
  const backlog = minutely(0, 60, 90, { receivedAt: start + 300 * minute, historical: true });
  expect(alertsOf(new SustainedThreshold(rules), backlog)).toEqual([]);
  expect(alertsOf(new SustainedThreshold(rules), backlog.toReversed())).toEqual([]);
});

test('old high values after a low one of now neither raise nor hide that it is low', () => {
  const rule = new SustainedThreshold(rules);
  const backlog = minutely(0, 59, 90, { receivedAt: start + 61 * minute, historical: true });
  expect(alertsOf(rule, [at(60, 12), ...backlog, at(61, 13)])).toEqual([]);
});

test('late values fill a gap: the next reading that is not late raises, on the whole of what was measured', () => {
  const rule = new SustainedThreshold(rules);
  const filling = minutely(5, 12, 90, { receivedAt: start + 13.5 * minute });
  const alerts = alertsOf(rule, [...minutely(0, 4, 90), at(13, 90), ...filling, at(14, 90), at(15, 90)]);
  expect(alerts).toMatchObject([{ since: '2026-01-05T06:00:00.000Z', at: '2026-01-05T06:15:00.000Z' }]);
});

test('a late low value does not clear an alert of now', () => {
  const rule = new SustainedThreshold(rules);
  alertsOf(rule, minutely(0, 20, 90));
  expect(rule.take(at(19.5, 3)).outcome).toBe('late');
  expect(rule.alerts).toBe(1);
});

test('bad quality, no number, a value that was sent twice, and a clock ahead of time are left out', () => {
  const rule = new SustainedThreshold(rules);
  rule.take(at(0, 90));
  expect(rule.take(at(1, 90, { quality: 'bad' })).outcome).toBe('bad_quality');
  expect(rule.take(at(1, null)).outcome).toBe('not_a_number');
  expect(rule.take(at(0, 10)).outcome).toBe('duplicate');
  expect(rule.take(at(9000, 90, { receivedAt: start })).outcome).toBe('future');
  expect(rule.take(at(-30, 90)).outcome).toBe('too_old');
  // The clock that was ahead has not made the present look late.
  expect(rule.take(at(1, 90)).outcome).toBe('kept');
});

test('live and synthetic values of one device never add up, and an alert says which it was', () => {
  const rule = new SustainedThreshold(rules);
  const mixed = minutely(0, 20, 90).map((reading, index) => ({
    ...reading,
    source: index % 7 < 6 ? 'synthetic' : 'live',
  }));
  const alerts = alertsOf(rule, mixed);
  expect(alerts).toHaveLength(1);
  expect(alerts[0]).toMatchObject({ source: 'synthetic', synthetic: true });
});

test('a replay of a past day raises as that day did: the time of the data decides', () => {
  const lastYear = minutely(0, 16, 90, { source: 'replay' }).map((reading) => ({
    ...reading,
    observedAt: reading.observedAt - 365 * 24 * 60 * minute,
    receivedAt: (reading.receivedAt ?? 0) - 365 * 24 * 60 * minute,
  }));
  expect(alertsOf(new SustainedThreshold(rules), lastYear)).toHaveLength(1);
});

test('many devices: the one silent for longest is forgotten, but not one whose alert is open', () => {
  const rule = new SustainedThreshold({ ...rules, maxSeries: 3 });
  alertsOf(rule, minutely(0, 15, 90, { device: 'high' }));
  for (const device of ['a', 'b', 'c', 'd']) rule.take(at(20, 1, { device }));
  expect([rule.series, rule.alerts, rule.forgotten]).toEqual([3, 1, 2]);
  expect(alertsOf(rule, [at(21, 1, { device: 'high' })])).toMatchObject([{ state: 'cleared' }]);
});

test('a sensor at 100 Hz is watched like any other, one low value among its 90,000 still counts', () => {
  const fast = (from: number, to: number, low: number): Reading[] =>
    Array.from({ length: ((to - from) * minute) / 10 }, (_, index) =>
      at(from + (index * 10) / minute, index === low ? 1 : 90),
    );
  expect(alertsOf(new SustainedThreshold(rules), fast(0, 16, -1))).toHaveLength(1);
  expect(alertsOf(new SustainedThreshold(rules), fast(0, 16, 30_000))).toHaveLength(0);
});

test('reset forgets what was seen, so that a replay can start again at its first day', () => {
  const rule = new SustainedThreshold(rules);
  expect(alertsOf(rule, minutely(0, 15, 90))).toHaveLength(1);
  rule.reset();
  expect(alertsOf(rule, minutely(0, 15, 90))).toHaveLength(1);
});

test('rules that contradict one another are refused', () => {
  expect(() => new SustainedThreshold({ ...rules, clearBelow: 51 })).toThrow(/above the one that raises/);
  expect(() => new SustainedThreshold({ ...rules, durationMs: 0 })).toThrow(/duration/);
  expect(() => new SustainedThreshold({ ...rules, above: NaN })).toThrow(/above is no number/);
});

test('whatever comes in whatever order, each alert is borne out by what was measured, and they take turns', () => {
  const reading = fc.record({
    minute: fc.integer({ min: 0, max: 40 }),
    value: fc.constantFrom(30, 45, 60, 90),
    lateMinutes: fc.constantFrom(0, 0, 0, 1, 30),
  });
  const run = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 10, max: 25 }));
  fc.assert(
    fc.property(run, fc.array(reading, { maxLength: 60 }), ([from, length], others) => {
      const rule = new SustainedThreshold(rules);
      const known = new Map<number, number>();
      let open = false;
      const high = minutely(from, from + length, 90);
      const rest = others.map(({ minute: when, value, lateMinutes }) =>
        at(when, value, { receivedAt: start + (when + lateMinutes) * minute }),
      );
      // The run comes between the others, so that some are before it and some late.
      const half = Math.floor(rest.length / 2);
      for (const one of [...rest.slice(0, half), ...high, ...rest.slice(half)]) {
        if (!known.has(one.observedAt)) known.set(one.observedAt, Number(one.value));
        const { alert } = rule.take(one);
        if (!alert) continue;
        expect(alert.state).toBe(open ? 'cleared' : 'raised');
        open = !open;
        const since = Date.parse(alert.since);
        expect(Date.parse(alert.at)).toBe(Math.max(...known.keys()));
        if (alert.state === 'cleared') continue;
        const times = [...known.keys()].filter((time) => time >= since).sort((a, b) => a - b);
        expect(Date.parse(alert.at) - since).toBeGreaterThanOrEqual(rules.durationMs);
        for (const [index, time] of times.entries()) {
          expect(known.get(time)).toBeGreaterThan(rules.above);
          expect(time - (times[index - 1] ?? time)).toBeLessThanOrEqual(rules.maxGapMs);
        }
      }
    }),
  );
});
