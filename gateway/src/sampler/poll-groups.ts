import type { DeviceLink, Poll } from '../drivers/driver.ts';
import type { ConfiguredDevice, DeviceMetric } from '../model/device.ts';

/** Metrics of one device that are polled together. */
export interface PollGroup {
  readonly device: string;
  readonly intervalMs: number;
  readonly metrics: readonly DeviceMetric[];
  readonly poll: Poll;
}

/** A device's metrics by interval: each interval is polled for itself. Derived metrics are not polled. */
export function pollGroups(device: ConfiguredDevice, link: DeviceLink): PollGroup[] {
  const byInterval = new Map<number, DeviceMetric[]>();
  const derived = new Set(device.definition.derived.map(({ name }) => name));
  for (const metric of device.metrics) {
    if (derived.has(metric.name)) continue;
    const metrics = byInterval.get(metric.intervalMs) ?? [];
    metrics.push(metric);
    byInterval.set(metric.intervalMs, metrics);
  }
  return [...byInterval].map(([intervalMs, metrics]) => ({
    device: device.id,
    intervalMs,
    metrics,
    poll: link.poll(metrics),
  }));
}
