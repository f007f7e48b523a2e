import {
  DataType,
  type DeviceBirth,
  type Metric,
  type NodeBirth,
  type PropertySet,
  type PropertyValue,
} from '@city-testbed/sparkplug';
import {
  BATCH_METRIC,
  type Aliases,
  type DeviceDescription,
  type DeviceMetric,
  reportIntervalMs,
} from '../model/device.ts';
import type { Reading, StoredBatch } from '../model/reading.ts';
import { dataTypeOf, fit, qualityProperties } from './metrics.ts';

/** Written by the host: ranges of batch numbers that are stored (protocol, "Confirmation"). */
export const STORED_METRIC = 'Node Control/Stored';

/** What became of a command, JSON (protocol, "Commands"). */
export const RESULT_METRIC = 'Command/Result';

/** A birth must get through at every broker: a longer text comes with the next reading only. */
const LONGEST_TEXT = 256;

/** A device that is born in this session. */
export interface BornDevice {
  readonly device: DeviceDescription;
  readonly aliases: Aliases;
  /** Metrics that it has no more, and that waiting batches may speak of. */
  readonly retired: readonly { readonly name: string; readonly alias: number; readonly datatype: string }[];
  /** It left the configuration; it dies once its last batch is stored. */
  readonly leaving: boolean;
}

/** The last committed value of each metric, by alias. */
export class LastValues {
  readonly #batches = new Map<number, StoredBatch>();

  /** Keeps a batch by its first metric: metrics that are polled together come together. */
  take(batch: StoredBatch): void {
    const first = batch.readings[0];
    if (first) this.#batches.set(first.alias, batch);
  }

  byAlias(): Map<number, { reading: Reading; at: number }> {
    const values = new Map<number, { reading: Reading; at: number }>();
    for (const { readings, at } of this.#batches.values()) {
      for (const reading of readings) {
        const known = values.get(reading.alias);
        if (!known || known.at <= at) values.set(reading.alias, { reading, at });
      }
    }
    return values;
  }
}

/** What the node and its devices are now. bdSeq and Node Control/Rebirth are added by the session. */
export function nodeBirth(devices: readonly BornDevice[], version: string, last: LastValues): NodeBirth {
  const values = last.byAlias();
  return {
    metrics: [
      { name: STORED_METRIC, datatype: DataType.UInt64Array, value: new BigUint64Array(0) },
      text('Properties/Version', version),
    ],
    devices: devices.map((born) => deviceBirth(born, values)),
  };
}

function deviceBirth(
  { device, aliases, retired }: BornDevice,
  values: ReturnType<LastValues['byAlias']>,
): DeviceBirth {
  const { location } = device;
  const metrics: Metric[] = device.metrics.map((metric) => {
    const alias = aliases.get(metric.name) ?? 0;
    return { name: metric.name, alias, ...present(metric, values.get(alias)) };
  });
  for (const { name, alias, datatype } of retired) {
    const type = DataType[datatype as keyof typeof DataType];
    metrics.push({ name, alias, datatype: type, value: null, properties: qualityProperties('stale') });
  }
  metrics.push(
    { name: BATCH_METRIC, alias: aliases.get(BATCH_METRIC) ?? 0, datatype: DataType.UInt64, value: null },
    text('Properties/Name', device.name),
    text('Properties/Profile', device.profile),
  );
  if (device.metrics.some(({ writable }) => writable)) {
    metrics.push({ name: RESULT_METRIC, datatype: DataType.String, value: null });
  }
  if (location) {
    metrics.push(
      text('Properties/Place', location.place),
      { name: 'Properties/Latitude', datatype: DataType.Double, value: location.lat },
      { name: 'Properties/Longitude', datatype: DataType.Double, value: location.lon },
    );
  }
  return { id: device.id, metrics };
}

function present(
  metric: DeviceMetric,
  last: { reading: Reading; at: number } | undefined,
): Omit<Metric, 'name'> {
  const datatype = dataTypeOf(metric.datatype);
  const value = fitOrNone(last?.reading.value ?? null, datatype);
  const reason = last?.reading.reason ?? (value === undefined ? 'stale' : undefined);
  return {
    datatype,
    value: value ?? null,
    ...(last ? { timestamp: last.at } : {}),
    properties: { ...describe(metric, datatype), ...(reason ? qualityProperties(reason) : {}) },
  };
}

function fitOrNone(value: Reading['value'], datatype: DataType): ReturnType<typeof fit> {
  if (typeof value === 'string' && value.length > LONGEST_TEXT) return undefined;
  return value === null ? undefined : fit(value, datatype);
}

function describe(metric: DeviceMetric, datatype: DataType): PropertySet {
  const { unit, low, high } = metric;
  const bound = (value: number): PropertyValue => ({
    type: datatype === DataType.Float ? DataType.Float : DataType.Double,
    value,
  });
  return {
    ...(unit === undefined ? {} : { engUnit: { type: DataType.String, value: unit } }),
    ...(low === undefined ? {} : { engLow: bound(low) }),
    ...(high === undefined ? {} : { engHigh: bound(high) }),
    intervalMs: { type: DataType.UInt32, value: reportIntervalMs(metric) },
  };
}

function text(name: string, value: string): Metric {
  return { name, datatype: DataType.String, value };
}
