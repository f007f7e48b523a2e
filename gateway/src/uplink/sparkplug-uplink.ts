import {
  type DataType,
  EdgeSession,
  type EdgeEffect,
  type Metric,
  type NodeBirth,
  type Publication,
} from '@city-testbed/sparkplug';
import { isCoded, messageOf, type Clock, type Logger, type Random } from '@city-testbed/runtime';
import { gatewayError } from '../errors.ts';
import { BATCH_METRIC } from '../model/device.ts';
import type { StoredBatch } from '../model/reading.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { backOffMs } from './back-off.ts';
import { LastValues, nodeBirth, STORED_METRIC, type BornDevice } from './births.ts';
import type { Commands } from './commands.ts';
import { storedRanges } from './confirmation.ts';
import { Drain } from './drain.ts';
import { dataMetrics } from './metrics.ts';
import { connectMqtt, type BrokerAddress, type MqttConnection } from './mqtt-connection.ts';
import { RateLimit } from './rate-limit.ts';
import type { Uplink, UplinkStatus } from './uplink.ts';

export interface SparkplugUplinkOptions {
  readonly site: string;
  readonly gateway: string;
  readonly version: string;
  readonly broker: BrokerAddress;
  readonly primaryHost?: string;
  readonly confirm: 'host' | 'broker';
  readonly window: number;
  readonly resendAfterMs: number;
  readonly batchesPerSecond: number;
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  readonly rebirthIntervalMs: number;
  readonly outbox: Outbox;
  /** The devices that are to be born now: those of the configuration, and those with batches left. */
  readonly born: () => readonly BornDevice[];
  readonly commands: Commands;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

const TICK_MS = 250;
/** Batches published in one go, before sockets and timers get their turn. */
const BURST = 256;

/** Sparkplug over MQTT, with an outbox behind it: births, data, confirmations, commands. */
export class SparkplugUplink implements Uplink {
  readonly name = 'uplink';
  readonly #options: SparkplugUplinkOptions;
  readonly #drain: Drain;
  readonly #rate: RateLimit;
  readonly #last = new LastValues();
  readonly #abort = new AbortController();
  readonly #unsubscribe: (() => void)[] = [];
  #opened: EdgeSession | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #connection: MqttConnection | undefined;
  #will: Publication | undefined;
  readonly #batchAliases = new Map<string, number>();
  readonly #datatypes = new Map<number, DataType>();
  #born: readonly BornDevice[] = [];
  #tries = 0;
  #pumping = false;
  #fault: string | undefined;
  readonly #counts = { connects: 0, published: 0, confirmed: 0, resent: 0 };
  #lastConfirmedAt: number | undefined;

  constructor(options: SparkplugUplinkOptions) {
    this.#options = options;
    this.#drain = new Drain({ ...options, onHeld: (device) => this.#heldBack(device) });
    this.#rate = new RateLimit(options.batchesPerSecond);
  }

