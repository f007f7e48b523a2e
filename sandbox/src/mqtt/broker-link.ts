import { connect, type IClientPublishOptions, type MqttClient } from 'mqtt';
import {
  isCoded,
  messageOf,
  type Clock,
  type Logger,
  type Random,
  type Service,
} from '@city-testbed/runtime';
import type { Publication, Subscription } from '@city-testbed/sparkplug';
import { sandboxError, sandboxErrors } from '../errors.ts';
import { FaultLog } from './fault-log.ts';
import type { MessageListener, MqttLink, MqttSession } from './mqtt-link.ts';

export interface BrokerLinkOptions {
  readonly url: string;
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
  readonly session: MqttSession;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** What the link counts; shown at /metrics. */
export interface LinkCounters {
  readonly connected: boolean;
  readonly connects: number;
  readonly received: number;
  readonly sent: number;
  /** Not taken: no connection, or too much waiting. */
  readonly dropped: number;
  /** Times that a listener threw; the others heard the message all the same. */
  readonly failed: number;
}

export type BrokerLink = MqttLink & Service & { counters(): LinkCounters };

const SHORTEST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
const CONNECT_TIMEOUT_MS = 10_000;
const FAREWELL_MS = 800;
/** What may wait for the broker to take it. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;
const MOST_WAITING_MESSAGES = 20_000;

/**
 * Connects again and again by itself. mqtt.js's own reconnect is off, because each CONNECT needs a will of its own: the
 * timestamp of STATE is in it. Starting does not wait for the broker: the broker asks this very sandbox who may connect.
 */
export function createBrokerLink(options: BrokerLinkOptions): BrokerLink {
  return new MqttJsLink(options);
}

class MqttJsLink implements BrokerLink {
  readonly name = 'broker link';
  readonly #options: BrokerLinkOptions;
  readonly #listeners: { readonly prefix: string; readonly listener: MessageListener }[] = [];
  readonly #connectedListeners: (() => void)[] = [];
  readonly #disconnectedListeners: (() => void)[] = [];
  readonly #stopping = new AbortController();
  readonly #faults: FaultLog;
  #client: MqttClient | undefined;
  #connected = false;
  #running: Promise<void> = Promise.resolve();
  #lastProblem = '';
  #waitingBytes = 0;
  #waitingMessages = 0;
  #counts = { connects: 0, received: 0, sent: 0, dropped: 0, failed: 0 };

  constructor(options: BrokerLinkOptions) {
    this.#options = options;
    this.#faults = new FaultLog(options.clock, options.log);
  }

  get connected(): boolean {
    return this.#connected;
  }

  start(): Promise<void> {
    this.#running = this.#run();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return this.#running;
    const client = this.#client;
    if (client && this.#connected) {
      for (const message of this.#options.session.farewell()) this.send(message);
      await this.#leave(client);
    }
    this.#stopping.abort();
    if (client) cut(client);
    await this.#running;
  }

  reconnect(): void {
    const client = this.#client;
    if (client && this.#connected) void this.#leave(client).then(() => cut(client));
  }

  /** Gives what was sent the time to leave; a broker that hangs is cut off by whoever asked. */
  async #leave(client: MqttClient): Promise<void> {
    const ended = new Promise<void>((resolve) => client.end(false, {}, () => resolve()));
    await Promise.race([ended, this.#options.clock.sleep(FAREWELL_MS)]);
  }

  onMessage(prefix: string, listener: MessageListener): void {
    this.#listeners.push({ prefix, listener });
  }

  onConnected(listener: () => void): void {
    this.#connectedListeners.push(listener);
  }

  onDisconnected(listener: () => void): void {
    this.#disconnectedListeners.push(listener);
  }

  subscribe(subscriptions: readonly Subscription[]): void {
    for (const { filter, qos } of subscriptions) {
      this.#client?.subscribe(filter, { qos }, (error, granted) => {
        const refused = granted?.some((each) => (each.qos as number) >= 128) ?? false;
        if (error || refused)
          this.#problem(`subscription ${filter}: ${error ? messageOf(error) : 'refused'}`);
      });
    }
  }

  send({ topic, payload, qos, retain }: Publication): boolean {
    const bytes = topic.length + payload.length;
    const full =
      this.#waitingMessages >= MOST_WAITING_MESSAGES || this.#waitingBytes + bytes > MOST_WAITING_BYTES;
    if (!this.#client || !this.#connected || full) {
      this.#counts.dropped++;
      return false;
    }
    this.#waitingMessages++;
    this.#waitingBytes += bytes;
    this.#counts.sent++;
    const options: IClientPublishOptions = { qos, retain };
    this.#client.publish(
      topic,
      Buffer.from(payload.buffer, payload.byteOffset, payload.length),
      options,
      () => {
        this.#waitingMessages--;
        this.#waitingBytes -= bytes;
      },
    );
    return true;
  }

