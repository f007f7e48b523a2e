import {
  isCoded,
  messageOf,
  type Clock,
  type CodedError,
  type Logger,
  type Service,
} from '@city-testbed/runtime';
import {
  DataType,
  HostSession,
  parseTopic,
  type CommandResult,
  type HostEffect,
  type Publication,
} from '@city-testbed/sparkplug';
import type { Value } from '../contract/index.ts';
import { sandboxError } from '../errors.ts';
import { FaultLog } from '../mqtt/fault-log.ts';
import type { MqttLink, MqttSession } from '../mqtt/mqtt-link.ts';
import type { DeviceIntake, DeviceRegistry } from '../store/device-registry.ts';
import type { IncomingBatch, ReadingStore } from '../store/reading-store.ts';
import { batchReadings } from './batch-readings.ts';
import { birthRecord, versionOf } from './birth-record.ts';
import { Confirmations } from './confirmations.ts';
import { IngestQueue, type QueuedMessage, type QueueLimits } from './ingest-queue.ts';

export interface IngestParts {
  /** Sparkplug group of the gateways that belong here. */
  readonly site: string;
  readonly store: Pick<ReadingStore, 'append'>;
  readonly registry: DeviceRegistry & DeviceIntake;
  readonly limits: QueueLimits;
  readonly clock: Clock;
  readonly log: Logger;
  /** After each commit, in the order of storing: batches that hold anything new. */
  readonly onStored: (batches: readonly IncomingBatch[]) => void;
  /** What a gateway says of a command to one of its devices, JSON; answers whether it could be understood. */
  readonly onCommandResult: (device: string, result: unknown) => boolean;
  /** Something about a device was refused; said at most once in ten seconds per topic and code. */
  readonly onRefused: (device: string, error: CodedError) => void;
}

/** Whether readings get through; `detail` says why not. */
export interface IngestState {
  readonly up: boolean;
  readonly detail: string;
}

/** What the ingest counts; shown at /metrics. */
export interface IngestCounters {
  readonly messages: number;
  readonly readings: number;
  readonly waitingReadings: number;
  /** Readings turned away because the queue was full or the store failed; the gateways send them again. */
  readonly turnedAway: number;
  readonly confirmations: number;
  readonly sequenceGaps: number;
  readonly rebirthRequests: number;
  readonly faults: ReadonlyMap<string, number>;
}

const HOST_ID = 'sandbox';
const NAMESPACE = 'spBv1.0/';
const STORED = 'Node Control/Stored';
/** JSON: what became of a command (protocol.md). It is no reading. */
const RESULT = 'Command/Result';
const TICK_MS = 200;
const QUEUE = '(queue)';

/**
 * The Sparkplug primary host application: births fill the registry, data goes to the store, and what is committed is
 * confirmed to its gateway. Pass `session` to the broker link, then `attach` the link.
 */
export class Ingest implements Service {
  readonly name = 'ingest';
  readonly #parts: IngestParts;
  readonly #host = new HostSession({ hostId: HOST_ID });
  readonly #faults: FaultLog;
  readonly #queue: IngestQueue;
  readonly #confirmations: Confirmations;
  readonly #stopped = new AbortController();
  #link: MqttLink | undefined;
  #running: Promise<void> = Promise.resolve();
  #counts = { messages: 0, readings: 0, turnedAway: 0 };
  /** Why the last message was turned away; undefined since one was stored again. */
  #trouble: CodedError | undefined;