  /** The outbox must be open. */
  start(): Promise<void> {
    const { outbox, site, gateway, primaryHost, confirm, rebirthIntervalMs } = this.#options;
    const lastBdSeq = outbox.lastBdSeq();
    this.#opened = new EdgeSession({
      group: site,
      node: gateway,
      birth: () => this.#birth(),
      rebirthIntervalMs,
      dataQos: confirm === 'broker' ? 1 : 0,
      ...(lastBdSeq === undefined ? {} : { lastBdSeq }),
      ...(primaryHost === undefined ? {} : { primaryHost }),
    });
    this.#unsubscribe.push(
      outbox.onCommit((batches) => this.#committed(batches)),
      outbox.onRelease(() => {
        this.#drain.rewind();
        this.#pump();
      }),
    );
    this.#running = Promise.all([this.#connectForEver(), this.#tickForEver()]);
    return Promise.resolve();
  }

  /** Sends what was read last, then NDEATH and DISCONNECT. What nobody confirmed stays on disk. */
  async stop(): Promise<void> {
    if (!this.#opened) return;
    this.#options.outbox.commit();
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    this.#abort.abort();
    const connection = this.#connection;
    this.#apply(this.#session.close(this.#options.clock.now()));
    // A broker that does not take the DISCONNECT must not hold up the end.
    const late = setTimeout(() => connection?.cut(), 1000);
    await this.#running;
    clearTimeout(late);
  }

  /**
   * The devices are others than before: those that are gone die, and all others are born at once. While offline the
   * next connection does it. `outboxReplaced`: their aliases and the batch numbers are others too.
   */
  devicesChanged({ outboxReplaced = false } = {}): void {
    if (this.#opened?.state !== 'online') return;
    this.#options.outbox.commit();
    const now = this.#options.clock.now();
    this.#bury(this.#options.born(), now);
    this.#apply(this.#session.rebirth(now));
    if (outboxReplaced) this.#drain.restart();
    else this.#drain.rewind();
    this.#pump();
  }

  status(): UplinkStatus {
    const state = this.#opened?.state ?? 'idle';
    return {
      state: state === 'idle' ? 'offline' : state,
      ...(this.#fault === undefined || state === 'online' ? {} : { fault: this.#fault }),
      ...this.#counts,
      inFlight: this.#drain.inFlight.size,
      held: [...this.#drain.held],
      ...(this.#lastConfirmedAt === undefined ? {} : { lastConfirmedAt: this.#lastConfirmedAt }),
    };
  }

  get #session(): EdgeSession {
    if (!this.#opened) throw new Error('the uplink was not started');
    return this.#opened;
  }

  async #connectForEver(): Promise<void> {
    const { clock, random, reconnectMinMs, reconnectMaxMs } = this.#options;
    while (!this.#isStopping()) {
      await this.#connectOnce();
      if (this.#isStopping()) return;
      const pause = backOffMs(this.#tries, reconnectMinMs, reconnectMaxMs, random);
      await clock.sleep(pause, this.#abort.signal);
      this.#tries += 1;
    }
  }

  /** One connection from CONNECT to its end. */
  async #connectOnce(): Promise<void> {
    const { clock, broker, log } = this.#options;
    this.#apply(this.#session.connecting(clock.now()));
    if (!this.#will) return;
    try {
      const connection = await connectMqtt(broker, this.#will, this.#abort.signal);
      this.#counts.connects += 1;
      this.#connection = connection;
      connection.onMessage((topic, payload) =>
        this.#apply(this.#session.message(topic, payload, clock.now())),
      );
      this.#apply(this.#session.connected(clock.now()));
      this.#fault = await connection.closed;
    } catch (error) {
      const message = messageOf(error);
      if (message !== this.#fault && !this.#isStopping()) {
        log.warn({ ...(isCoded(error) ? error.toJSON() : { err: error }) }, message);
      }
      this.#fault = message;
      this.#connection?.cut();
    }
    this.#connection = undefined;
    this.#apply(this.#session.disconnected());
  }

  async #tickForEver(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#isStopping()) {
      await clock.sleep(TICK_MS, this.#abort.signal);
      if (this.#isStopping()) return;
      this.#apply(this.#session.tick(clock.now()));
      this.#buryEmptied();
      this.#pump();
    }
  }

  #apply(effects: readonly EdgeEffect[]): void {
    const { outbox, log, primaryHost } = this.#options;
    for (const effect of effects) {
      switch (effect.kind) {
        case 'persist-bdseq':
          outbox.persistBdSeq(effect.bdSeq);
          break;
        case 'open':
          this.#will = effect.will;
          break;
        case 'subscribe':
          this.#connection?.subscribe(effect.subscriptions);
          break;
        case 'publish':
          this.#connection?.publish(effect.message);
          break;
        case 'disconnect':
          this.#connection?.end();
          break;
        case 'online':
          log.info({ primaryHost }, 'online');
          this.#tries = 0;
          this.#drain.restart();
          this.#pump();
          break;
        case 'offline':
          log.warn({ reason: effect.reason }, 'offline');
          this.#drain.inFlight.clear();
          break;
        case 'command':
          this.#command(effect.device, effect.metrics);
          break;
        case 'fault':
          log.warn({ topic: effect.topic, ...effect.error.toJSON() }, effect.error.message);
      }
    }
  }

  #committed(batches: readonly StoredBatch[]): void {
    for (const batch of batches) this.#last.take(batch);
    if (this.#session.state !== 'online') return;
    this.#drain.committed(batches);
    this.#pump();
  }

  /** Sends what may be sent now. A long backlog is sent in bursts, between which the rest of the gateway works. */
  #pump(): void {
    if (this.#pumping || this.#session.state !== 'online') return;
    const { clock } = this.#options;
    let left = BURST;
    while (left > 0 && this.#connection?.congested === false) {
      const allowed = Math.min(left, this.#rate.room(clock.monotonic()));
      // The next tick goes on.
      if (allowed === 0) return;
      const due = this.#drain.next(clock.monotonic(), allowed);
      for (const { batch, again } of due) {
        this.#publish(batch);
        if (again) this.#counts.resent += 1;
      }
      this.#rate.take(due.length);
      if (due.length === 0 && (this.#drain.full || !this.#drain.behind)) return;
      // A stretch of the backlog in which nothing may go counts as a burst: there may be very much of it.
      left = due.length === 0 ? 0 : left - due.length;
    }
    if (left > 0) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #isStopping(): boolean {
    return this.#abort.signal.aborted;
  }

  #heldBack(device: string): void {
    const error = gatewayError('GATEWAY_UPLINK_UNCONFIRMED', device, { context: { device } });
    this.#options.log.warn({ ...error.toJSON() }, error.message);
  }

  #publish(batch: StoredBatch): void {
    const { clock, confirm } = this.#options;
    const { number } = batch;
    const now = clock.now();
    let message: Publication;
    try {
      message = this.#message(batch, now);
    } catch (error) {
      this.#poison(batch, error);
      return;
    }
    this.#drain.sent(batch, clock.monotonic());
    this.#counts.published += 1;
    const acknowledged = confirm === 'broker' ? () => this.#confirmed([[number, number]]) : undefined;
    this.#connection?.publish(message, acknowledged);
  }

  #message(batch: StoredBatch, now: number): Publication {
    const { device } = batch;
    try {
      return this.#encode(batch, now);
    } catch (error) {
      // A device or metric may be newer than the births, or have left the configuration with this batch under way.
      const born = this.#options.born().find((candidate) => candidate.device.id === device);
      if (!born) throw error;
      this.#born = [...this.#born.filter((other) => other.device.id !== device), born];
      const [birth] = this.#declare([born]).devices;
      if (birth) this.#apply(this.#session.deviceBorn(birth, now));
      return this.#encode(batch, now);
    }
  }

  #encode(batch: StoredBatch, now: number): Publication {
    const { device } = batch;
    const alias = this.#batchAliases.get(device) ?? 0;
    const result = this.#session.publishDevice(device, dataMetrics(batch, alias, this.#datatypes, now), now);
    if (!result.ok) throw new Error(`${device} is ${result.reason}`);
    return result.message;
  }

  /** One batch that cannot be sent must not hold up all others for ever. */
  #poison({ number, device }: StoredBatch, cause: unknown): void {
    if (this.#session.state !== 'online') return;
    const { log, outbox } = this.#options;
    const error = gatewayError(
      'GATEWAY_UPLINK_BATCH',
      `${String(number)} of ${device}: ${messageOf(cause)}`,
      { cause },
    );
    log.error({ ...error.toJSON() }, error.message);
    outbox.discard(number);
  }

  #command(device: string | undefined, metrics: readonly Metric[]): void {
    if (device !== undefined) {
      void this.#options.commands.carryOut(device, metrics);
      return;
    }
    for (const metric of metrics) {
      if (metric.name !== STORED_METRIC) continue;
      const ranges = storedRanges(metric);
      if (ranges) this.#confirmed(ranges);
      else {
        const error = gatewayError('GATEWAY_CONFIRMATION_INVALID', 'it is not a list of from,to pairs');
        this.#options.log.warn({ ...error.toJSON() }, error.message);
      }
    }
  }

  #confirmed(ranges: readonly (readonly [number, number])[]): void {
    if (this.#options.confirm === 'host' && this.#session.state !== 'online') return;
    const { outbox, clock } = this.#options;
    // Only what was sent in this session: a range must not delete a batch that this host never saw.
    const numbers = ranges.flatMap(([from, to]) => this.#drain.confirmed(from, to, clock.monotonic()));
    if (numbers.length === 0) return;
    outbox.confirm(numbers);
    this.#counts.confirmed += numbers.length;
    this.#lastConfirmedAt = clock.now();
    this.#pump();
  }

  #birth(): NodeBirth {
    this.#born = this.#options.born();
    this.#batchAliases.clear();
    this.#datatypes.clear();
    return this.#declare(this.#born);
  }

  /** The births of these devices; from now on their metrics are known by alias. */
  #declare(born: readonly BornDevice[]): NodeBirth {
    for (const { device, aliases } of born) {
      this.#batchAliases.set(device.id, aliases.get(BATCH_METRIC) ?? 0);
    }
    const birth = nodeBirth(born, this.#options.version, this.#last);
    for (const { metrics } of birth.devices) {
      for (const { alias, datatype } of metrics) {
        if (alias !== undefined && datatype !== undefined) this.#datatypes.set(alias, datatype);
      }
    }
    return birth;
  }

  /** A device that left the configuration dies once its last batch is stored. */
  #buryEmptied(): void {
    const { born, clock } = this.#options;
    if (this.#session.state !== 'online' || !this.#born.some(({ leaving }) => leaving)) return;
    this.#bury(born(), clock.now());
  }

  /** Those that were born and are not among these. */
  #bury(present: readonly BornDevice[], now: number): void {
    const left = new Set(present.map(({ device }) => device.id));
    for (const { device } of this.#born) {
      if (!left.has(device.id)) this.#apply(this.#session.deviceDied(device.id, now));
    }
    this.#born = this.#born.filter(({ device }) => left.has(device.id));
  }
}
