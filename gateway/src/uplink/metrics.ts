import { DataType, type Metric, type MetricValue, type PropertySet } from '@city-testbed/sparkplug';
import type { DeviceMetric } from '../model/device.ts';
import type { BadReason, Reading, StoredBatch } from '../model/reading.ts';

/** Whole-number types with their ends. Sparkplug 3.0, 6.4.16. */
const ranges: Partial<Record<DataType, readonly [number, number]>> = {
  [DataType.Int8]: [-128, 127],
  [DataType.Int16]: [-32_768, 32_767],
  [DataType.Int32]: [-2_147_483_648, 2_147_483_647],
  [DataType.UInt8]: [0, 255],
  [DataType.UInt16]: [0, 65_535],
  [DataType.UInt32]: [0, 4_294_967_295],
};
const wideRanges: Partial<Record<DataType, readonly [bigint, bigint]>> = {
  [DataType.Int64]: [-(2n ** 63n), 2n ** 63n - 1n],
  [DataType.UInt64]: [0n, 2n ** 64n - 1n],
};

/** Values older than this at publish time are historical (protocol, "Device plane"). */
const HISTORICAL_MS = 10_000;

const reasonProperties = new Map<BadReason, PropertySet>();

/** Quality 0 is bad, 500 stale; without a Quality a value is good. One object a reason, made once. */
export function qualityProperties(reason: BadReason): PropertySet {
  const known = reasonProperties.get(reason);
  if (known) return known;
  const stale = reason === 'stale' || reason === 'clock_unsynced';
  const properties: PropertySet = {
    Quality: { type: DataType.Int32, value: stale ? 500 : 0 },
    QualityReason: { type: DataType.String, value: reason },
  };
  reasonProperties.set(reason, properties);
  return properties;
}

/** The Sparkplug data type of a profile's. */
export function dataTypeOf(datatype: DeviceMetric['datatype']): DataType {
  return DataType[datatype];
}

/**
 * The metrics of a DDATA message: every reading by alias with its time and quality, then the batch number.
 * `datatypes` are those of the births; a value that does not fit its type any more is sent as bad, never dropped.
 */
export function dataMetrics(
  batch: StoredBatch,
  batchAlias: number,
  datatypes: ReadonlyMap<number, DataType>,
  now: number,
): Metric[] {
  const { at, readings, number } = batch;
  const historical = now - at > HISTORICAL_MS;
  const metrics: Metric[] = [];
  for (const reading of readings) {
    metrics.push(dataMetric(reading, datatypes.get(reading.alias) ?? DataType.String, at, historical));
  }
  metrics.push(
    historical
      ? { alias: batchAlias, timestamp: at, value: BigInt(number), isHistorical: true }
      : { alias: batchAlias, timestamp: at, value: BigInt(number) },
  );
  return metrics;
}

function dataMetric(
  { alias, value, reason }: Reading,
  type: DataType,
  timestamp: number,
  isHistorical: boolean,
): Metric {
  const fitting = value === null ? null : fit(value, type);
  const why = reason ?? (fitting === undefined ? 'out_of_range' : undefined);
  return {
    alias,
    timestamp,
    value: fitting ?? null,
    ...(isHistorical ? { isHistorical } : {}),
    ...(why === undefined ? {} : { properties: qualityProperties(why) }),
  };
}

/** The value as its data type wants it; undefined where it does not fit. */
export function fit(value: NonNullable<Reading['value']>, type: DataType): MetricValue | undefined {
  const range = ranges[type];
  if (range) {
    if (typeof value !== 'number') return undefined;
    const whole = Math.round(value);
    return whole >= range[0] && whole <= range[1] ? whole : undefined;
  }
  const wide = wideRanges[type];
  if (wide) {
    if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
    if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
    const whole = typeof value === 'bigint' ? value : BigInt(Math.round(value));
    return whole >= wide[0] && whole <= wide[1] ? whole : undefined;
  }
  if (type === DataType.Float || type === DataType.Double) {
    return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : undefined;
  }
  if (type === DataType.Boolean) return typeof value === 'boolean' ? value : undefined;
  return typeof value === 'string' ? value : undefined;
}
