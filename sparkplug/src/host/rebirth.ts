import { REBIRTH } from '../message.ts';
import { DataType } from '../payload/datatype.ts';
import { encodePayload } from '../payload/encode.ts';
import { formatTopic } from '../topic/topic.ts';
import { idOf, type NodeRecord } from './roster.ts';
import type { HostEffect } from './effect.ts';

/** Rebirth requests: no node gets more than one in an interval, and none is sent while there is no connection. */
export class RebirthRequests {
  readonly #interval: number;
  connected = false;
  /** Requests sent so far. */
  sent = 0;

  constructor(intervalMs: number) {
    this.#interval = intervalMs;
  }

  /** Sends a rebirth request, or lets it wait for the rate limit or the connection. */
  ask(record: NodeRecord, now: number): HostEffect[] {
    const since = record.requestedAt === undefined ? this.#interval : now - record.requestedAt;
    const tooSoon = since >= 0 && since < this.#interval;
    record.requestWaits = tooSoon || !this.connected;
    if (record.requestWaits) return [];
    record.requestedAt = now;
    this.sent++;
    // By name and with its data type: this must be understood whatever was or was not born.
    const metric = { name: REBIRTH, timestamp: now, datatype: DataType.Boolean, value: true };
    const payload = encodePayload({ timestamp: now, metrics: [metric] });
    const topic = formatTopic({ type: 'NCMD', ...idOf(record) });
    return [{ kind: 'publish', message: { topic, payload, qos: 0, retain: false } }];
  }
}
