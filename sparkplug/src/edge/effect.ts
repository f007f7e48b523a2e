import type { Fault } from '../fault.ts';
import type { Publication, Subscription } from '../message.ts';
import type { Metric } from '../payload/model.ts';

/**
 * What the shell around an EdgeSession does, in this order and before it feeds the next event.
 * - persist-bdseq: put on disk before `open`; it is `lastBdSeq` of the next process.
 * - open: CONNECT with a clean session and this will (each CONNECT needs an `open` of its own: switch automatic
 *   reconnects of the MQTT client off, or call `connecting` for each).
 * - subscribe, publish, disconnect: on the open connection. disconnect sends DISCONNECT after what was published.
 * - online: births are out; data may be published. offline: it may not. Start again with `connecting` when it suits.
 * - command: a host wrote these metrics (names and data types as in the birth); `device` is absent for NCMD.
 * - fault: something on the wire was refused; the session goes on.
 */
export type EdgeEffect =
  | { readonly kind: 'persist-bdseq'; readonly bdSeq: number }
  | { readonly kind: 'open'; readonly will: Publication }
  | { readonly kind: 'subscribe'; readonly subscriptions: readonly Subscription[] }
  | { readonly kind: 'publish'; readonly message: Publication }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'online' }
  | { readonly kind: 'offline'; readonly reason: EdgeOfflineReason }
  | {
      readonly kind: 'command';
      readonly device?: string;
      /** Publication time of the command, ms, where the host gave it. */
      readonly timestamp?: number;
      readonly metrics: readonly Metric[];
    }
  | Fault;

export type EdgeOfflineReason = 'connection-lost' | 'primary-host-offline' | 'closed';

/** not-born: no birth for this device (or node) in this session; offline: no session. No sequence number is used. */
export type EdgePublishResult =
  | { readonly ok: true; readonly message: Publication; readonly seq: number }
  | { readonly ok: false; readonly reason: 'offline' | 'not-born' };
