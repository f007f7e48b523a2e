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
  /** Where it is renewed. */
  readonly certificate?: CertificateStatus;
}

export interface CertificateStatus {
  /** End of the present certificate, ms; absent without one. */
  readonly notAfter?: number;
  /** Whole days until then, below 0 past it; absent while the clock is not to be trusted. */
  readonly daysLeft?: number;
  readonly renewed: number;
  /** Why the last try failed; absent while all is well. */
  readonly fault?: string;
}

/** Keeps the certificate in force that the uplink connects with. */
export interface CertificateKeeper extends Service {
  /** A connection failed, maybe because of the certificate. */
  refused(): void;
  status(): CertificateStatus;
}

/** Carries batches from the outbox to the host, and commands back. */
export interface Uplink extends Service {
  /** The devices are others than before, or have other aliases because the outbox was replaced. */
  devicesChanged(change?: { readonly outboxReplaced?: boolean }): void;
  status(): UplinkStatus;
}