  counters(): LinkCounters {
    return { connected: this.#connected, ...this.#counts };
  }

  async #run(): Promise<void> {
    const { clock, random } = this.#options;
    const { signal } = this.#stopping;
    for (let pause = SHORTEST_PAUSE_MS; !signal.aborted;) {
      const wasUp = await this.#connection();
      if (wasUp) pause = SHORTEST_PAUSE_MS;
      await clock.sleep(pause * (0.5 + random.next()), signal);
      pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
    }
  }

  /** One connection from CONNECT to its end; answers whether the broker ever accepted it. */
  #connection(): Promise<boolean> {
    const { url, clientId, username, password, session, log } = this.#options;
    const { topic, payload, qos, retain } = session.will();
    const client = connect(url, {
      clientId,
      username,
      password,
      clean: true,
      protocolVersion: 4,
      reconnectPeriod: 0,
      connectTimeout: CONNECT_TIMEOUT_MS,
      keepalive: 30,
      resubscribe: false,
      queueQoSZero: false,
      will: { topic, payload: Buffer.from(payload), qos, retain },
    });
    this.#client = client;
    let wasUp = false;
    client.on('connect', () => {
      wasUp = this.#connected = true;
      this.#counts.connects++;
      this.#lastProblem = '';
      log.info({ url }, 'connected to the broker');
      for (const listener of this.#connectedListeners) this.#tell('(connected)', listener);
    });
    client.on('message', (messageTopic, body, packet) => this.#route(messageTopic, body, packet.retain));
    client.on('error', (error) => this.#problem(messageOf(error)));
    return new Promise((resolve) => {
      client.on('close', () => {
        if (this.#client !== client) return;
        this.#client = undefined;
        this.#connected = false;
        this.#waitingBytes = this.#waitingMessages = 0;
        client.removeAllListeners('message');
        client.end(true);
        if (wasUp) {
          if (!this.#stopping.signal.aborted) this.#problem('the connection ended');
          for (const listener of this.#disconnectedListeners) this.#tell('(disconnected)', listener);
        }
        resolve(wasUp);
      });
    });
  }

  #route(topic: string, payload: Uint8Array, retained: boolean): void {
    this.#counts.received++;
    for (const { prefix, listener } of this.#listeners) {
      if (topic.startsWith(prefix)) this.#tell(prefix, () => listener(topic, payload, retained));
    }
  }

  /** A stage that fails takes neither the other stages nor the process along. */
  #tell(place: string, listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#counts.failed++;
      const fault = isCoded(error)
        ? error
        : sandboxError('SANDBOX_MQTT_HANDLING', messageOf(error), { cause: error });
      this.#faults.report(place, fault);
    }
  }

  /** The same problem at each attempt is said once. */
  #problem(detail: string): void {
    if (detail === this.#lastProblem) return;
    this.#lastProblem = detail;
    const { summary, hint } = sandboxErrors.SANDBOX_MQTT_CONNECTION;
    const { url, log } = this.#options;
    log.warn({ code: 'SANDBOX_MQTT_CONNECTION', url, hint }, `${summary}: ${detail}; trying again`);
  }
}

/** After an `end` that waits for the broker, mqtt.js ignores another: only the socket is left to close. */
function cut(client: MqttClient): void {
  client.end(true);
  client.stream.destroy();
}