  constructor(parts: IngestParts) {
    this.#parts = parts;
    this.#faults = new FaultLog(parts.clock, parts.log);
    this.#queue = new IngestQueue({
      store: parts.store,
      limits: parts.limits,
      onStored: (messages, fresh) => this.#stored(messages, fresh),
      onFailed: (messages, error) => this.#turnAway(messages, error),
    });
    this.#confirmations = new Confirmations(parts.clock, (gateway, ranges) => this.#confirm(gateway, ranges));
  }

  /** What the link says for this host application at both ends of a connection. */
  get session(): MqttSession {
    const { clock } = this.#parts;
    return {
      will: () => {
        const effects = this.#host.connecting(clock.now());
        const open = effects.find(({ kind }) => kind === 'open');
        this.#act(effects);
        if (open?.kind !== 'open') throw new RangeError('a host session opens with a will');
        return open.will;
      },
      farewell: () =>
        this.#host.close(clock.now()).flatMap((effect) => (effect.kind === 'publish' ? effect.message : [])),
    };
  }

  attach(link: MqttLink): void {
    const { clock, registry, site } = this.#parts;
    this.#link = link;
    link.onConnected(() => {
      const now = clock.now();
      this.#act(this.#host.connected(now));
      // After a restart of the sandbox: what it remembers, but has not heard in this life.
      for (const { id } of registry.gateways()) {
        this.#act(this.#host.requestRebirth({ group: site, node: id }, now));
      }
    });
    link.onDisconnected(() => this.#act(this.#host.disconnected(clock.now())));
    link.onMessage(NAMESPACE, (topic, payload) => {
      if (this.#stopped.signal.aborted) return;
      this.#counts.messages++;
      this.#act(this.#host.message(topic, payload, clock.now()));
    });
  }

  start(): Promise<void> {
    this.#running = this.#tick();
    return Promise.resolve();
  }

  /** Takes nothing in any more, waits for what is under way, and confirms it. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    await this.#queue.idle();
    this.#confirmations.stop();
  }

  /** Writes one metric of a device. `expiresAt` is in ms. Throws SANDBOX_COMMAND_UNDELIVERABLE. */
  command(
    device: string,
    metric: string,
    value: Value,
    { id, expiresAt }: { readonly id: string; readonly expiresAt: number },
  ): void {
    const { registry, site, clock } = this.#parts;
    const gateway = registry.device(device)?.gateway;
    if (gateway === undefined) throw sandboxError('SANDBOX_COMMAND_UNDELIVERABLE', `${device} is not known`);
    const properties = {
      commandId: { type: DataType.String, value: id },
      expiresAt: { type: DataType.UInt64, value: BigInt(expiresAt) },
    };
    const send = (as: Value | bigint): CommandResult =>
      this.#host.command(
        { group: site, node: gateway, device },
        [{ name: metric, value: as, properties }],
        clock.now(),
      );
    let result: CommandResult;
    try {
      // JSON has one kind of number; a 64-bit metric takes another.
      result = bothWays(value, send);
    } catch (cause) {
      throw sandboxError('SANDBOX_COMMAND_UNDELIVERABLE', messageOf(cause), { cause });
    }
    if (!result.ok) throw sandboxError('SANDBOX_COMMAND_UNDELIVERABLE', `${device}: ${result.reason}`);
    if (!this.#sendNow(result.message)) {
      throw sandboxError('SANDBOX_COMMAND_UNDELIVERABLE', 'the broker cannot be reached');
    }
  }

  counters(): IngestCounters {
    const { gaps, rebirthRequests } = this.#host.counters();
    return {
      ...this.#counts,
      waitingReadings: this.#queue.readings,
      confirmations: this.#confirmations.sent,
      sequenceGaps: gaps,
      rebirthRequests,
      faults: this.#faults.counts,
    };
  }

  state(): IngestState {
    if (this.#trouble) return { up: false, detail: `${this.#trouble.code}: ${this.#trouble.message}` };
    const { nodesOnline } = this.#host.counters();
    return { up: true, detail: `${nodesOnline} gateways online, ${this.#queue.readings} readings wait` };
  }

  async #tick(): Promise<void> {
    const { clock } = this.#parts;
    const { signal } = this.#stopped;
    for (;;) {
      await clock.sleep(TICK_MS, signal);
      if (signal.aborted) return;
      this.#act(this.#host.tick(clock.now()));
    }
  }

  /** A fault in one effect never keeps the next from acting. */
  #act(effects: readonly HostEffect[]): void {
    for (const effect of effects) {
      try {
        this.#actOn(effect);
      } catch (error) {
        const place = 'node' in effect ? placeOf(effect) : effect.kind;
        const device = 'device' in effect ? effect.device : undefined;
        this.#refuse(place, device, codedOf(error));
      }
    }
  }

  #actOn(effect: HostEffect): void {
    const { registry } = this.#parts;
    switch (effect.kind) {
      case 'open':
        return; // the link does, see `session`
      case 'disconnect':
        this.#link?.reconnect();
        return;
      case 'subscribe':
        this.#link?.subscribe(effect.subscriptions);
        return;
      case 'publish':
        this.#link?.send(effect.message);
        return;
      case 'node-online':
        this.#checkSite(effect);
        registry.gatewayOnline(effect.node, effect.at, versionOf(effect.metrics));
        return;
      case 'node-offline':
        // While this host is away it knows nothing of the node: its devices become stale by their silence.
        if (effect.reason === 'death' && effect.group === this.#parts.site) {
          registry.gatewayOffline(effect.node, effect.at, 'gateway_offline');
        }
        return;
      case 'device-online':
        this.#checkSite(effect);
        registry.deviceOnline(birthRecord(effect.node, effect.device, effect.metrics), effect.at);
        return;
      case 'device-offline':
        if (effect.reason !== 'node-offline') {
          registry.deviceOffline(effect.node, effect.device, effect.at, effect.reason.replaceAll('-', '_'));
        }
        return;
      case 'data':
        this.#data(effect);
        return;
      case 'fault':
        this.#fault(effect.topic, effect.error);
    }
  }

  #data(effect: Extract<HostEffect, { kind: 'data' }>): void {
    const { registry, clock, site } = this.#parts;
    const { node: gateway, device, metrics } = effect;
    if (effect.group !== site) return; // its birth was refused, with a fault
    const now = clock.now();
    registry.seen(gateway, undefined, now);
    // A device of another gateway was refused at its birth; its data is not confirmed, so nothing of it is lost.
    if (device === undefined) return;
    if (!registry.owns(gateway, device)) {
      // Once the other one has let go of it, a new birth takes it over; without one this data would never get in.
      if (registry.mayClaim(gateway, device)) {
        this.#act(this.#host.requestRebirth({ group: site, node: gateway }, now));
      }
      return;
    }
    const results = metrics.filter(({ name }) => name === RESULT);
    for (const { value } of results) this.#commandResult(device, placeOf(effect), value);
    if (results.length > 0 && results.length === metrics.length) return;
    const { faults, ...found } = batchReadings(device, metrics, now);
    // The gateway's word that a device does not answer is no sign of life of the device.
    const spoken = found.batches.filter(({ readings }) =>
      readings.some(({ reason }) => reason !== 'no_response'),
    );
    if (spoken.length > 0) registry.seen(gateway, device, now, Math.max(...spoken.map(spokenAt(now))));
    for (const fault of faults) this.#refuse(placeOf(effect), device, fault);
    // What is left out of an incomplete message comes with the re-send, after the rebirth: not confirmed until then.
    const message = { gateway, ...found, number: effect.complete ? found.number : null };
    if (!this.#queue.offer(message)) {
      const waiting = `${this.#queue.readings} readings wait`;
      this.#turnAway([message], sandboxError('SANDBOX_INGEST_QUEUE_FULL', waiting));
    }
  }

  #commandResult(device: string, place: string, value: unknown): void {
    if (this.#parts.onCommandResult(device, value)) return;
    this.#refuse(place, device, sandboxError('SANDBOX_COMMAND_RESULT_INVALID', device));
  }

  #stored(messages: readonly QueuedMessage[], fresh: readonly IncomingBatch[]): void {
    for (const { gateway, number, readings } of messages) {
      this.#counts.readings += readings;
      this.#parts.registry.stored(gateway, 1, number);
      if (number !== null) this.#confirmations.add(gateway, number);
    }
    this.#trouble = undefined;
    if (fresh.length > 0) this.#parts.onStored(fresh);
  }

  #turnAway(messages: readonly QueuedMessage[], error: CodedError): void {
    for (const { readings } of messages) this.#counts.turnedAway += readings;
    this.#trouble = error;
    this.#faults.report(QUEUE, error);
  }

  #confirm(gateway: string, ranges: BigUint64Array): boolean {
    const { clock, site } = this.#parts;
    const target = { group: site, node: gateway };
    try {
      const command = this.#host.command(target, [{ name: STORED, value: ranges }], clock.now());
      // unknown-metric: an edge node of another maker, which deletes on its own grounds.
      return command.ok && this.#sendNow(command.message);
    } catch (error) {
      // Its birth declared the metric with a data type that cannot hold ranges: a fault of that gateway alone.
      this.#refuse(placeOf(target), undefined, codedOf(error));
      return false;
    }
  }

  #sendNow(message: Publication): boolean {
    return this.#link?.send(message) ?? false;
  }

  #checkSite({ group, node }: { readonly group: string; readonly node: string }): void {
    if (group === this.#parts.site) return;
    throw sandboxError('SANDBOX_REGISTRY_ID_INVALID', `${node} is of site ${group}, not ${this.#parts.site}`);
  }

  #fault(topic: string, error: CodedError): void {
    const place = topicPlace(topic);
    if (error.code === 'SPARKPLUG_SEQUENCE' && place.gateway !== undefined) {
      this.#parts.registry.sequenceGap(place.gateway);
    }
    this.#refuse(topic.slice(0, 200), place.device, error);
  }

  #refuse(place: string, device: string | undefined, error: CodedError): void {
    if (this.#faults.report(place, error) && device !== undefined) this.#parts.onRefused(device, error);
  }
}

