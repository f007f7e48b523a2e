import type { MetricDefinition } from '../birth.ts';
import type { Fault } from '../fault.ts';
import type { Publication, Subscription } from '../message.ts';
import type { DataType } from '../payload/datatype.ts';
import type { MetricValue, PropertySet } from '../payload/model.ts';

/** A metric of a message, with what its birth says. */
export interface ResolvedMetric {
  readonly name: string;
  readonly datatype: DataType;
  readonly definition: MetricDefinition;
  /** Capture time in ms: the metric's, else the payload's, else the time of arrival. */
  readonly timestamp: number;
  /** null is `is_null` (or a birth without a value). */
  readonly value: MetricValue | null;
  readonly isHistorical: boolean;
  readonly isTransient: boolean;
  /** Properties of this very message, e.g. Quality; those of the birth are in `definition`. */
  readonly properties?: PropertySet;
}

export interface NodeId {
  readonly group: string;
  readonly node: string;
}

export type NodeOfflineReason = 'death' | 'host-disconnected';
export type DeviceOfflineReason = 'death' | 'node-offline' | 'not-reborn';

/**
 * What the shell around a HostSession does, in this order.
 * - open: CONNECT with a clean session and this will. subscribe, publish, disconnect: on the open connection.
 * - node-online, device-online: a birth, with the first values. It also comes again on each rebirth.
 * - node-offline: all metrics of the node are stale since `at`; its devices follow with device-offline each.
 * - data: values of a born node or (with `device`) device, in the order in which the edge node sent them.
 * - fault: something on the wire was refused; the session goes on. Rate-limit what you log.
 */
export type HostEffect =
  | { readonly kind: 'open'; readonly will: Publication }
  | { readonly kind: 'subscribe'; readonly subscriptions: readonly Subscription[] }
  | { readonly kind: 'publish'; readonly message: Publication }
  | { readonly kind: 'disconnect' }
  | (NodeId & {
      readonly kind: 'node-online';
      readonly at: number;
      readonly bdSeq: number;
      readonly metrics: readonly ResolvedMetric[];
    })
  | (NodeId & { readonly kind: 'node-offline'; readonly at: number; readonly reason: NodeOfflineReason })
  | (NodeId & {
      readonly kind: 'device-online';
      readonly device: string;
      readonly at: number;
      readonly metrics: readonly ResolvedMetric[];
    })
  | (NodeId & {
      readonly kind: 'device-offline';
      readonly device: string;
      readonly at: number;
      readonly reason: DeviceOfflineReason;
    })
  | (NodeId & {
      readonly kind: 'data';
      readonly device?: string;
      /** Publication time, ms. */
      readonly timestamp: number;
      readonly metrics: readonly ResolvedMetric[];
      /** False where metrics are left out that no birth declared: a rebirth is asked for, and what confirms must not. */
      readonly complete: boolean;
    })
  | Fault;
