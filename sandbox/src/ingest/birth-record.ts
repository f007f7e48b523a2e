import { DataType, type ResolvedMetric } from '@city-testbed/sparkplug';
import type { DeviceBirth, MetricRecord } from '../store/device-registry.ts';

/** Metrics of a birth that describe rather than measure. */
export const BATCH = 'Batch';
const ABOUT = /^(Properties|Node Control|Device Control|Node Info|Command)\//;
const LONGEST_NAME = 512;
const LONGEST_TEXT = 200;

/** Whether a metric is a measurement of the device's profile. */
export function isMeasured({ name, datatype }: Pick<ResolvedMetric, 'name' | 'datatype'>): boolean {
  const described = name === BATCH || name === 'bdSeq' || ABOUT.test(name) || name.length > LONGEST_NAME;
  return !described && typeOf(datatype) !== undefined;
}

/** What a DBIRTH says of its device. Texts are cut, numbers out of place are left out: a birth is not to be trusted. */
export function birthRecord(
  gateway: string,
  device: string,
  metrics: readonly ResolvedMetric[],
): DeviceBirth {
  const values = new Map(metrics.map(({ name, value }) => [name, value]));
  const text = (name: string): string | null => textOf(values.get(`Properties/${name}`));
  const lat = numberOf(values.get('Properties/Latitude'), 90);
  const lon = numberOf(values.get('Properties/Longitude'), 180);
  return {
    gateway,
    device,
    name: text('Name') ?? device,
    profile: text('Profile'),
    location: lat === null || lon === null ? null : { lat, lon, place: text('Place') ?? '' },
    metrics: metrics.filter(isMeasured).flatMap(metricRecord),
  };
}

/** `Properties/Version` of an NBIRTH. */
export function versionOf(metrics: readonly ResolvedMetric[]): string | null {
  return textOf(metrics.find(({ name }) => name === 'Properties/Version')?.value);
}

function metricRecord({ name, datatype, definition }: ResolvedMetric): MetricRecord[] {
  const type = typeOf(datatype);
  if (type === undefined) return [];
  const property = (key: string): unknown => definition.properties?.[key]?.value;
  const interval = numberOf(property('intervalMs'), 366 * 24 * 3_600_000);
  return [
    {
      name,
      type,
      unit: textOf(property('engUnit')),
      low: numberOf(property('engLow')),
      high: numberOf(property('engHigh')),
      intervalMs: interval === null || interval <= 0 ? null : Math.round(interval),
    },
  ];
}

function typeOf(datatype: DataType): MetricRecord['type'] | undefined {
  switch (datatype) {
    case DataType.Int8:
    case DataType.Int16:
    case DataType.Int32:
    case DataType.Int64:
    case DataType.UInt8:
    case DataType.UInt16:
    case DataType.UInt32:
    case DataType.UInt64:
    case DataType.Float:
    case DataType.Double:
    case DataType.DateTime:
      return 'number';
    case DataType.Boolean:
      return 'boolean';
    case DataType.String:
    case DataType.Text:
    case DataType.UUID:
      return 'string';
    default:
      return undefined; // arrays, files and structures are not readings
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, LONGEST_TEXT) : null;
}

function numberOf(value: unknown, limit = Number.MAX_VALUE): number | null {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Math.abs(number) <= limit ? number : null;
}
