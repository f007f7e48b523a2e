import {
  createPulseCounter,
  decodeLevel,
  decodePulses,
  decodeRate,
  type Decoded,
  type GpioMetric,
  type PulseCounter,
} from '@city-testbed/device-profiles';
import type { Clock } from '@city-testbed/runtime';
import type { Line } from './line.ts';

/** One metric on one line. */
export class Pin {
  readonly metric: GpioMetric;
  readonly line: Line;
  readonly #clock: Clock;
  readonly #counter: PulseCounter | undefined;
  #ratedAt: number;
  #ratedPulses: number;

  /** `pulses`: the count that was kept from before a restart. */
  constructor(metric: GpioMetric, line: Line, clock: Clock, pulses: number) {
    this.metric = metric;
    this.line = line;
    this.#clock = clock;
    this.#ratedAt = clock.monotonic();
    this.#ratedPulses = pulses;
    const { mode, edge } = metric.pin;
    if (mode !== 'count' && mode !== 'rate') return;
    const counter = createPulseCounter(metric, pulses);
    this.#counter = counter;
    // The kernel reports only the edges that were asked for; the level read afterwards may have bounced back already.
    line.watch((level) => {
      counter.edge(edge === 'both' ? level : edge === 'rising' ? 1 : 0, clock.monotonic());
    });
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

  close(): void {
    this.line.close();
  }
}
