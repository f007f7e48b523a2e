import type { GpioMetric } from '../format/gpio.ts';
import type { MetricValue } from '../format/value.ts';
import type { Decoded } from './registers.ts';

/** The value of a `count` metric: pulses since ever (persist the count, not the value) times its scale. */
export function decodePulses(metric: GpioMetric, pulses: number): Decoded {
  void metric;
  void pulses;
  throw new Error('to come');
}

/** The value of a `rate` metric: pulses in a time, as units per hertz. */
export function decodeRate(metric: GpioMetric, pulses: number, seconds: number): Decoded {
  void metric;
  void pulses;
  void seconds;
  throw new Error('to come');
}

/** The truth of an `input` or `output` metric from the voltage level, `activeLow` honoured. */
export function decodeLevel(metric: GpioMetric, level: 0 | 1): Decoded {
  void metric;
  void level;
  throw new Error('to come');
}

/** The level that commands an `output` metric. */
export function encodeLevel(metric: GpioMetric, value: MetricValue): 0 | 1 | undefined {
  void metric;
  void value;
  throw new Error('to come');
}

/** Counts edges as the profile says, bounces left out. Pure: the driver passes each edge with its time. */
export interface PulseCounter {
  /** `level` is that after the edge; `atMs` is monotonic. True when it counted as a pulse. */
  edge(level: 0 | 1, atMs: number): boolean;
  readonly pulses: number;
  readonly bounces: number;
}

/** `pulses`: the count that was kept from before a restart. */
export function createPulseCounter(metric: GpioMetric, pulses?: number): PulseCounter {
  void metric;
  void pulses;
  throw new Error('to come');
}
