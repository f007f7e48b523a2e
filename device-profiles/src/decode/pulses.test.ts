import { expect, test } from 'vitest';
import type { GpioMetric, GpioPin } from '../format/gpio.ts';
import { createPulseCounter, decodeLevel, decodePulses, decodeRate, encodeLevel } from './pulses.ts';

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

test('a bouncing contact counts once, and the count goes on from before a restart', () => {
  const counter = createPulseCounter(metric({}), 100);
  expect([0, 3, 5].map((at) => counter.edge(0, at))).toEqual([true, false, false]);
  expect(counter.edge(1, 8)).toBe(false);
  expect(counter.edge(0, 10)).toBe(true);
  expect(counter).toMatchObject({ pulses: 102, bounces: 2 });
});

test('both edges, or the rising one alone', () => {
  const both = createPulseCounter(metric({ edge: 'both', debounceMs: 0 }));
  both.edge(1, 0);
  both.edge(0, 0);
  expect(both.pulses).toBe(2);
  const rising = createPulseCounter(metric({ edge: 'rising' }));
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
