import type { DeviceState, Location } from '../contract/index.ts';

/** A metric as the device's birth declared it. */
export interface MetricRecord {
  readonly name: string;
  readonly type: 'number' | 'boolean' | 'string';
  readonly unit: string | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly intervalMs: number | null;
}

export interface DeviceRecord {
  readonly id: string;
  readonly gateway: string;
  readonly name: string;
  readonly profile: string | null;
  readonly location: Location | null;
  readonly state: DeviceState;
  /** When the state began, ms. */
  readonly since: number | null;
  readonly stateReason: string | null;
  readonly lastSeenAt: number | null;
  readonly metrics: readonly MetricRecord[];
}

export interface GatewayRecord {
  readonly id: string;
  readonly state: DeviceState;
  readonly since: number | null;
  readonly lastSeenAt: number | null;
  readonly version: string | null;
  readonly batchesStored: number;
  readonly lastBatch: number | null;
  readonly sequenceGaps: number;
}

/** What devices and gateways there are and how they do: held in memory, kept on disk. Reads are synchronous. */
export interface DeviceRegistry {
  devices(): readonly DeviceRecord[];
  device(id: string): DeviceRecord | undefined;
  gateways(): readonly GatewayRecord[];
  /** Called after each change of a device's record or state; returns the way to stop it. */
  onChange(listener: (device: DeviceRecord) => void): () => void;
}

export interface DeviceBirth {
  readonly gateway: string;
  readonly device: string;
  readonly name: string;
  readonly profile: string | null;
  readonly location: Location | null;
  readonly metrics: readonly MetricRecord[];
}

/** What the ingest tells the registry. Times are ms since the epoch. */
export interface DeviceIntake {
  /** Throws SANDBOX_REGISTRY_ID_INVALID, SANDBOX_REGISTRY_FULL. */
  gatewayOnline(gateway: string, at: number, version: string | null): void;
  /** Takes its devices along, with the reason given. */
  gatewayOffline(gateway: string, at: number, reason: string): void;
  /** Throws as gatewayOnline, and SANDBOX_REGISTRY_DEVICE_CLAIMED while another gateway that is online has the device. */
  deviceOnline(birth: DeviceBirth, at: number): void;
  /** Nothing where the device belongs to another gateway. */
  deviceOffline(gateway: string, device: string, at: number, reason: string): void;
  /** Whether this gateway speaks for the device. */
  owns(gateway: string, device: string): boolean;
  /** Whether the device is another gateway's, and yet a birth from this one would now be accepted. */
  mayClaim(gateway: string, device: string): boolean;
  /**
   * Something arrived at `at` that the device said at `spokeAt` (default: then). A stale device is online again, unless
   * all this is history: a backlog that drains says nothing of now.
   */
  seen(gateway: string, device: string | undefined, at: number, spokeAt?: number): void;
  /** Batches of the gateway that are committed; `last` is the highest number among them. */
  stored(gateway: string, batches: number, last: number | null): void;
  sequenceGap(gateway: string): void;
}
