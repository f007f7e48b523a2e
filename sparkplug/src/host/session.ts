import type { Publication } from '../message.ts';
import type { MetricValue } from '../payload/model.ts';
import type { PayloadLimits } from '../payload/limits.ts';
import type { HostEffect, NodeId } from './effect.ts';

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

export interface CommandMetric {
  readonly name: string;
  readonly value: MetricValue | null;
}

export type CommandResult =
  | { readonly ok: true; readonly message: Publication }
  | { readonly ok: false; readonly reason: 'offline' | 'not-born' | 'unknown-metric' };

export interface HostCounters {
  readonly nodes: number;
  readonly nodesOnline: number;
  readonly devices: number;
  readonly metrics: number;
  /** Messages taken in, refused (each with a fault) and kept back for order now. */
  readonly messages: number;
  readonly faults: number;
  readonly waiting: number;
  /** Gaps that were not filled in time. */
  readonly gaps: number;
  /** Messages repeated, or late after a gap was given up. */
  readonly dropped: number;
  readonly rebirthRequests: number;
}

/**
 * A Sparkplug host application as a pure machine: events in by methods, effects out; it has no clock and no socket.
 * `now` is wall time in ms. Sparkplug 3.0, sections 5.2, 5.8 to 5.12.
 */
export class HostSession {
  constructor(options: HostSessionOptions) {
    void options;
  }

  /** Before each CONNECT: the will, whose timestamp is `now`. */
  connecting(now: number): HostEffect[] {
    throw new Error(String(now));
  }

  /** CONNACK came: subscriptions, STATE online, and a rebirth request to each node that was online before. */
  connected(now: number): HostEffect[] {
    throw new Error(String(now));
  }

  /** The connection is gone, or could not be made: no node's state is known any more. */
  disconnected(now: number): HostEffect[] {
    throw new Error(String(now));
  }

  /** A message on one of the subscriptions. */
  message(topic: string, payload: Uint8Array, now: number): HostEffect[] {
    throw new Error(topic + String(now) + String(payload.length));
  }

  /** Call every 100 to 1000 ms: reorder time-outs, waiting rebirth requests, devices that were not reborn. */
  tick(now: number): HostEffect[] {
    throw new Error(String(now));
  }

  /** Asks a node for its births, within the rate limit: a request too soon is sent by a later tick. */
  requestRebirth(id: NodeId, now: number): HostEffect[] {
    throw new Error(id.node + String(now));
  }

  /**
   * An NCMD, or with `device` a DCMD. Data types and aliases come from the birth.
   * Throws what encodePayload throws where a value does not fit.
   */
  command(
    target: NodeId & { readonly device?: string },
    metrics: readonly CommandMetric[],
    now: number,
  ): CommandResult {
    throw new Error(target.node + String(now) + String(metrics.length));
  }

  /** Intentional end: STATE offline with the present time, then DISCONNECT. */
  close(now: number): HostEffect[] {
    throw new Error(String(now));
  }

  counters(): HostCounters {
    throw new Error();
  }
}
