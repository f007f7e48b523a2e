import type { Service } from '@city-testbed/runtime';
import type { DriverCounters, WriteOutcome, WriteRequest } from '../drivers/driver.ts';
import type { PortKind } from '../model/port.ts';

export interface DeviceStatus {
  readonly id: string;
  readonly port: string;
  /** unknown: not polled yet; silent: it does not answer, and is tried ever less often. */
  readonly state: 'unknown' | 'answering' | 'silent';
  /** Wall time of the last answer, ms. */
  readonly lastAnswerAt?: number;
  readonly polls: number;
  /** Slots that were skipped because the port could not keep up. */
  readonly missedSlots: number;
  readonly badValues: number;
}

export interface PortStatus {
  readonly id: string;
  readonly kind: PortKind;
  readonly open: boolean;
  /** Why it is not. */
  readonly fault?: string;
  readonly counters: DriverCounters;
}

export interface SamplerStatus {
  readonly ports: readonly PortStatus[];
  readonly devices: readonly DeviceStatus[];
}

/** Reads every device at its pace and hands each poll to the outbox; carries out commands before polls. */
export interface Sampler extends Service {
  /** Writes a metric of a device. Resolves once the device took it, or said why not. Throws GATEWAY_*. */
  write(request: WriteRequest): Promise<WriteOutcome>;
  status(): SamplerStatus;
}
