import type { Service } from '@city-testbed/runtime';
import type { DriverCounters, WriteOutcome, WriteRequest } from '../drivers/driver.ts';
import type { Activity } from '../model/activity.ts';
import type { ConfiguredDevice } from '../model/device.ts';
import type { Port, PortKind } from '../model/port.ts';

/** What is to be sampled. */
export interface SamplerPlan {
  readonly ports: readonly Port[];
  readonly devices: readonly ConfiguredDevice[];
}

/** Ids of ports, by what a change of the plan did to them. A new port is in none of the lists. */
export interface Reconfigured {
  readonly kept: readonly string[];
  readonly restarted: readonly string[];
  readonly stopped: readonly string[];
}

export interface DeviceStatus {
  readonly id: string;
  readonly port: string;
  /** unknown: not polled yet; silent: it does not answer, and is tried ever less often. */
  readonly state: 'unknown' | 'answering' | 'silent';
  /** Wall time of the last answer, ms. */
  readonly lastAnswerAt?: number;
  readonly polls: number;
  /** Slots in which no poll took place, for whatever cause. */
  readonly missedSlots: number;
  /** The same by cause: the port could not keep up, the device did not answer, the port was not open. */
  readonly missed?: { readonly late: number; readonly silent: number; readonly closed: number };
  readonly badValues: number;
  /** The same by reason. */
  readonly badReasons?: Readonly<Record<string, number>>;
}

export interface PortStatus {
  readonly id: string;
  readonly kind: PortKind;
  readonly open: boolean;
  /** Why it is not. */
  readonly fault?: string;
  readonly counters: DriverCounters;
  /** How often it was opened after the first time. */
  readonly reopened?: number;
}

export interface SamplerStatus {
  readonly ports: readonly PortStatus[];
  readonly devices: readonly DeviceStatus[];
}

/** Reads every device at its pace and hands each poll to the outbox; carries out commands before polls. */
export interface Sampler extends Service {
  /** Writes a metric of a device. Resolves once the device took it, or said why not. Throws GATEWAY_*. */
  write(request: WriteRequest): Promise<WriteOutcome>;
  /**
   * Samples by another plan from now on. A port whose settings and devices stay the same is not touched; the others
   * finish and keep the poll that is under way, are closed, and are made anew. Aliases of the plan's devices must be
   * known before. Commands that wait for a device that is gone are refused with GATEWAY_COMMAND_REFUSED.
   */
  reconfigure(plan: SamplerPlan): Promise<Reconfigured>;
  status(): SamplerStatus;
  /** Whether the worker of each port moves. */
  activities(): readonly Activity[];
}
