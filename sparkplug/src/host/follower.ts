import { isCoded } from '@city-testbed/runtime';
import { BirthMetrics } from '../birth.ts';
import { sparkplugError } from '../errors.ts';
import { faultOf } from '../fault.ts';
import { decodePayload } from '../payload/decode.ts';
import { formatTopic, parseTopic, type DeviceTopic, type NodeTopic } from '../topic/topic.ts';
import { bdSeqOf, resolveMetric } from './resolve.ts';
import { idOf, type NodeRecord, type Roster } from './roster.ts';
import type { Payload } from '../payload/model.ts';
import type { HostEffect, NodeOfflineReason, ResolvedMetric } from './effect.ts';
import type { HostLimits, HostSessionOptions } from './options.ts';
import type { RebirthRequests } from './rebirth.ts';

/** After so many messages in a row that are behind, the publisher counts wrongly and is asked to begin again. */
const BEHIND_IN_A_ROW = 3;

/** Follows edge nodes through births, data and deaths, in the order of their sequence numbers. Sparkplug 3.0, sections 5.5, 5.7 and 5.9. */
export class NodeFollower {
  readonly #options: HostSessionOptions;
  readonly #limits: HostLimits;
  readonly #roster: Roster;
  readonly #rebirths: RebirthRequests;
  #reorderBytes = 0;
  /** See HostCounters. */
  readonly counts = { faults: 0, gaps: 0, dropped: 0 };

  constructor(options: HostSessionOptions, limits: HostLimits, roster: Roster, rebirths: RebirthRequests) {
    this.#options = options;
    this.#limits = limits;
    this.#roster = roster;
    this.#rebirths = rebirths;
  }

  /** A message of a node or device. Throws what is to be reported as a fault. */
  message(
    topic: NodeTopic | DeviceTopic,
    text: string,
    bytes: Uint8Array,
    now: number,
    effects: HostEffect[],
  ): void {
    const payload = decodePayload(bytes, this.#options.payloadLimits);
    if (topic.type === 'NBIRTH') this.#nodeBirth(topic, payload, bytes.length, now, effects);
    else if (topic.type === 'NDEATH') this.#nodeDeath(topic, payload, now, effects);
    else this.#inOrder(topic, text, bytes, payload, now, effects);
  }

  /** What time alone brings about for a node: a gap given up, devices that were not born again. */
  tick(record: NodeRecord, now: number, effects: HostEffect[]): void {
    const { gapSince } = record.order;
    const patience = this.#options.reorderTimeoutMs ?? 2000;
    // A clock that went back ends the waiting too, or it could last for ever.
    if (gapSince !== undefined && (now < gapSince || now - gapSince >= patience)) {
      this.#giveUpGap(record, now, effects);
    }
    for (const [device, { rebornBy }] of record.devices) {
      if (rebornBy === undefined || now < rebornBy) continue;
      this.#roster.forgetDevice(record, device);
      effects.push({ kind: 'device-offline', ...idOf(record), device, at: now, reason: 'not-reborn' });
    }
  }

  /** All of a node's metrics are stale from here on. tck-id-operational-behavior-edge-node-termination-host-action-ndeath-node-offline */
  nodeOffline(record: NodeRecord, at: number, reason: NodeOfflineReason): HostEffect[] {
    const id = idOf(record);
    const devices = [...record.devices.keys()].map(
      (device) => ({ kind: 'device-offline', ...id, device, at, reason: 'node-offline' }) as const,
    );
    this.#reorderBytes -= record.order.bytes;
    this.#roster.lay(record);
    return [{ kind: 'node-offline', ...id, at, reason }, ...devices];
  }

  /** Reports a refusal. */
  fault(topic: string, error: unknown, effects: HostEffect[]): void {
    this.counts.faults++;
    effects.push(faultOf(topic, error));
  }

  #nodeBirth(
    { group, node }: NodeTopic,
    payload: Payload,
    bytes: number,
    now: number,
    effects: HostEffect[],
  ): void {
    const bdSeq = bdSeqOf(payload);
    if (bdSeq === undefined)
      throw sparkplugError('SPARKPLUG_BIRTH_INVALID', `NBIRTH of ${node} without bdSeq`);
    if (payload.seq === undefined)
      throw sparkplugError('SPARKPLUG_BIRTH_INVALID', `NBIRTH of ${node} without seq`);
    const born = new BirthMetrics(payload.metrics);
    const at = payload.timestamp ?? now;
    const metrics = this.#resolveAll(payload, born, at);
    const record = this.#roster.findOrAdd(group, node);
    this.#roster.bearNode(record, bdSeq, { metrics: born, bytes });
    this.#reorderBytes -= record.order.bytes;
    record.order.restart(payload.seq);
    record.behind = 0;
    record.requestWaits = false;
    const deadline = now + (this.#options.deviceRebirthMs ?? 10_000);
    for (const device of record.devices.values()) {
      device.online = false;
      device.rebornBy = deadline;
    }
    effects.push({ kind: 'node-online', group, node, at, bdSeq, metrics });
  }

  /** Only the death of the present session counts: a will may be published long after its connection. */
  #nodeDeath({ group, node }: NodeTopic, payload: Payload, now: number, effects: HostEffect[]): void {
    const record = this.#roster.find(group, node);
    if (!record?.born) return;
    const bdSeq = bdSeqOf(payload);
    if (bdSeq !== record.born.bdSeq) {
      throw sparkplugError(
        'SPARKPLUG_DEATH_IGNORED',
        `${node} is in session ${record.born.bdSeq}, the death is of ${bdSeq ?? 'none'}`,
      );
    }
    this.#releaseAll(record, now, effects);
    record.requestWaits = false;
    effects.push(...this.nodeOffline(record, now, 'death'));
  }

