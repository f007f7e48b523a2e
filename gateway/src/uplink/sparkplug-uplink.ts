import { EdgeSession, type EdgeEffect, type Metric, type Publication } from '@city-testbed/sparkplug';
import {
  isCoded,
  messageOf,
  type Clock,
  type CodedError,
  type Logger,
  type Random,
} from '@city-testbed/runtime';
import { gatewayError } from '../errors.ts';
import type { StoredBatch } from '../model/reading.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { backOffMs } from './back-off.ts';
import { BirthBook } from './birth-book.ts';
import { RESULT_METRIC, STORED_METRIC, type BornDevice, type LastValues } from './births.ts';
import { BrokerTurns } from './broker-turns.ts';
import type { CommandResult, Commands } from './commands.ts';
import { storedRanges } from './confirmation.ts';
import { Drain } from './drain.ts';
import { connectMqtt, type BrokerAddress, type MqttConnection } from './mqtt-connection.ts';
import type { NodeMetric } from '../model/node-metric.ts';
import { Sender } from './sender.ts';
import type { CertificateKeeper, Uplink, UplinkStatus } from './uplink.ts';

export interface SparkplugUplinkOptions {
  readonly site: string;
  readonly gateway: string;
  readonly version: string;
  readonly brokers: {
    /** In the order of preference. */
    readonly urls: readonly [string, ...string[]];
    /** Asked for each connection; may throw what is wrong with its files. */
    readonly address: (url: string) => BrokerAddress;
  };
  readonly primaryHost?: string;
  /** With several brokers: how long to wait for the primary host on one of them. */
  readonly hostWaitMs?: number;
  readonly confirm: 'host' | 'broker';
  readonly window: number;
  readonly resendAfterMs: number;
  readonly batchesPerSecond: number;
  readonly bytesPerSecond?: number;
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  readonly rebirthIntervalMs: number;
  readonly outbox: Outbox;
  /** The devices that are to be born now: those of the configuration, and those with batches left. */
  readonly born: () => readonly BornDevice[];
  readonly commands: Commands;
  /** How the gateway itself is: told at each birth and once a minute. */
  readonly nodeMetrics?: () => readonly NodeMetric[];
  readonly nodeMetricsIntervalMs?: number;
  /** What was read last, where it outlives one uplink: births tell it. */
  readonly last?: LastValues;
  /** Makes who renews the certificate. It calls `renewed` with whether the old one is about to expire. */
  readonly certificate?: (renewed: (soon: boolean) => void) => CertificateKeeper;
  /** Told of each connection that failed, with why. */
  readonly onFault?: (error: CodedError) => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

const TICK_MS = 250;
const HOST_WAIT_MS = 30_000;
const NODE_METRICS_MS = 60_000;

/** Sparkplug over MQTT, with an outbox behind it: births, data, confirmations, commands. */
export class SparkplugUplink implements Uplink {
  readonly name = 'uplink';
  readonly #options: SparkplugUplinkOptions;
  readonly #turns: BrokerTurns;
  readonly #book: BirthBook;
  readonly #drain: Drain;
  readonly #sender: Sender;
  readonly #abort = new AbortController();
  readonly #unsubscribe: (() => void)[] = [];
  readonly #certificate: CertificateKeeper | undefined;
  #opened: EdgeSession | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #connection: MqttConnection | undefined;
  #will: Publication | undefined;
  #fault: string | undefined;
  /** Monotonic ms: of CONNACK, of the births, and of the last metrics of the node. */
  #connectedAt = 0;
  #onlineAt: number | undefined;
  #nodeMetricsAt = 0;
  readonly #counts = { connects: 0, confirmed: 0 };
  #lastConfirmedAt: number | undefined;

