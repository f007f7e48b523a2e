import type { Derivation } from '@city-testbed/device-profiles';
import { createDerivation } from '@city-testbed/device-profiles/decode';
import type { ConfiguredDevice, DeviceMetric } from '../model/device.ts';
import type { BadReason, Reading } from '../model/reading.ts';
import type { Stamp } from './time-stamps.ts';

/** A metric and what was read of it. */
export interface MetricReading {
  readonly metric: DeviceMetric;
  readonly reading: Reading;
}

interface Derived {
  readonly metric: DeviceMetric;
  readonly from: string;
  readonly derivation: Derivation<BadReason>;
}

/**
 * Computes a device's derived metrics from every reading of their sources, also from those that a deadband leaves out.
 * What they yield is observed when the source was. A restart begins anew: a rate waits for its second reading, and the
 * window under way has only what came since.
 */
export class DerivedMetrics {
  readonly #derived: readonly Derived[];

  constructor({ definition, metrics }: ConfiguredDevice) {
    this.#derived = definition.derived.flatMap((declared) => {
      const metric = metrics.find(({ name }) => name === declared.name);
      const source = metrics.find(({ name }) => name === declared.from);
      if (!metric || !source) return [];
      const derivation = createDerivation<BadReason>(definition, declared, source.intervalMs);
      return [{ metric, from: declared.from, derivation }];
    });
  }

  /** What the readings of one sample yield. `alias` gives that of a metric. */
  take(
    readings: readonly MetricReading[],
    { at, uptime }: Stamp,
    alias: (metric: string) => number,
  ): MetricReading[] {
    return this.#derived.flatMap(({ metric, from, derivation }) => {
      const source = readings.find((item) => item.metric.name === from)?.reading;
      if (!source) return [];
      const { value, reason = 'stale' } = source;
      const found = derivation.take(value === null ? { at, uptime, reason } : { at, uptime, value });
      if (!found) return [];
      const own = 'value' in found ? { value: found.value } : { value: null, reason: found.reason };
      return [{ metric, reading: { alias: alias(metric.name), ...own } }];
    });
  }
}
