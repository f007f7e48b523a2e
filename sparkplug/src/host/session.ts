import { sparkplugError } from '../errors.ts';
import { hostStatePayload, parseHostState, type Publication } from '../message.ts';
import { encodePayload } from '../payload/encode.ts';
import { formatTopic, parseTopic } from '../topic/topic.ts';
import { NodeFollower } from './follower.ts';
import { defaultHostLimits, type HostSessionOptions } from './options.ts';
import { RebirthRequests } from './rebirth.ts';
import { Roster } from './roster.ts';
import type { MetricValue, PropertySet } from '../payload/model.ts';
import type { HostEffect, NodeId } from './effect.ts';

export interface CommandMetric {
  readonly name: string;
  readonly value: MetricValue | null;
  readonly properties?: PropertySet;
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

/** The time between two connections that it ends by itself because its time is behind. */
const OUTDATED_MS = 10_000;

/**
 * A Sparkplug host application as a pure machine: events in by methods, effects out; it has no clock and no socket.
 * `now` is wall time in ms. Sparkplug 3.0, sections 5.3, 5.8, 5.9 and 5.13 to 5.17.
 */
export class HostSession {
  readonly #options: HostSessionOptions;
  readonly #roster: Roster;
  readonly #rebirths: RebirthRequests;
  readonly #follower: NodeFollower;
  readonly #stateTopic: string;
  #connected = false;
  /** Time in the will of this connection, and so in its STATE messages. */
  #stateTime = 0;
  /** The latest time in any STATE of this host: edge nodes pass over earlier ones. */
  #latestState = -1;
  /** When it last ended a connection by itself for a later time. */
  #outdatedAt: number | undefined;
  #messages = 0;

  constructor(options: HostSessionOptions) {
    const limits = { ...defaultHostLimits, ...options.limits };
    this.#options = options;
    this.#roster = new Roster(limits);
    this.#rebirths = new RebirthRequests(options.rebirthIntervalMs ?? 10_000);
    this.#follower = new NodeFollower(options, limits, this.#roster, this.#rebirths);
    this.#stateTopic = formatTopic({ type: 'STATE', host: options.hostId });
  }

