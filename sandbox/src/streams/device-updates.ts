import type { DeviceStatus, DeviceUpdate } from '../contract/index.ts';
import type { DeviceRecord } from '../store/device-registry.ts';
import type { IncomingBatch } from '../store/reading-store.ts';

/** One update for each time at which readings of the batch were observed, in that order. */
export function updatesOf(
  { device, receivedAt, source, historical, readings }: IncomingBatch,
  unitOf: (metric: string) => string | null,
): DeviceUpdate[] {
  const byTime = new Map<number, DeviceUpdate['readings']>();
  for (const { metric, value, quality, reason, observedAt } of readings) {
    let values = byTime.get(observedAt);
    if (!values) byTime.set(observedAt, (values = {}));
    values[metric] = { value, unit: unitOf(metric), quality, ...(reason === null ? {} : { reason }) };
  }
  const received = new Date(receivedAt).toISOString();
  return [...byTime]
    .sort(([a], [b]) => a - b)
    .map(([observedAt, values]) => ({
      device,
      observedAt: new Date(observedAt).toISOString(),
      receivedAt: received,
      source,
      historical,
      readings: values,
    }));
}

/** The update with these metrics alone; undefined where none of them is in it. */
export function narrowed(
  update: DeviceUpdate,
  metrics: ReadonlySet<string> | null,
): DeviceUpdate | undefined {
  if (metrics === null) return update;
  const readings = Object.fromEntries(Object.entries(update.readings).filter(([name]) => metrics.has(name)));
  return Object.keys(readings).length === 0 ? undefined : { ...update, readings };
}

/** Stale means online, but silent: `reason` says so. */
export function statusOf({ id, state, since, stateReason }: DeviceRecord): DeviceStatus {
  const at = new Date(since ?? 0).toISOString();
  return { device: id, online: state !== 'offline', since: at, reason: stateReason };
}
