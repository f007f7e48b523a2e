import { expect, test } from 'vitest';
import type { GpioMetric, GpioPin } from '../format/gpio.ts';
import {
  createPulseCounter,
  decodeLevel,
  decodePulses,
  decodeRate,
  encodeLevel,
  type PulseCounter,
} from './pulses.ts';

function metric(pin: Partial<GpioPin>): GpioMetric {
  return {
    name: 'rainfall',
    label: { en: 'Rainfall', ro: 'Precipitații' },
    unit: 'mm',
    datatype: 'Double',
    access: 'ro',
    intervalMs: 1000,
    pin: { mode: 'count', scale: 1, edge: 'falling', debounceMs: 10, pull: 'up', activeLow: false, ...pin },
  };
}

test('five tips of 0.2794 mm are 1.397 mm, and 2.5 Hz of a cup anemometer are 6 km/h', () => {
  expect(decodePulses(metric({ scale: 0.2794 }), 5)).toEqual({ ok: true, value: 1.397 });
  expect(decodeRate(metric({ mode: 'rate', scale: 2.4 }), 10, 4)).toEqual({ ok: true, value: 6 });
  expect(decodeRate(metric({ mode: 'rate' }), 10, 0)).toEqual({ ok: false, reason: 'malformed' });
});

/** Passes edges as `[level, ms]`; gives the times of those that counted. */
function countedOf(counter: PulseCounter, edges: readonly (readonly [0 | 1, number])[]): number[] {
  return edges.filter(([level, at]) => counter.edge(level, at)).map(([, at]) => at);
}

test('a contact that bounces counts once, and the count goes on from before a restart', () => {
  const counter = createPulseCounter(metric({}), 100);
  const closing = [[0, 0], [1, 1], [0, 2]] as const; // prettier-ignore
  const opening = [[1, 80], [0, 81], [1, 82]] as const; // prettier-ignore
  expect(countedOf(counter, [...closing, ...opening])).toEqual([0]);
  expect(countedOf(counter, [[0, 120]])).toEqual([120]);
  expect(counter).toMatchObject({ pulses: 102, bounces: 2 });
});

test('pulses come as fast as the debounce time lets them', () => {
  const counter = createPulseCounter(metric({ debounceMs: 10 }));
  const edges = Array.from({ length: 50 }, (_, n) => [[0, n * 12] as const, [1, n * 12 + 4] as const]).flat();
  expect(countedOf(counter, edges)).toHaveLength(50);
});

test('a line that is at rest again before it is read had a pulse; one that is active at start had it before', () => {
  expect(createPulseCounter(metric({}), 0, 1).edge(1, 0)).toBe(true);
  const active = createPulseCounter(metric({}), 0, 0);
  expect(countedOf(active, [[1, 0], [0, 50]])).toEqual([50]); // prettier-ignore
});

test('both edges, or the rising one alone', () => {
  const both = createPulseCounter(metric({ edge: 'both', debounceMs: 0 }));
  both.edge(1, 0);
  both.edge(0, 0);
  expect(both.pulses).toBe(2);
  const rising = createPulseCounter(metric({ edge: 'rising' }), 0, 1);
  rising.edge(0, 0);
  rising.edge(1, 50);
  expect(rising.pulses).toBe(1);
});

test('levels honour activeLow, both ways', () => {
  const low = metric({ mode: 'output', activeLow: true });
  expect(decodeLevel(low, 0)).toEqual({ ok: true, value: true });
  expect(encodeLevel(low, true)).toBe(0);
  expect(encodeLevel(low, 1)).toBeUndefined();
  expect(encodeLevel(metric({ mode: 'input' }), true)).toBeUndefined();
});