  /**
   * Before each CONNECT: the will, whose timestamp is `now`, or later where the clock went back.
   * tck-id-host-topic-phid-death-payload-connect
   */
  connecting(now: number): HostEffect[] {
    const ended = this.disconnected(now);
    this.#stateTime = this.#latestState = Math.max(now, this.#latestState + 1);
    return [...ended, { kind: 'open', will: this.#state(false, this.#stateTime) }];
  }

  /** CONNACK came: subscriptions, STATE online, and a rebirth request to each node that was online before. */
  connected(now: number): HostEffect[] {
    this.#online(true);
    const filters = new Set([this.#stateTopic, ...(this.#options.filters ?? ['spBv1.0/#'])]);
    const effects: HostEffect[] = [
      { kind: 'subscribe', subscriptions: [...filters].map((filter) => ({ filter, qos: 1 })) },
      { kind: 'publish', message: this.#state(true, this.#stateTime) },
    ];
    for (const record of this.#roster.all()) {
      if (record.requestWaits) effects.push(...this.#rebirths.ask(record, now));
    }
    return effects;
  }

  /** The connection is gone, or could not be made: no node's state is known any more. */
  disconnected(now: number): HostEffect[] {
    this.#online(false);
    const effects: HostEffect[] = [];
    for (const record of [...this.#roster.all()]) {
      if (!record.born) continue;
      effects.push(...this.#follower.nodeOffline(record, now, 'host-disconnected'));
      record.requestWaits = true;
    }
    return effects;
  }

  /** A message on one of the subscriptions. */
  message(topic: string, payload: Uint8Array, now: number): HostEffect[] {
    if (!this.#connected) return [];
    this.#messages++;
    const effects: HostEffect[] = [];
    try {
      const parsed = parseTopic(topic);
      if (parsed.type === 'STATE') {
        if (parsed.host === this.#options.hostId) this.#ownState(topic, payload, now, effects);
      } else if (parsed.type !== 'NCMD' && parsed.type !== 'DCMD') {
        this.#follower.message(parsed, topic, payload, now, effects);
      }
    } catch (error) {
      this.#follower.fault(topic, error, effects);
    }
    return effects;
  }

  /** Call every 100 to 1000 ms: reorder time-outs, waiting rebirth requests, devices that were not reborn. */
  tick(now: number): HostEffect[] {
    const effects: HostEffect[] = [];
    if (this.#connected && this.#latestState > this.#stateTime) this.#beginAgain(now, effects);
    for (const record of [...this.#roster.all()]) {
      this.#follower.tick(record, now, effects);
      if (record.requestWaits) effects.push(...this.#rebirths.ask(record, now));
    }
    return effects;
  }

  /** Asks a node for its births, within the rate limit: a request too soon is sent by a later tick. */
  requestRebirth({ group, node }: NodeId, now: number): HostEffect[] {
    try {
      return this.#rebirths.ask(this.#roster.findOrAdd(group, node), now);
    } catch (error) {
      const effects: HostEffect[] = [];
      this.#follower.fault(formatTopic({ type: 'NCMD', group, node }), error, effects);
      return effects;
    }
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
    if (!this.#connected) return { ok: false, reason: 'offline' };
    const { group, node, device } = target;
    const record = this.#roster.find(group, node);
    const born = device === undefined ? record?.born?.metrics : record?.bornDevice(device);
    if (!born) return { ok: false, reason: 'not-born' };
    const written = [];
    for (const { name, value, properties } of metrics) {
      const definition = born.named(name);
      if (!definition) return { ok: false, reason: 'unknown-metric' };
      const { alias, datatype } = definition;
      written.push({
        ...(alias === undefined ? { name } : { alias }),
        datatype,
        timestamp: now,
        value,
        ...(properties && { properties }),
      });
    }
    const payload = encodePayload({ timestamp: now, metrics: written }, { omitDatatypes: true });
    const topic =
      device === undefined
        ? formatTopic({ type: 'NCMD', group, node })
        : formatTopic({ type: 'DCMD', group, node, device });
    return { ok: true, message: { topic, payload, qos: 0, retain: false } };
  }

  /** Intentional end: STATE offline with the present time or that of the STATE online, then DISCONNECT. tck-id-host-topic-phid-death-payload-disconnect-clean */
  close(now: number): HostEffect[] {
    if (!this.#connected) return [];
    this.#online(false);
    this.#latestState = Math.max(now, this.#latestState);
    return this.#farewell(this.#latestState);
  }

  counters(): HostCounters {
    let [nodesOnline, devices, waiting] = [0, 0, 0];
    for (const record of this.#roster.all()) {
      if (record.born) nodesOnline++;
      devices += record.devices.size;
      waiting += record.order.size;
    }
    const { size: nodes, metrics } = this.#roster;
    return {
      ...this.#follower.counts,
      messages: this.#messages,
      rebirthRequests: this.#rebirths.sent,
      nodes,
      nodesOnline,
      devices,
      metrics,
      waiting,
    };
  }

  /** A late will of our own earlier connection must not stand. tck-id-message-flow-hid-sparkplug-state-message-delivered */
  #ownState(topic: string, payload: Uint8Array, now: number, effects: HostEffect[]): void {
    const { online, timestamp } = parseHostState(payload);
    if (timestamp > this.#stateTime && timestamp < Number.MAX_SAFE_INTEGER) {
      const found = `${timestamp}, after ${this.#stateTime}`;
      this.#follower.fault(topic, sparkplugError('SPARKPLUG_STATE_AHEAD', found), effects);
      this.#latestState = Math.max(timestamp, this.#latestState);
      this.#beginAgain(now, effects);
    } else if (!online) effects.push({ kind: 'publish', message: this.#state(true, this.#stateTime) });
  }

  /**
   * The will must carry the later time too, so this takes a new connection. Two hosts of one id would go on like this
   * for ever: at most once in a while, then.
   */
  #beginAgain(now: number, effects: HostEffect[]): void {
    const since = this.#outdatedAt === undefined ? OUTDATED_MS : now - this.#outdatedAt;
    if (since >= 0 && since < OUTDATED_MS) return;
    this.#outdatedAt = now;
    this.#online(false);
    effects.push(...this.#farewell(this.#stateTime));
  }

  #farewell(timestamp: number): HostEffect[] {
    return [{ kind: 'publish', message: this.#state(false, timestamp) }, { kind: 'disconnect' }];
  }

  #state(online: boolean, timestamp: number): Publication {
    return {
      topic: this.#stateTopic,
      payload: hostStatePayload({ online, timestamp }),
      qos: 1,
      retain: true,
    };
  }

  #online(connected: boolean): void {
    this.#connected = connected;
    this.#rebirths.connected = connected;
  }
}
