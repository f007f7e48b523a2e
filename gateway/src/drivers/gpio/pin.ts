import type { Decoded, GpioMetric, PulseCounter } from '@city-testbed/device-profiles';
import {
  createPulseCounter,
  decodeLevel,
  decodePulses,
  decodeRate,
} from '@city-testbed/device-profiles/decode';
import type { Clock } from '@city-testbed/runtime';
import type { Line } from './line.ts';

/** Whether a metric is made from edges, not from levels. */
export function counts({ pin: { mode } }: GpioMetric): boolean {
  return mode === 'count' || mode === 'rate';
}

/** One metric on one open line. */
export class Pin {
  readonly metric: GpioMetric;
  readonly line: Line;
  readonly #clock: Clock;
  readonly #counter: PulseCounter | undefined;
  #ratedAt: number;
  #ratedPulses: number;

  /** `pulses`: the count that was kept from before. `level`: that of the line now, where it counts. */
  constructor(metric: GpioMetric, line: Line, clock: Clock, pulses: number, level?: 0 | 1) {
    this.metric = metric;
    this.line = line;
    this.#clock = clock;
    this.#ratedAt = clock.monotonic();
    this.#ratedPulses = pulses;
    if (!counts(metric)) return;
    const counter = createPulseCounter(metric, pulses, level);
    this.#counter = counter;
    line.watch((after) => void counter.edge(after, clock.monotonic()));
  }

  /** What has to survive a restart; undefined for levels. */
  get pulses(): number | undefined {
    return this.#counter?.pulses;
  }

  async read(): Promise<Decoded> {
    const counter = this.#counter;
    if (!counter) return decodeLevel(this.metric, await this.line.read());
    if (this.metric.pin.mode === 'count') return decodePulses(this.metric, counter.pulses);
    const now = this.#clock.monotonic();
    const rate = decodeRate(this.metric, counter.pulses - this.#ratedPulses, (now - this.#ratedAt) / 1000);
    this.#ratedAt = now;
    this.#ratedPulses = counter.pulses;
    return rate;
  }
}
