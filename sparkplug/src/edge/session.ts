import type { Metric } from '../payload/model.ts';
import type { PayloadLimits } from '../payload/limits.ts';
import type { EdgeEffect, EdgePublishResult } from './effect.ts';

export interface DeviceBirth {
  readonly id: string;
  /** Every metric that the device will ever publish in this session, with name, datatype, value and mostly an alias. */
  readonly metrics: readonly Metric[];
}

export interface NodeBirth {
  /** Metrics of the node itself. The session adds `bdSeq` and `Node Control/Rebirth`: leave them out. */
  readonly metrics: readonly Metric[];
  readonly devices: readonly DeviceBirth[];
}

export interface EdgeSessionOptions {
  readonly group: string;
  readonly node: string;
  /** Called for each birth and rebirth; the present state of the node and its devices. */
  readonly birth: () => NodeBirth;
  /** The last bdSeq that was persisted; absent on the very first start. */
  readonly lastBdSeq?: number;
  /** Id of the primary host application: births wait for its STATE, and end with it. Absent: no waiting. */
  readonly primaryHost?: string;
  /** At most one rebirth on request in this time, ms (default 5000); later requests are answered together at its end. */
  readonly rebirthIntervalMs?: number;
  /** QoS of NDATA and DDATA. The specification says 0 (default); 1 gives a PUBACK to a gateway that deletes on it. */
  readonly dataQos?: 0 | 1;
  readonly limits?: Partial<PayloadLimits>;
}

/**
 * The session of an edge node as a pure machine: events in by methods, effects out; it has no clock and no socket.
 * `now` is wall time in ms. Sparkplug 3.0, sections 5.3 to 5.7.
 *
 * A message that it hands out has used its sequence number. Where the MQTT client cannot take it, end the connection
 * and call `disconnected`, so that the host sees no gap.
 */
export class EdgeSession {
  constructor(options: EdgeSessionOptions) {
    void options;
  }

  /** `waiting` is connected without births, until the primary host is online. */
  get state(): 'idle' | 'connecting' | 'waiting' | 'online' {
    return 'idle';
  }

  /** Before each CONNECT: a new bdSeq to persist, and the will that carries it. */
  connecting(now: number): EdgeEffect[] {
    throw new Error(String(now));
  }

  /** CONNACK came: subscriptions, and births unless a primary host is awaited. */
  connected(now: number): EdgeEffect[] {
    throw new Error(String(now));
  }

  /** The connection is gone, or could not be made. */
  disconnected(): EdgeEffect[] {
    return [];
  }

  /** A message on one of the subscriptions. */
  message(topic: string, payload: Uint8Array, now: number): EdgeEffect[] {
    throw new Error(topic + String(now) + String(payload.length));
  }

  /** Call about once a second: answers rebirth requests that had to wait. */
  tick(now: number): EdgeEffect[] {
    throw new Error(String(now));
  }

  /** Births again, at once, with the same bdSeq: after the node's own metrics changed. Nothing while offline. */
  rebirth(now: number): EdgeEffect[] {
    throw new Error(String(now));
  }

  /** DBIRTH of a device that appeared, came back or changed its metrics. Nothing while offline: `birth` covers it. */
  deviceBorn(device: DeviceBirth, now: number): EdgeEffect[] {
    throw new Error(device.id + String(now));
  }

  /** DDEATH of a device that is lost; nothing if it is not born. */
  deviceDied(device: string, now: number): EdgeEffect[] {
    throw new Error(device + String(now));
  }

  /**
   * A DDATA message of a born device. Metrics are named by alias or by name; data types come from the birth and are
   * left off the wire, and a name gives way to its alias. A metric without timestamp gets `now`.
   * Throws SPARKPLUG_METRIC_UNKNOWN or what encodePayload throws, without using a sequence number.
   */
  publishDevice(device: string, metrics: readonly Metric[], now: number): EdgePublishResult {
    throw new Error(device + String(now) + String(metrics.length));
  }

  /** As publishDevice, for NDATA. */
  publishNode(metrics: readonly Metric[], now: number): EdgePublishResult {
    throw new Error(String(now) + String(metrics.length));
  }

  /** Intentional end: NDEATH, then DISCONNECT. */
  close(now: number): EdgeEffect[] {
    throw new Error(String(now));
  }
}
