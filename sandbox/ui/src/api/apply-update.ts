import type { Device, DeviceStatus, DeviceUpdate } from '../../../src/contract/index.ts';

/**
 * A device after one live update. Values older than those already shown are ignored: after an outage a
 * gateway sends its backlog, and "now" must not run backwards.
 */
export function withReadings(device: Device, update: DeviceUpdate): Device {
  const observed = Date.parse(update.observedAt);
  const metrics = device.metrics.map((metric) => {
    const reading = update.readings[metric.name];
    if (reading === undefined) return metric;
    if (metric.observedAt !== null && Date.parse(metric.observedAt) > observed) return metric;
    return {
      ...metric,
      value: reading.value,
      unit: reading.unit ?? metric.unit,
      quality: reading.quality,
      reason: reading.reason ?? null,
      observedAt: update.observedAt,
      receivedAt: update.receivedAt,
      source: update.source,
    };
  });
  if (metrics.every((metric, index) => metric === device.metrics[index])) return device;
  const seen =
    device.lastSeenAt !== null && device.lastSeenAt > update.receivedAt
      ? device.lastSeenAt
      : update.receivedAt;
  // A reading of now is proof of life; a stored one is not.
  const state = device.state === 'stale' && !update.historical ? 'online' : device.state;
  return { ...device, metrics, lastSeenAt: seen, state };
}

/** A device after it came or went. */
export function withStatus(device: Device, status: DeviceStatus): Device {
  return {
    ...device,
    state: status.online ? 'online' : 'offline',
    since: status.since,
    stateReason: status.reason,
  };
}
