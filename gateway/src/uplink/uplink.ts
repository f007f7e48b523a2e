import type { Service } from '@city-testbed/runtime';

export interface UplinkStatus {
  /** waiting: connected, but the primary host is not online. */
  readonly state: 'offline' | 'connecting' | 'waiting' | 'online';
  /** Why the last connection failed or ended; absent while online. */
  readonly fault?: string;
  readonly connects: number;
  readonly inFlight: number;
  /** Devices that are held back because the host confirms none of their batches; their readings stay on disk. */
  readonly held: readonly string[];
  readonly published: number;
  readonly confirmed: number;
  readonly resent: number;
  /** Wall time of the last confirmation, ms. */
  readonly lastConfirmedAt?: number;
}

/** Carries batches from the outbox to the host, and commands back. */
export interface Uplink extends Service {
  status(): UplinkStatus;
}
