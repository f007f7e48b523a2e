import type { DerivedMetric, Metric } from '@city-testbed/device-profiles';
import type { ConfigFault } from '@city-testbed/runtime';
import type { DeviceMetric } from '../model/device.ts';
import type { DeviceConfig } from './schema.ts';

/** With a deadband and nothing else said, a value is kept at least once in so many intervals. */
const SILENT_INTERVALS = 10;
const SHORTEST_SILENCE_MS = 100;

/** Report by exception, by the configuration or else by the profile. */
export function reporting(
  metric: Metric | DerivedMetric,
  config: DeviceConfig,
  intervalMs: number,
): Pick<DeviceMetric, 'deadband' | 'maxSilenceMs'> {
  const own = config.metrics[metric.name];
  const deadband = own?.deadband ?? metric.deadband;
  if (deadband === undefined) return {};
  const maxSilenceMs = own?.maxSilenceMs ?? metric.maxSilenceMs ?? SILENT_INTERVALS * intervalMs;
  return { deadband, maxSilenceMs: Math.max(maxSilenceMs, intervalMs, SHORTEST_SILENCE_MS) };
}

/** A longest silence means something only with a deadband, and from one interval on. */
export function silenceFaults(
  metrics: readonly DeviceMetric[],
  config: DeviceConfig,
  path: string,
): ConfigFault[] {
  return metrics.flatMap(({ name, deadband, intervalMs }) => {
    const own = config.metrics[name]?.maxSilenceMs;
    if (own === undefined || (deadband !== undefined && own >= intervalMs)) return [];
    const allowed =
      deadband === undefined ? 'only with a deadband' : `its interval (${String(intervalMs)}) or more`;
    return [{ path: `${path}.metrics.${name}.maxSilenceMs`, found: String(own), allowed }];
  });
}
