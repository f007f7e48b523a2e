import { sparkplugError } from '../errors.ts';
import { BirthMetrics } from '../birth.ts';
import { faultOf } from '../fault.ts';
import { parseHostState, REBIRTH, type Publication, type Subscription } from '../message.ts';
import { decodePayload } from '../payload/decode.ts';
import { encodePayload } from '../payload/encode.ts';
import { formatTopic, parseTopic, type DeviceMessageType, type NodeMessageType } from '../topic/topic.ts';
import { commandOf } from './command.ts';
import { dataMetrics, nodeBirthMetrics, stamped } from './outgoing.ts';
import type { Metric } from '../payload/model.ts';
import type { PayloadLimits } from '../payload/limits.ts';
import type { EdgeEffect, EdgeOfflineReason, EdgePublishResult } from './effect.ts';

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
 * `now` is wall time in ms. Sparkplug 3.0, sections 5.4 to 5.7, 5.16 and 5.17.
 *
 * Where `birth` or `deviceBorn` give metrics that break the specification, the call throws SPARKPLUG_BIRTH_INVALID (or
 * what encodePayload throws) and nothing has been sent.
 * A message that it hands out has used its sequence number. Where the MQTT client cannot take it, end the connection
 * and call `disconnected`, so that the host sees no gap.
 */
export class EdgeSession {
  readonly #options: EdgeSessionOptions;
  #state: 'idle' | 'connecting' | 'waiting' | 'online' = 'idle';
  #bdSeq: number | undefined;
  #seq = 0;
  #node = new BirthMetrics([]);
  #devices = new Map<string, BirthMetrics>();
  /** The latest time of the host's STATE on this connection. */
  #hostTimestamp = 0;
  #requestedAt: number | undefined;
  #rebirthWaits = false;

  constructor(options: EdgeSessionOptions) {
    this.#options = options;
    this.#bdSeq = options.lastBdSeq;
    this.#topic('NBIRTH'); // throws at once where the ids are not allowed
  }

  /** `waiting` is connected without births, until the primary host is online. */
  get state(): 'idle' | 'connecting' | 'waiting' | 'online' {
    return this.#state;
  }

