import type { Datatype, DeviceProfile } from '@city-testbed/device-profiles';

/** A metric of a device as configured: the profile's, with the overrides of the configuration. */
export interface DeviceMetric {
  readonly name: string;
  readonly datatype: Datatype;
  readonly unit?: string;
  readonly low?: number;
  readonly high?: number;
  readonly writable: boolean;
  /** Sampling interval; 0 is "again as soon as the last poll is over". */
  readonly intervalMs: number;
  /** Report by exception: only a change by more than this is kept. Absent: every value is. */
  readonly deadband?: number;
  /** With a deadband: a value is kept at least this often. */
  readonly maxSilenceMs?: number;
}

export interface Location {
  readonly lat: number;
  readonly lon: number;
  readonly place: string;
}

/** What the host is told of a device at its birth, and what the outbox keeps of it. */
export interface DeviceDescription {
  readonly id: string;
  readonly name: string;
  /** Profile id, e.g. `eastron/sdm120`. */
  readonly profile: string;
  readonly location?: Location;
  readonly metrics: readonly DeviceMetric[];
}

/** A device of the configuration, with its profile found. */
export interface ConfiguredDevice extends DeviceDescription {
  readonly port: string;
  /** Modbus unit id. */
  readonly unit: number;
  /** GPIO lines by metric. */
  readonly pins: Readonly<Record<string, number>>;
  readonly definition: DeviceProfile;
}

/** Aliases by metric name. */
export type Aliases = ReadonlyMap<string, number>;

/** The metric that carries a batch's number: declared by every DBIRTH, sent with every DDATA. */
export const BATCH_METRIC = 'Batch';

/**
 * The longest time between two values of a metric that is sampled as it should be, ms: what the host is told as its
 * interval, so that it calls nothing silent that only did not change.
 */
export function reportIntervalMs({ intervalMs, deadband, maxSilenceMs = intervalMs }: DeviceMetric): number {
  return deadband === undefined ? intervalMs : Math.max(intervalMs, maxSilenceMs);
}