  constructor(options: SparkplugUplinkOptions) {
    const { nodeMetrics = () => [], confirm } = options;
    this.#options = options;
    this.#certificate = options.certificate?.((soon) => (soon ? this.reconnect() : undefined));
    this.#turns = new BrokerTurns(options.brokers.urls);
    this.#book = new BirthBook({ ...options, nodeMetrics });
    this.#drain = new Drain({
      ...options,
      devices: () => this.#book.size,
      onHeld: (device) => this.#heldBack(device),
    });
    this.#sender = new Sender({
      ...options,
      drain: this.#drain,
      book: this.#book,
      session: () => this.#session,
      connection: () => this.#connection,
      apply: (effects) => this.#apply(effects),
      onAcknowledged: confirm === 'broker' ? (number) => this.#confirmed([[number, number]]) : undefined,
    });
  }

  /** The outbox must be open. */
  async start(signal: AbortSignal = this.#abort.signal): Promise<void> {
    await this.#certificate?.start(signal);
    const { outbox, site, gateway, primaryHost, confirm, rebirthIntervalMs } = this.#options;
    const lastBdSeq = outbox.lastBdSeq();
    this.#opened = new EdgeSession({
      group: site,
      node: gateway,
      birth: () => this.#book.births(),
      rebirthIntervalMs,
      dataQos: confirm === 'broker' ? 1 : 0,
      ...(lastBdSeq === undefined ? {} : { lastBdSeq }),
      ...(primaryHost === undefined ? {} : { primaryHost }),
    });
    this.#unsubscribe.push(
      outbox.onCommit((batches) => this.#committed(batches)),
      outbox.onRelease(() => {
        this.#drain.rewind();
        this.#sender.pump();
      }),
    );
    this.#running = Promise.all([this.#connectForEver(), this.#tickForEver()]);
  }

  /** Sends what was read last, then NDEATH and DISCONNECT. What nobody confirmed stays on disk. */
  async stop(): Promise<void> {
    if (!this.#opened) return;
    this.#options.outbox.commit();
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    this.#abort.abort();
    this.#apply(this.#session.close(this.#options.clock.now()));
    await this.#running;
    await this.#certificate?.stop();
  }

  /**
   * The devices are others than before: those that are gone die, and all others are born at once. While offline the
   * next connection does it. `outboxReplaced`: their aliases and the batch numbers are others too.
   */
  devicesChanged({ outboxReplaced = false }: { readonly outboxReplaced?: boolean } = {}): void {
    if (this.#opened?.state !== 'online') return;
    this.#options.outbox.commit();
    this.#bury();
    this.#apply(this.#session.rebirth(this.#options.clock.now()));
    if (outboxReplaced) this.#drain.restart();
    else this.#drain.rewind();
    this.#sender.pump();
  }

  /** Ends the session properly and begins another one, with the certificate that is on disk now. */
  reconnect(): void {
    if (this.#opened && this.#connection) this.#apply(this.#session.close(this.#options.clock.now()));
  }

  status(): UplinkStatus {
    const state = this.#opened?.state ?? 'idle';
    return {
      state: state === 'idle' ? 'offline' : state,
      broker: withoutCredentials(this.#turns.current),
      ...(this.#fault === undefined || state === 'online' ? {} : { fault: this.#fault }),
      ...this.#counts,
      ...this.#sender.counts,
      inFlight: this.#drain.inFlight.size,
      held: [...this.#drain.held],
      ...(this.#lastConfirmedAt === undefined ? {} : { lastConfirmedAt: this.#lastConfirmedAt }),
      ...(this.#certificate ? { certificate: this.#certificate.status() } : {}),
    };
  }

  get #session(): EdgeSession {
    if (!this.#opened) throw new Error('the uplink was not started');
    return this.#opened;
  }

  /** On the present connection. */
  get #wasOnline(): boolean {
    return this.#onlineAt !== undefined;
  }

  async #connectForEver(): Promise<void> {
    const { clock, random, reconnectMinMs, reconnectMaxMs } = this.#options;
    while (!this.#isStopping()) {
      const served = await this.#connectOnce();
      if (this.#isStopping()) return;
      if (served) this.#turns.ended();
      else this.#turns.failed();
      const pause = backOffMs(this.#turns.rounds, reconnectMinMs, reconnectMaxMs, random);
      await clock.sleep(pause, this.#abort.signal);
    }
  }

  /** One connection from CONNECT to its end. Answers whether the gateway was born on it. */
  async #connectOnce(): Promise<boolean> {
    const { clock, brokers } = this.#options;
    this.#onlineAt = undefined;
    this.#apply(this.#session.connecting(clock.now()));
    if (!this.#will) return false;
    try {
      const address = brokers.address(this.#turns.current);
      const connection = await connectMqtt(address, this.#will, this.#abort.signal);
      this.#counts.connects += 1;
      this.#connection = connection;
      this.#connectedAt = clock.monotonic();
      connection.onMessage((topic, payload) =>
        this.#apply(this.#session.message(topic, payload, clock.now())),
      );
      connection.onDrained(() => this.#sender.pump());
      this.#apply(this.#session.connected(clock.now()));
      const why = await connection.closed;
      if (why !== undefined || this.#wasOnline) this.#fault = why;
    } catch (error) {
      this.#failed(error);
      this.#connection?.cut();
    }
    this.#connection = undefined;
    const served = this.#wasOnline;
    this.#apply(this.#session.disconnected());
    return served;
  }

  /** Said once, until it is another fault. */
  #failed(error: unknown): void {
    const { log, onFault } = this.#options;
    const message = messageOf(error);
    if (message !== this.#fault && !this.#isStopping()) {
      log.warn({ ...(isCoded(error) ? error.toJSON() : { err: error }) }, message);
    }
    this.#fault = message;
    if (isAboutCertificate(error)) this.#certificate?.refused();
    if (isCoded(error)) onFault?.(error);
  }

  async #tickForEver(): Promise<void> {
    const { clock, reconnectMaxMs } = this.#options;
    while (!this.#isStopping()) {
      await clock.sleep(TICK_MS, this.#abort.signal);
      if (this.#isStopping()) return;
      const now = clock.monotonic();
      this.#apply(this.#session.tick(clock.now()));
      if (this.#onlineAt !== undefined && now - this.#onlineAt > reconnectMaxMs) this.#turns.worked();
      if (this.#session.state === 'waiting') this.#leaveWithoutHost(now);
      if (this.#session.state === 'online' && this.#book.hasLeaving) this.#bury();
      this.#tellNodeMetrics(now);
      this.#sender.pump();
    }
  }

  #apply(effects: readonly EdgeEffect[]): void {
    const { outbox, log } = this.#options;
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
          this.#sender.took(effect.message);
          this.#connection?.publish(effect.message);
          break;
        case 'disconnect':
          this.#connection?.end();
          break;
        case 'online':
          this.#online();
          break;
        case 'offline':
          log.warn({ reason: effect.reason }, 'offline');
          if (effect.reason === 'connection-lost') this.#cut();
          this.#drain.inFlight.clear();
          break;
        case 'command':
          this.#command(effect.device, effect.metrics, effect.timestamp);
          break;
        case 'fault':
          log.warn({ topic: effect.topic, ...effect.error.toJSON() }, effect.error.message);
      }
    }
  }

  #online(): void {
    const { log, primaryHost, clock } = this.#options;
    log.info({ primaryHost, broker: withoutCredentials(this.#turns.current) }, 'online');
    this.#onlineAt = this.#nodeMetricsAt = clock.monotonic();
    this.#drain.restart();
    this.#sender.pump();
  }

  /** The connection ended from outside: it may be a batch that the broker does not take. */
  #cut(): void {
    const refused = this.#drain.cut(this.#options.clock.monotonic());
    if (refused !== undefined) this.#sender.refused(refused);
  }

  /**
   * Sparkplug 3.0, "Primary Host Application STATE in Multiple MQTT Server Topologies": an edge node that does not find
   * its host online at one server goes on to the next.
   */
  #leaveWithoutHost(now: number): void {
    const { hostWaitMs = HOST_WAIT_MS, primaryHost = '', clock } = this.#options;
    if (!this.#turns.several || now - this.#connectedAt < hostWaitMs) return;
    const url = withoutCredentials(this.#turns.current);
    this.#failed(gatewayError('GATEWAY_UPLINK_HOST_AWAY', `${primaryHost} at ${url}`, { context: { url } }));
    this.#apply(this.#session.close(clock.now()));
  }

  #tellNodeMetrics(now: number): void {
    const { nodeMetricsIntervalMs = NODE_METRICS_MS, clock } = this.#options;
    if (this.#session.state !== 'online' || now - this.#nodeMetricsAt < nodeMetricsIntervalMs) return;
    this.#nodeMetricsAt = now;
    const metrics = this.#book.nodeData();
    if (metrics.length === 0) return;
    const result = this.#session.publishNode(metrics, clock.now());
    if (result.ok) this.#apply([{ kind: 'publish', message: result.message }]);
  }

  #committed(batches: readonly StoredBatch[]): void {
    for (const batch of batches) this.#book.last.take(batch);
    if (this.#session.state !== 'online') return;
    this.#drain.committed(batches);
    this.#sender.pump();
  }

  #isStopping(): boolean {
    return this.#abort.signal.aborted;
  }

  #heldBack(device: string): void {
    const error = gatewayError('GATEWAY_UPLINK_UNCONFIRMED', device, { context: { device } });
    this.#options.log.warn({ ...error.toJSON() }, error.message);
  }

  #command(device: string | undefined, metrics: readonly Metric[], timestamp: number | undefined): void {
    if (device !== undefined) {
      const { commands } = this.#options;
      void commands.carryOut(device, metrics, timestamp, (result) => this.#tellResult(device, result));
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

  /** A result is no reading: it is not kept where it cannot be sent. The same command is answered again from memory. */
  #tellResult(device: string, result: CommandResult): void {
    const { clock, log } = this.#options;
    if (this.#opened?.state !== 'online') {
      log.warn({ device, id: result.id, ok: result.ok }, 'offline: the result of a command is not reported');
      return;
    }
    const metric = { name: RESULT_METRIC, value: JSON.stringify(result) };
    try {
      const sent = this.#session.publishDevice(device, [metric], clock.now());
      if (sent.ok) this.#apply([{ kind: 'publish', message: sent.message }]);
    } catch (error) {
      log.warn({ err: error, device, id: result.id }, 'the result of a command cannot be reported');
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
    this.#turns.worked();
    this.#sender.pump();
  }

  /** A device that left the configuration dies once its last batch is stored, or dropped. */
  #bury(): void {
    for (const device of this.#book.gone()) {
      this.#drain.forget(device);
      this.#apply(this.#session.deviceDied(device, this.#options.clock.now()));
    }
  }
}

function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}

/** Of TLS alerts only those that speak of the certificate: a broker that is merely away is no reason for a new one. */
function isAboutCertificate(error: unknown): boolean {
  if (isCoded(error, 'GATEWAY_TLS_FILE')) return true;
  return /alert\b.*\b(certificate|unknown ca)\b/i.test(messageOf(error));
}
