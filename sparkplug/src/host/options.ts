import type { PayloadLimits } from '../payload/limits.ts';

/** How much a host application remembers, however many identities strangers invent. */
export interface HostLimits {
  /** Edge nodes known at once; past it the one that has been offline longest is forgotten. Default 1000. */
  readonly nodes: number;
  /** Devices of one node. Default 1000. */
  readonly devicesPerNode: number;
  /** Metrics of one node with its devices. Default 20,000. */
  readonly metricsPerNode: number;
  /** Metrics of all nodes. Default 500,000. */
  readonly metrics: number;
  /** Bytes of the births of one node with its devices. Default 8 MiB. */
  readonly birthBytesPerNode: number;
  /** Bytes of the births of all nodes. Default 256 MiB. */
  readonly birthBytes: number;
  /** Messages of one node kept while an earlier one is awaited. Default 64. */
  readonly reorderMessages: number;
  /** Bytes of all messages so kept, over all nodes. Default 16 MiB. */
  readonly reorderBytes: number;
}

export interface HostSessionOptions {
  /** Id in spBv1.0/STATE/<hostId>. */
  readonly hostId: string;
  /** Topic filters of the edge nodes to follow. Default: spBv1.0/#. */
  readonly filters?: readonly string[];
  /** How long a message that came too early waits for those before it, ms. Default 2000. */
  readonly reorderTimeoutMs?: number;
  /** At most one rebirth request per node in this time, ms. Default 10,000. */
  readonly rebirthIntervalMs?: number;
  /** A device that was born before a node's rebirth and is not born again in this time goes offline, ms. Default 10,000. */
  readonly deviceRebirthMs?: number;
  readonly limits?: Partial<HostLimits>;
  readonly payloadLimits?: Partial<PayloadLimits>;
}

export const defaultHostLimits: HostLimits = Object.freeze({
  nodes: 1000,
  devicesPerNode: 1000,
  metricsPerNode: 20_000,
  metrics: 500_000,
  birthBytesPerNode: 8 * 1024 * 1024,
  birthBytes: 256 * 1024 * 1024,
  reorderMessages: 64,
  reorderBytes: 16 * 1024 * 1024,
});