function codedOf(error: unknown): CodedError {
  return isCoded(error) ? error : sandboxError('SANDBOX_STORE_FAILED', messageOf(error), { cause: error });
}

function placeOf(effect: {
  readonly group: string;
  readonly node: string;
  readonly device?: string;
}): string {
  return [effect.group, effect.node, effect.device ?? ''].join('/').slice(0, 200);
}

function topicPlace(topic: string): { readonly gateway?: string; readonly device?: string } {
  try {
    const parsed = parseTopic(topic);
    if (parsed.type === 'STATE') return {};
    return { gateway: parsed.node, ...('device' in parsed ? { device: parsed.device } : {}) };
  } catch {
    return {}; // no Sparkplug topic: the fault that led here says so
  }
}

/** What is live was said now, whatever the gateway's clock reads; what is late, when it was observed. */
function spokenAt(now: number): (batch: IncomingBatch) => number {
  return ({ historical, readings }) =>
    historical ? Math.max(...readings.map(({ observedAt }) => observedAt)) : now;
}

function bothWays(value: Value, send: (value: Value | bigint) => CommandResult): CommandResult {
  try {
    return send(value);
  } catch (error) {
    if (!Number.isSafeInteger(value) || !isCoded(error, 'SPARKPLUG_VALUE_TYPE')) throw error;
    return send(BigInt(value as number));
  }
}
