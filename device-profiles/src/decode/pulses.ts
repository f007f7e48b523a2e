import type { GpioMetric } from '../format/gpio.ts';
import type { MetricValue } from '../format/value.ts';
import { bad, good, type Decoded } from './outcome.ts';
import { scaled, within } from './scale.ts';

/** The value of a `count` metric: pulses since ever (persist the count, not the value) times its scale. */
export function decodePulses(metric: GpioMetric, pulses: number): Decoded {
  const value = scaled(pulses, metric.pin.scale);
  return within(value, metric) ? good(value) : bad('out_of_range');
}

/** The value of a `rate` metric: pulses in a time, as units per hertz. `seconds` is more than 0. */
export function decodeRate(metric: GpioMetric, pulses: number, seconds: number): Decoded {
  if (!(seconds > 0)) return bad('malformed');
  const value = scaled(pulses / seconds, metric.pin.scale);
  return within(value, metric) ? good(value) : bad('out_of_range');
}

/** The truth of an `input` or `output` metric from the voltage level, `activeLow` honoured. */
export function decodeLevel(metric: GpioMetric, level: 0 | 1): Decoded {
  return good((level === 1) !== metric.pin.activeLow);
}

/** The level that commands an `output` metric; undefined where the value is no boolean or the metric no output. */
export function encodeLevel(metric: GpioMetric, value: MetricValue): 0 | 1 | undefined {
  if (typeof value !== 'boolean' || metric.pin.mode !== 'output') return undefined;
  return value !== metric.pin.activeLow ? 1 : 0;
}

/** Counts edges as the profile says, bounces left out. Pure: the driver passes each edge with its time. */
export interface PulseCounter {
  /** `level` is that after the edge; `atMs` is monotonic. True when it counted as a pulse. */
  edge(level: 0 | 1, atMs: number): boolean;
  readonly pulses: number;
  readonly bounces: number;
}

/** A pause shorter than this share of the debounce time is contact bounce: of closing, or of opening again. */
const BOUNCE_SHARE = 1 / 4;

/**
 * `pulses`: the count that was kept from before a restart. `level`: that of the line now; left out: not the one that
 * begins a pulse. Two pulses are at least the debounce time apart. Every edge is to be passed, not only those that
 * count: the end of a pulse bounces too. An edge after which the line is at rest, as before, was a short pulse.
 */
export function createPulseCounter(metric: GpioMetric, pulses = 0, level?: 0 | 1): PulseCounter {
  const { edge: counts, debounceMs } = metric.pin;
  const begun = counts === 'rising' ? 1 : 0;
  const counted = { pulses, bounces: 0 };
  let active = level === begun;
  let lastPulse = Number.NEGATIVE_INFINITY;
  let lastEdge = Number.NEGATIVE_INFINITY;
  return {
    edge: (after, atMs) => {
      const begins = counts === 'both' || !active;
      const settled = atMs - lastPulse >= debounceMs && atMs - lastEdge >= debounceMs * BOUNCE_SHARE;
      active = after === begun;
      lastEdge = atMs;
      if (!begins) return false;
      if (!settled) {
        counted.bounces++;
        return false;
      }
      lastPulse = atMs;
      counted.pulses++;
      return true;
    },
    get pulses() {
      return counted.pulses;
    },
    get bounces() {
      return counted.bounces;
    },
  };
}
