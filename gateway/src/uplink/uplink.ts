import type { Service } from '@city-testbed/runtime';

export interface UplinkStatus {
  /** waiting: connected, but the primary host is not online. */
  readonly state: 'offline' | 'connecting' | 'waiting' | 'online';
  /** The broker that it is connected to, or tries next, without credentials. */
  readonly broker: string;
  /** Why the last connection failed or ended; absent while online. */
  readonly fault?: string;
  readonly connects: number;
  readonly inFlight: number;
  /** Devices that are held back because the host confirms none of their batches; their readings stay on disk. */
  readonly held: readonly string[];
  readonly published: number;
  readonly confirmed: number;
  readonly resent: number;
  /** Batches that the broker refused by cutting the connection: sent in parts since, or lost and counted as dropped. */
  readonly split: number;
  readonly refused: number;
  /** Wall time of the last confirmation, ms. */
  readonly lastConfirmedAt?: number;
}

/** Carries batches from the outbox to the host, and commands back. */
export interface Uplink extends Service {
  /** The devices are others than before, or have other aliases because the outbox was replaced. */
  devicesChanged(change?: { readonly outboxReplaced?: boolean }): void;
  status(): UplinkStatus;
}
