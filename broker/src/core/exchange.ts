import type { AedesOptions, Client } from 'aedes';
import { messageOf, type Logger, type Service } from '@city-testbed/runtime';
import { brokerError } from '../errors.ts';
import type { ClientConnection } from '../listeners/listener.ts';
import type { Reason } from '../model/reasons.ts';
import { BoundedStore, type StoreBounds } from './bounded-store.ts';
import { inside } from './inside.ts';
import { OrderedAedes } from './ordered-aedes.ts';

/** An hour: the connections watch over clients that stop reading, and are to be first. */
const aedesDrainTimeout = 3_600_000;

export interface ExchangeOptions {
  readonly log: Logger;
  readonly limits: { readonly connectTimeoutMs: number; readonly topicLevels: number };
  readonly store: StoreBounds;
  readonly gatekeeper: Required<Pick<AedesOptions, 'preConnect' | 'authenticate'>>;
  readonly rules: Required<
    Pick<AedesOptions, 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>
  > & {
    unsubscribed(client: Client, filters: readonly string[]): void;
  };
  /** A client may be read from: its CONNACK was sent. */
  readonly onReady: (client: Client) => void;
  /** Topics that the broker itself listens to, from before the first client. */
  readonly hears: Readonly<Record<string, (payload: Buffer | string) => void>>;
  /** Says why Aedes ended a connection; undefined where the peer or the network did. */
  readonly endingOf: (error: Error) => Reason | undefined;
}

/** Aedes, set up: takes connections, asks the gatekeeper and the rules, moves messages. */
export class Exchange implements Service {
  readonly name = 'exchange';
  readonly #aedes: OrderedAedes;
  readonly #options: ExchangeOptions;
  #store: BoundedStore | undefined;

  constructor(options: ExchangeOptions) {
    const { gatekeeper, rules, limits } = options;
    this.#options = options;
    this.#aedes = new OrderedAedes({
      preConnect: gatekeeper.preConnect,
      authenticate: gatekeeper.authenticate,
      authorizePublish: rules.authorizePublish,
      authorizeSubscribe: rules.authorizeSubscribe,
      authorizeForward: rules.authorizeForward,
      connectTimeout: limits.connectTimeoutMs,
      maxTopicLevels: limits.topicLevels,
      drainTimeout: aedesDrainTimeout,
    });
  }

  get store(): BoundedStore | undefined {
    return this.#store;
  }

  get waitingPublishes(): number {
    return this.#aedes.waiting;
  }

  async start(): Promise<void> {
    const { log, rules, onReady, endingOf, store } = this.#options;
    const ended = (client: Client, error: Error): void => {
      const reason = endingOf(error);
      if (reason) (client.conn as ClientConnection).report(reason, messageOf(error));
      else log.debug({ clientId: client.id, err: error }, 'connection lost');
    };
    this.#aedes.on('clientReady', onReady);
    this.#aedes.on('clientError', ended);
    this.#aedes.on('connectionError', ended);
    this.#aedes.on('unsubscribe', (filters, client) => rules.unsubscribed(client, filters));
    inside(this.#aedes).on('error', (cause) =>
      log.error(brokerError('BROKER_FAILED', messageOf(cause), { cause }).toJSON(), messageOf(cause)),
    );
    await this.#aedes.listen();
    this.#store = new BoundedStore(inside(this.#aedes).persistence, store, () => this.#aedes.publisher);
    for (const [topic, listener] of Object.entries(this.#options.hears)) this.#hear(topic, listener);
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.#aedes.close(resolve));
  }

  /** From here on the connection is Aedes'. */
  take(connection: ClientConnection): void {
    this.#aedes.handle(connection);
  }

  /** Publishes for the broker itself, QoS 0. */
  say(topic: string, message: unknown): void {
    const payload = JSON.stringify(message);
    this.#aedes.publish({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false }, (error) => {
      if (error) this.#options.log.error({ topic, err: error }, 'own message not published');
    });
  }

  #hear(topic: string, listener: (payload: Buffer | string) => void): void {
    this.#aedes.subscribe(
      topic,
      ({ payload }, done) => {
        listener(payload);
        done();
      },
      () => undefined,
    );
  }
}
