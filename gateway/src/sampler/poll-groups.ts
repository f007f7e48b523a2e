import type { DeviceLink, Poll } from '../drivers/driver.ts';
import type { Aliases, ConfiguredDevice, DeviceMetric } from '../model/device.ts';

/** Metrics of one device that are polled together. `aliases` stand in the order of the poll's metrics. */
export interface PollGroup {
  readonly device: string;
  readonly intervalMs: number;
  readonly aliases: readonly number[];
  readonly poll: Poll;
}

/** A device's metrics by interval: each interval is polled for itself. */
export function pollGroups(
  device: ConfiguredDevice,
  link: DeviceLink | undefined,
  aliases: Aliases,
): PollGroup[] {
  if (!link) return [];
  const byInterval = new Map<number, DeviceMetric[]>();
  for (const metric of device.metrics) {
    const metrics = byInterval.get(metric.intervalMs) ?? [];
    metrics.push(metric);
    byInterval.set(metric.intervalMs, metrics);
  }
  return [...byInterval].map(([intervalMs, metrics]) => ({
    device: device.id,
    intervalMs,
    aliases: metrics.map(({ name }) => aliases.get(name) ?? 0),
    poll: link.poll(metrics),
  }));
}
