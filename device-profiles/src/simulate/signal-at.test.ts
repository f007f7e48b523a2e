import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Signal } from '../format/signal.ts';
import { profileLibrary } from '../load/library.ts';
import { completeSignal } from './complete-signal.ts';
import { signalAt } from './signal-at.ts';
import { darkHours, isDark } from './sun.ts';

const library = profileLibrary();
const feeder = library.find('eastron/sdm120');
const hour = 3_600_000;
const day = 24 * hour;
const noonInJune = Date.UTC(2026, 5, 17, 10, 30);
const midnightInJune = Date.UTC(2026, 5, 17, 22, 30);

test('every metric of every bundled profile stays within its bounds, at any time and seed', () => {
  const metrics = library.ids().flatMap((id) => {
    const profile = library.find(id);
    return profile.metrics.map((metric) => ({ profile, metric }));
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...metrics),
      fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2035, 0, 1) }),
      ({ profile, metric }, seed, time) => {
        const value = signalAt(profile, metric.name, seed, time);
        expect(signalAt(profile, metric.name, seed, time)).toBe(value);
        if (typeof value !== 'number') return;
        expect(value).toBeGreaterThanOrEqual(metric.min ?? -Infinity);
        expect(value).toBeLessThanOrEqual(metric.max ?? Infinity);
      },
    ),
  );
});

test('street lamps burn by night, and the meter counts just what they burn', () => {
  const at = (metric: string, time: number): number => Number(signalAt(feeder, metric, 1, time));
  expect(at('active_power', noonInJune)).toBeLessThan(20);
  expect(at('active_power', midnightInJune)).toBeGreaterThan(450);
  const burnt = at('import_energy', noonInJune + day) - at('import_energy', noonInJune);
  expect(burnt).toBeCloseTo(0.48 * darkHours(noonInJune, noonInJune + day), 3);
  expect(darkHours(noonInJune, noonInJune + day)).toBeGreaterThan(7);
  expect(darkHours(noonInJune, noonInJune + day)).toBeLessThan(9);
  expect(darkHours(Date.UTC(2026, 11, 20), Date.UTC(2026, 11, 21))).toBeGreaterThan(14);
});

test('hours of darkness are those in which it is dark', () => {
  const from = Date.UTC(2026, 2, 10);
  let minutes = 0;
  for (let time = from; time < from + 3 * day; time += 60_000) if (isDark(time)) minutes++;
  expect(darkHours(from, from + 3 * day)).toBeCloseTo(minutes / 60, 0);
});

test('dust is thicker at rush hour than at night, and differs from place to place', () => {
  const dust = library.find('deltaohm/pmbsense-a');
  const mean = (utcHour: number): number =>
    [...Array(10).keys()]
      .map((seed) => Number(signalAt(dust, 'pm10', seed, Date.UTC(2026, 5, 17, utcHour))))
      .reduce((sum, value) => sum + value / 10, 0);
  expect(mean(5)).toBeGreaterThan(mean(0) + 10);
  expect(signalAt(dust, 'pm10', 1, noonInJune)).not.toBe(signalAt(dust, 'pm10', 2, noonInJune));
});

test('a parking place is either free or taken, and more often taken by day', () => {
  const place = library.find('dfrobot/sen0492');
  const taken = (utcHour: number): number =>
    [...Array(200).keys()].filter(
      (seed) => Number(signalAt(place, 'distance', seed, Date.UTC(2026, 5, 17, utcHour))) < 1500,
    ).length;
  expect(taken(10)).toBeGreaterThan(120);
  expect(taken(0)).toBeLessThan(80);
});

test('rain falls in showers, never back up, and comes to what was promised', () => {
  const gauge = library.find('sparkfun/rain-gauge');
  const start = Date.UTC(2026, 3, 1);
  const counts = [...Array(30 * 24).keys()].map((at) =>
    Number(signalAt(gauge, 'rainfall', 5, start + at * hour)),
  );
  counts.reduce((before, now) => {
    expect(now).toBeGreaterThanOrEqual(before);
    return now;
  });
  const month = (counts.at(-1) ?? 0) - (counts[0] ?? 0);
  expect(month).toBeGreaterThan(0.09 * 24 * 24);
  expect(month).toBeLessThan(0.09 * 24 * 36);
  expect(counts.filter((count, at) => at > 0 && count === counts[at - 1]).length).toBeGreaterThan(400);
});

test('counters count reads, time, or hours, and wrap', () => {
  const counter = (more: Partial<Extract<Signal, { kind: 'counter' }>>): Record<string, Signal> => ({
    total_energy: {
      ...completeSignal({ kind: 'counter', start: 5, everyMs: 100, since: 'start' }),
      ...more,
    } as Signal,
  });
  const value = (signals: Record<string, Signal>, after: number, reads = 0): unknown =>
    signalAt(feeder, 'total_energy', 1, noonInJune + after, { signals, startedAt: noonInJune, reads });
  expect(value(counter({}), 250)).toBe(7);
  expect(value(counter({ per: 'read' }), 0, 4)).toBe(9);
  expect(value(counter({ per: 'hour', rate: 2 }), hour)).toBe(7);
  expect(value(counter({ wrap: 6 }), 250)).toBe(1);
});

test('a signal that is written short gets its defaults; a wrong one is refused with its faults', () => {
  expect(completeSignal({ kind: 'daily', mean: 10, amplitude: 2 })).toEqual({
    kind: 'daily',
    mean: 10,
    amplitude: 2,
    peakHour: 15,
    noise: 0,
  });
  const invalid = expect.objectContaining({ code: 'PROFILE_SIMULATION_INVALID' }) as Error;
  expect(() => completeSignal({ kind: 'daily', mean: 'high' })).toThrow(invalid);
  expect(() => completeSignal({ kind: 'weekly' })).toThrow(invalid);
});
