import type { DeviceProfile } from '@city-testbed/device-profiles';
import { derivedIntervalMs } from '@city-testbed/device-profiles/decode';
import type { ConfigFault } from '@city-testbed/runtime';
import type { DeviceMetric } from '../model/device.ts';
import { reporting } from './reporting.ts';
import type { DeviceConfig } from './schema.ts';

/** Derived metrics whose source is read here; one whose source is switched off is off with it. */
export function derivedMetrics(
  { derived }: DeviceProfile,
  config: DeviceConfig,
  polled: readonly DeviceMetric[],
): DeviceMetric[] {
  return derived.flatMap((metric) => {
    const source = polled.find(({ name }) => name === metric.from);
    if (!source || !(config.metrics[metric.name]?.enabled ?? true)) return [];
    const intervalMs = derivedIntervalMs(metric, source.intervalMs);
    return [
      {
        name: metric.name,
        datatype: metric.datatype,
        unit: metric.unit,
        ...(metric.min === undefined ? {} : { low: metric.min }),
        ...(metric.max === undefined ? {} : { high: metric.max }),
        writable: false,
        intervalMs,
        ...reporting(metric, config, intervalMs),
      },
    ];
  });
}

/** A derived metric has the pace of its source, whose interval must fit into its window. */
export function derivedFaults(
  { derived }: DeviceProfile,
  config: DeviceConfig,
  polled: readonly DeviceMetric[],
  path: string,
): ConfigFault[] {
  return derived.flatMap(({ name, from, windowMs = Number.POSITIVE_INFINITY }) => {
    const own = config.metrics[name];
    if (own?.enabled === false) return [];
    const faults: ConfigFault[] = [];
    const intervalMs = polled.find((metric) => metric.name === from)?.intervalMs ?? 0;
    if (own?.intervalMs !== undefined) {
      const allowed = `nothing: ${name} is derived and follows ${from}`;
      faults.push({ path: `${path}.metrics.${name}.intervalMs`, found: String(own.intervalMs), allowed });
    }
    if (intervalMs > windowMs) {
      const allowed = `${String(windowMs)} or less, the window of ${name}, or ${name} with enabled: false`;
      faults.push({ path: `${path}.metrics.${from}.intervalMs`, found: String(intervalMs), allowed });
    }
    return faults;
  });
}