  #inOrder(
    topic: NodeTopic | DeviceTopic,
    text: string,
    bytes: Uint8Array,
    payload: Payload,
    now: number,
    effects: HostEffect[],
  ): void {
    const record = this.#roster.findOrAdd(topic.group, topic.node);
    if (!record.born) {
      effects.push(...this.#rebirths.ask(record, now));
      throw sparkplugError('SPARKPLUG_NOT_BORN', `${topic.type} of ${topic.node}`);
    }
    const { seq } = payload;
    if (seq === undefined)
      throw sparkplugError('SPARKPLUG_SEQUENCE', `${topic.type} of ${topic.node} without seq`);
    const { order } = record;
    if (order.place(seq) === 'early') {
      if (this.#keep(record, seq, text, bytes, now)) return;
      // No room to wait: what was kept goes out now, and this message after it.
      this.#giveUpGap(record, now, effects);
      if (order.place(seq) === 'early') order.restart((seq + 255) % 256);
    }
    if (order.place(seq) === 'behind') {
      this.counts.dropped++;
      if (++record.behind >= BEHIND_IN_A_ROW) effects.push(...this.#rebirths.ask(record, now));
      throw sparkplugError(
        'SPARKPLUG_SEQUENCE',
        `${topic.node} sent ${seq} again or late; ${order.next} was awaited`,
      );
    }
    record.behind = 0;
    order.advance(now);
    this.#takeIn(record, topic, text, payload, bytes.length, now, effects);
    this.#release(record, now, effects);
  }

  #keep(record: NodeRecord, seq: number, topic: string, bytes: Uint8Array, now: number): boolean {
    const { reorderMessages, reorderBytes } = this.#limits;
    if (record.order.size >= reorderMessages || this.#reorderBytes + bytes.length > reorderBytes)
      return false;
    record.order.keep(seq, { topic, payload: new Uint8Array(bytes) }, now);
    record.behind = 0;
    this.#reorderBytes += bytes.length;
    return true;
  }

  /** Takes in what was kept, as far as it follows without a gap. */
  #release(record: NodeRecord, now: number, effects: HostEffect[]): void {
    for (;;) {
      const message = record.order.takeNext();
      if (!message) return;
      this.#reorderBytes -= message.payload.length;
      record.order.advance(now);
      const topic = parseTopic(message.topic);
      if (topic.type === 'STATE') continue;
      const payload = decodePayload(message.payload, this.#options.payloadLimits);
      this.#takeIn(record, topic, message.topic, payload, message.payload.length, now, effects);
    }
  }

  /** Takes in all that was kept, gaps or not: its values are good, only something before them is missing. */
  #releaseAll(record: NodeRecord, now: number, effects: HostEffect[]): void {
    while (record.order.size > 0) {
      record.order.skipGap();
      this.#release(record, now, effects);
    }
  }

  /** tck-id-operational-behavior-host-reordering-rebirth */
  #giveUpGap(record: NodeRecord, now: number, effects: HostEffect[]): void {
    const missing = record.order.next;
    this.counts.gaps++;
    this.#releaseAll(record, now, effects);
    const topic = formatTopic({ type: 'NDATA', ...idOf(record) });
    this.fault(
      topic,
      sparkplugError('SPARKPLUG_SEQUENCE', `${record.node}: message ${missing} never came`),
      effects,
    );
    effects.push(...this.#rebirths.ask(record, now));
  }

  /** Its turn has come: what is wrong with it now is a fault, and does not hold up those behind it. */
  #takeIn(
    record: NodeRecord,
    topic: NodeTopic | DeviceTopic,
    text: string,
    payload: Payload,
    bytes: number,
    now: number,
    effects: HostEffect[],
  ): void {
    try {
      if (topic.type === 'DBIRTH') this.#deviceBirth(record, topic, payload, bytes, now, effects);
      else if (topic.type === 'DDEATH') this.#deviceDeath(record, topic, payload, now, effects);
      else this.#values(record, topic, text, payload, now, effects);
    } catch (error) {
      this.fault(text, error, effects);
    }
  }

  #deviceBirth(
    record: NodeRecord,
    { device }: DeviceTopic,
    payload: Payload,
    bytes: number,
    now: number,
    effects: HostEffect[],
  ): void {
    const born = new BirthMetrics(payload.metrics);
    const at = payload.timestamp ?? now;
    const metrics = this.#resolveAll(payload, born, at);
    this.#roster.bearDevice(record, device, { metrics: born, bytes });
    effects.push({ kind: 'device-online', ...idOf(record), device, at, metrics });
  }

  /** tck-id-operational-behavior-edge-node-termination-host-action-ddeath-devices-offline */
  #deviceDeath(
    record: NodeRecord,
    { device }: DeviceTopic,
    payload: Payload,
    now: number,
    effects: HostEffect[],
  ): void {
    if (!record.devices.has(device)) return;
    this.#roster.forgetDevice(record, device);
    const at = payload.timestamp ?? now;
    effects.push({ kind: 'device-offline', ...idOf(record), device, at, reason: 'death' });
  }

  #values(
    record: NodeRecord,
    topic: NodeTopic | DeviceTopic,
    text: string,
    payload: Payload,
    now: number,
    effects: HostEffect[],
  ): void {
    const device = 'device' in topic ? topic.device : undefined;
    const born = device === undefined ? record.born?.metrics : record.bornDevice(device);
    if (!born) {
      effects.push(...this.#rebirths.ask(record, now));
      throw sparkplugError('SPARKPLUG_NOT_BORN', `${topic.type} of ${topic.node}/${device ?? ''}`);
    }
    const timestamp = payload.timestamp ?? now;
    const metrics: ResolvedMetric[] = [];
    const errors: unknown[] = [];
    for (const metric of payload.metrics) {
      try {
        metrics.push(resolveMetric(metric, born, timestamp, this.#options.payloadLimits));
      } catch (error) {
        errors.push(error);
      }
    }
    const complete = !errors.some((error) => isCoded(error, 'SPARKPLUG_METRIC_UNKNOWN'));
    if (metrics.length > 0) {
      effects.push({
        kind: 'data',
        ...idOf(record),
        ...(device !== undefined && { device }),
        timestamp,
        metrics,
        complete,
      });
    }
    if (errors.length === 0) return;
    // One fault stands for all: a message of ten thousand strange metrics is one complaint.
    this.fault(text, errors[0], effects);
    if (!complete) effects.push(...this.#rebirths.ask(record, now));
  }

  #resolveAll(payload: Payload, born: BirthMetrics, at: number): ResolvedMetric[] {
    return payload.metrics.map((metric) => resolveMetric(metric, born, at, this.#options.payloadLimits));
  }
}