  /** Before each CONNECT: a new bdSeq to persist, and the will that carries it. tck-id-topics-nbirth-bdseq-increment */
  connecting(now: number): EdgeEffect[] {
    const ended = this.disconnected();
    this.#bdSeq = this.#bdSeq === undefined ? 0 : (this.#bdSeq + 1) % 256;
    this.#state = 'connecting';
    // The STATE that a new connection finds retained is how things are, even where the host's clock went back.
    this.#hostTimestamp = 0;
    return [
      ...ended,
      { kind: 'persist-bdseq', bdSeq: this.#bdSeq },
      { kind: 'open', will: this.#death(now) },
    ];
  }

  /** CONNACK came: subscriptions, and births unless a primary host is awaited. */
  connected(now: number): EdgeEffect[] {
    if (this.#state !== 'connecting') return [];
    const { primaryHost } = this.#options;
    const subscriptions: Subscription[] = [
      { filter: this.#topic('NCMD'), qos: 1 },
      { filter: `${this.#topic('DCMD', 'x').slice(0, -1)}+`, qos: 1 },
    ];
    if (primaryHost !== undefined) {
      subscriptions.push({ filter: formatTopic({ type: 'STATE', host: primaryHost }), qos: 1 });
    }
    const births = primaryHost === undefined ? this.#births(now) : [];
    if (primaryHost !== undefined) this.#state = 'waiting';
    return [{ kind: 'subscribe', subscriptions }, ...births];
  }

  /** The connection is gone, or could not be made. */
  disconnected(): EdgeEffect[] {
    return this.#end('connection-lost');
  }

  /** A message on one of the subscriptions. */
  message(topic: string, payload: Uint8Array, now: number): EdgeEffect[] {
    if (this.#state === 'idle' || this.#state === 'connecting') return [];
    try {
      const parsed = parseTopic(topic);
      if (parsed.type === 'STATE') {
        return parsed.host === this.#options.primaryHost ? this.#hostState(payload, now) : [];
      }
      if (parsed.group !== this.#options.group || parsed.node !== this.#options.node) return [];
      if (parsed.type === 'NCMD') return this.#command(topic, payload, now);
      return parsed.type === 'DCMD' ? this.#command(topic, payload, now, parsed.device) : [];
    } catch (error) {
      return [faultOf(topic, error)];
    }
  }

  /** Call about once a second: answers rebirth requests that had to wait. */
  tick(now: number): EdgeEffect[] {
    return this.#rebirthWaits ? this.#rebirthRequested(now) : [];
  }

  /** Births again, at once, with the same bdSeq: after the node's own metrics changed. Nothing while offline. */
  rebirth(now: number): EdgeEffect[] {
    return this.#state === 'online' ? this.#births(now) : [];
  }

  /** DBIRTH of a device that appeared, came back or changed its metrics. Nothing while offline: `birth` covers it. */
  deviceBorn(device: DeviceBirth, now: number): EdgeEffect[] {
    if (this.#state !== 'online') return [];
    const others = new Map(this.#devices);
    others.delete(device.id);
    const metrics = new BirthMetrics(device.metrics);
    checkAliases(device.id, metrics, [this.#node, ...others.values()]);
    const message = this.#deviceBirth(device, this.#seq, now);
    this.#devices.set(device.id, metrics);
    this.#advance();
    return [{ kind: 'publish', message }];
  }

  /** DDEATH of a device that is lost; nothing if it is not born. */
  deviceDied(device: string, now: number): EdgeEffect[] {
    if (this.#state !== 'online' || !this.#devices.has(device)) return [];
    const payload = encodePayload({ timestamp: now, seq: this.#seq, metrics: [] });
    this.#devices.delete(device);
    this.#advance();
    return [{ kind: 'publish', message: publication(this.#topic('DDEATH', device), payload) }];
  }

  /**
   * A DDATA message of a born device. Metrics are named by alias or by name; data types come from the birth and are
   * left off the wire, and a name gives way to its alias. A metric without timestamp gets `now`.
   * Throws SPARKPLUG_METRIC_UNKNOWN or what encodePayload throws, without using a sequence number.
   */
  publishDevice(device: string, metrics: readonly Metric[], now: number): EdgePublishResult {
    return this.#publish(() => this.#topic('DDATA', device), this.#devices.get(device), metrics, now);
  }

  /** As publishDevice, for NDATA. */
  publishNode(metrics: readonly Metric[], now: number): EdgePublishResult {
    return this.#publish(() => this.#topic('NDATA'), this.#node, metrics, now);
  }

  /** Intentional end: NDEATH, then DISCONNECT. tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath */
  close(now: number): EdgeEffect[] {
    return this.#leave('closed', now);
  }

  #publish(
    topic: () => string,
    born: BirthMetrics | undefined,
    metrics: readonly Metric[],
    now: number,
  ): EdgePublishResult {
    if (this.#state !== 'online') return { ok: false, reason: 'offline' };
    if (!born) return { ok: false, reason: 'not-born' };
    const seq = this.#seq;
    const sent = dataMetrics(born, metrics, now);
    const payload = encodePayload({ timestamp: now, seq, metrics: sent }, { omitDatatypes: true });
    const message = publication(topic(), payload, this.#options.dataQos);
    this.#advance();
    return { ok: true, message, seq };
  }

  /** NBIRTH with seq 0, then each DBIRTH. tck-id-topics-nbirth-seq-num, tck-id-payloads-dbirth-order */
  #births(now: number): EdgeEffect[] {
    const { metrics, devices } = this.#options.birth();
    const all = nodeBirthMetrics(metrics, this.#bdSeq ?? 0);
    const node = new BirthMetrics(all);
    const born = new Map<string, BirthMetrics>();
    const nodeBirth = encodePayload({ timestamp: now, seq: 0, metrics: stamped(all, now) });
    const effects: EdgeEffect[] = [
      { kind: 'publish', message: publication(this.#topic('NBIRTH'), nodeBirth) },
    ];
    for (const device of devices) {
      if (born.has(device.id)) {
        throw sparkplugError('SPARKPLUG_BIRTH_INVALID', `device ${device.id} comes twice`);
      }
      born.set(device.id, new BirthMetrics(device.metrics));
      effects.push({ kind: 'publish', message: this.#deviceBirth(device, born.size % 256, now) });
    }
    checkAllAliases(node, born);
    const first = this.#state !== 'online';
    this.#state = 'online';
    this.#node = node;
    this.#devices = born;
    this.#seq = (born.size + 1) % 256;
    this.#rebirthWaits = false;
    return first ? [...effects, { kind: 'online' }] : effects;
  }

  #deviceBirth({ id, metrics }: DeviceBirth, seq: number, now: number): Publication {
    const payload = encodePayload({ timestamp: now, seq, metrics: stamped(metrics, now) });
    return publication(this.#topic('DBIRTH', id), payload);
  }

  /** The same bytes as will and as message: one metric, no seq. tck-id-topics-ndeath-payload, tck-id-topics-ndeath-seq */
  #death(now: number): Publication {
    const payload = encodePayload({
      timestamp: now,
      metrics: nodeBirthMetrics([], this.#bdSeq ?? 0).slice(0, 1),
    });
    return publication(this.#topic('NDEATH'), payload, 1);
  }

  #command(topic: string, payload: Uint8Array, now: number, device?: string): EdgeEffect[] {
    if (this.#state !== 'online') return [];
    const born = device === undefined ? this.#node : this.#devices.get(device);
    if (!born) throw sparkplugError('SPARKPLUG_NOT_BORN', `a command for device ${device ?? ''}`);
    const { timestamp, metrics } = decodePayload(payload, this.#options.limits);
    const { known, faults } = commandOf(topic, born, metrics, this.#options.limits);
    const isRebirth = ({ name }: Metric): boolean => device === undefined && name === REBIRTH;
    const written = known.filter((metric) => !isRebirth(metric));
    const effects: EdgeEffect[] = [...faults];
    if (written.length > 0) {
      effects.push({
        kind: 'command',
        ...(device !== undefined && { device }),
        ...(timestamp !== undefined && { timestamp }),
        metrics: written,
      });
    }
    if (known.some((metric) => isRebirth(metric) && metric.value === true)) {
      effects.push(...this.#rebirthRequested(now));
    }
    return effects;
  }

  #rebirthRequested(now: number): EdgeEffect[] {
    const interval = this.#options.rebirthIntervalMs ?? 5000;
    const since = this.#requestedAt === undefined ? interval : now - this.#requestedAt;
    if (since >= 0 && since < interval) {
      this.#rebirthWaits = true;
      return [];
    }
    this.#requestedAt = now;
    this.#rebirthWaits = false;
    return this.rebirth(now);
  }

  /** tck-id-message-flow-edge-node-birth-publish-phid-wait-timestamp, ...-phid-offline */
  #hostState(payload: Uint8Array, now: number): EdgeEffect[] {
    const { online, timestamp } = parseHostState(payload);
    if (timestamp < this.#hostTimestamp) return [];
    this.#hostTimestamp = timestamp;
    if (online) return this.#state === 'waiting' ? this.#births(now) : [];
    return this.#state === 'online' ? this.#leave('primary-host-offline', now) : [];
  }

  #leave(reason: EdgeOfflineReason, now: number): EdgeEffect[] {
    if (this.#state === 'idle') return [];
    if (this.#state === 'connecting') return [{ kind: 'disconnect' }, ...this.#end(reason)];
    return [{ kind: 'publish', message: this.#death(now) }, { kind: 'disconnect' }, ...this.#end(reason)];
  }

  #end(reason: EdgeOfflineReason): EdgeEffect[] {
    const wasOnline = this.#state === 'online';
    this.#state = 'idle';
    this.#devices = new Map();
    this.#rebirthWaits = false;
    return wasOnline ? [{ kind: 'offline', reason }] : [];
  }

  #advance(): void {
    this.#seq = (this.#seq + 1) % 256;
  }

  #topic(type: NodeMessageType): string;
  #topic(type: DeviceMessageType, device: string): string;
  #topic(type: NodeMessageType | DeviceMessageType, device?: string): string {
    const { group, node } = this.#options;
    if (device === undefined) return formatTopic({ type: type as NodeMessageType, group, node });
    return formatTopic({ type: type as DeviceMessageType, group, node, device });
  }
}

function publication(topic: string, payload: Uint8Array, qos: 0 | 1 = 0): Publication {
  return { topic, payload, qos, retain: false };
}

/** No two metrics of an edge node share an alias. tck-id-payloads-alias-uniqueness */
function checkAliases(owner: string, metrics: BirthMetrics, others: readonly BirthMetrics[]): void {
  for (const alias of metrics.aliases()) {
    if (others.some((other) => other.hasAlias(alias))) {
      throw sparkplugError(
        'SPARKPLUG_BIRTH_INVALID',
        `alias ${alias} of ${owner} is also used elsewhere in the node`,
      );
    }
  }
}

function checkAllAliases(node: BirthMetrics, devices: ReadonlyMap<string, BirthMetrics>): void {
  const seen = new Set(node.aliases());
  for (const [id, metrics] of devices) {
    for (const alias of metrics.aliases()) {
      if (seen.has(alias)) {
        throw sparkplugError(
          'SPARKPLUG_BIRTH_INVALID',
          `alias ${alias} of ${id} is also used elsewhere in the node`,
        );
      }
      seen.add(alias);
    }
  }
}
