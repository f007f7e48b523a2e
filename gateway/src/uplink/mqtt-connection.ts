import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { Publication, Subscription } from '@city-testbed/sparkplug';
import { connectionFault, gatewayError } from '../errors.ts';

export interface BrokerAddress {
  readonly url: string;
  readonly clientId: string;
  readonly username: string;
  readonly password?: string;
  readonly keepAliveSeconds: number;
  readonly connectTimeoutMs: number;
  readonly tls: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
}

/** Bytes that wait for a slow link before no more is handed to it. */
const CONGESTED_BYTES = 131_072;

const LATE_MS = 1000;

/**
 * One MQTT 3.1.1 connection, from CONNACK to its end. It never reconnects: each CONNECT of an edge node has a will of
 * its own (docs/adr/008-own-reconnect.md).
 */
export class MqttConnection {
  readonly #client: MqttClient;
  /** Resolves when the connection is over, with why, where that is known. */
  readonly closed: Promise<string | undefined>;

  constructor(client: MqttClient) {
    this.#client = client;
    let why: string | undefined;
    client.on('error', (error) => (why = connectionFault(error)));
    this.closed = new Promise((resolve) => client.once('close', () => resolve(why)));
  }

  get congested(): boolean {
    return this.#client.stream.writableLength > CONGESTED_BYTES;
  }

  onMessage(listener: (topic: string, payload: Uint8Array) => void): void {
    this.#client.on('message', listener);
  }

  /** What waited for a slow link has left. */
  onDrained(listener: () => void): void {
    this.#client.stream.on('drain', listener);
  }

  subscribe(subscriptions: readonly Subscription[]): void {
    this.#client.subscribe(Object.fromEntries(subscriptions.map(({ filter, qos }) => [filter, { qos }])));
  }

  /** `acknowledged` is called for QoS 1, once the broker has it. */
  publish({ topic, payload, qos, retain }: Publication, acknowledged?: () => void): void {
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    if (!acknowledged) this.#client.publish(topic, bytes, { qos, retain });
    else {
      this.#client.publish(topic, bytes, { qos, retain }, (error) => {
        if (!error) acknowledged();
      });
    }
  }

  /** DISCONNECT after what was published. */
  end(): void {
    this.#client.end(false);
    // A broker that does not take the DISCONNECT must not hold up what comes after.
    const late = setTimeout(() => this.cut(), LATE_MS);
    void this.closed.then(() => clearTimeout(late));
  }

  /** The TCP connection is cut: the broker publishes the will. */
  cut(): void {
    this.#client.end(true);
  }
}

/** Connects. Throws GATEWAY_UPLINK_REFUSED. */
export function connectMqtt(
  address: BrokerAddress,
  will: Publication,
  signal: AbortSignal,
): Promise<MqttConnection> {
  const { url, password, keepAliveSeconds, connectTimeoutMs, tls } = address;
  const options: IClientOptions = {
    protocolVersion: 4,
    clean: true,
    clientId: address.clientId,
    username: address.username,
    ...(password === undefined ? {} : { password }),
    keepalive: keepAliveSeconds,
    connectTimeout: connectTimeoutMs,
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    // Its cache of the bytes of every 16-bit number takes 7 MB.
    writeCache: false,
    will: { ...will, payload: Buffer.from(will.payload) },
    ...tls,
  };
  return new Promise((resolve, reject) => {
    const client = connect(url, options);
    let why = 'the connection was closed';
    const giveUp = (): void => {
      signal.removeEventListener('abort', giveUp);
      client.end(true);
      reject(gatewayError('GATEWAY_UPLINK_REFUSED', `${url}: ${why}`, { context: { url } }));
    };
    client.on('error', (error) => (why = connectionFault(error)));
    client.once('close', giveUp);
    signal.addEventListener('abort', giveUp, { once: true });
    client.once('connect', () => {
      client.off('close', giveUp);
      signal.removeEventListener('abort', giveUp);
      resolve(new MqttConnection(client));
    });
  });
}
