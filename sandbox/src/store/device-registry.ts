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
