import type { Device, MetricState, Reading } from '../contract/index.ts';
import type { PilotRecord } from '../pilots/pilots.ts';
import type { DeviceRecord, MetricRecord } from '../store/device-registry.ts';
import type { StoredReading } from '../store/reading-store.ts';
import type { DeviceSight } from './device-sight.ts';
import { instant, instantOrNull } from './instants.ts';
import type { Labels } from './labels.ts';

/** A device as the API shows it: what it declared, and the last reading of each metric that is seen. */
export function deviceView(
  record: DeviceRecord,
  seen: DeviceSight,
  last: readonly StoredReading[],
  pilots: readonly PilotRecord[],
  labels: Labels,
): Device {
  const lastOf = new Map(
    last.filter((reading) => seen.seesReading(reading)).map((reading) => [reading.metric, reading]),
  );
  return {
    id: record.id,
    name: record.name,
    gateway: record.gateway,
    profile: record.profile,
    location: record.location,
    state: record.state,
    since: instantOrNull(record.since),
    stateReason: record.stateReason,
    lastSeenAt: instantOrNull(record.lastSeenAt),
    pilots: pilots
      .filter((pilot) => pilot.agreement.reads.some(({ device }) => device === record.id))
      .map(({ id, title }) => ({ id, title })),
    metrics: record.metrics
      .filter(({ name }) => seen.sees(name))
      .map((metric) => metricView(metric, record, lastOf.get(metric.name), labels)),
  };
}

function metricView(
  metric: MetricRecord,
  device: DeviceRecord,
  last: StoredReading | undefined,
  labels: Labels,
): MetricState {
  const { name, type, unit, low, high, intervalMs } = metric;
  // Sparkplug B 3.0, 6.4.23: what an edge node or device that is gone said last is stale.
  const isStale = device.state !== 'online' && last?.quality === 'good';
  return {
    name,
    label: labels(device.profile, name),
    unit,
    type,
    low,
    high,
    intervalMs,
    value: last?.value ?? null,
    quality: last === undefined || isStale ? 'stale' : last.quality,
    reason: last === undefined ? 'no_reading_yet' : isStale ? `device_${device.state}` : last.reason,
    observedAt: last ? instant(last.observedAt) : null,
    receivedAt: last ? instant(last.receivedAt) : null,
    source: last?.source ?? null,
  };
}

export function readingView(reading: StoredReading, device: DeviceRecord | undefined): Reading {
  return {
    device: reading.device,
    metric: reading.metric,
    value: reading.value,
    unit: device?.metrics.find(({ name }) => name === reading.metric)?.unit ?? null,
    quality: reading.quality,
    reason: reading.reason,
    observedAt: instant(reading.observedAt),
    receivedAt: instant(reading.receivedAt),
    source: reading.source,
    historical: reading.historical,
  };
}
