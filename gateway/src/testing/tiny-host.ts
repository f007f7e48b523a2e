import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { limited } from './packet-limit.ts';
import { Aedes } from 'aedes';
import { connectAsync, type MqttClient } from 'mqtt';
import {
  DataType,
  decodePayload,
  encodePayload,
  parseTopic,
  typedValue,
  type Metric,
  type MetricValue,
} from '@city-testbed/sparkplug';

/** A reading as the host understands it: aliases resolved by the births that it saw. */
export interface HostReading {
  readonly device: string;
  readonly metric: string;
  readonly at: number;
  readonly value: MetricValue | null;
  readonly reason?: string;
  readonly historical: boolean;
  /** -1 where the message has none. */
  readonly batch: number;
}

/** A plain Aedes broker on a free port, whose connections a test can cut. */
export class TestBroker {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #broker: Aedes | undefined;
  port = 0;
  /** Bytes of an MQTT packet at which it cuts the connection. */
  largestPacket = Number.POSITIVE_INFINITY;

  async start(): Promise<void> {
    this.#broker = await Aedes.createBroker();
    const { handle } = this.#broker;
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      handle.call(
        this.#broker,
        limited(socket, () => this.largestPacket),
      );
    });
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${String(this.port)}`;
  }

  /** The link to this client breaks. */
  cut(clientId: string): void {
    const clients = (this.#broker as unknown as { clients: Record<string, { conn: Duplex } | undefined> })
      .clients;
    clients[clientId]?.conn.destroy();
  }

  /** Forgets everything and cuts everybody; `start` opens the same port again. */
  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server?.close();
    await new Promise<void>((resolve) => this.#broker?.close(() => resolve()));
  }
}

/** The least that a primary host application must do: STATE, births, data, `Stored`. */
export class TinyHost {
  readonly readings: HostReading[] = [];
  readonly messages: { readonly type: string; readonly device?: string; readonly seq?: number }[] = [];
  readonly births = new Map<string, readonly Metric[]>();
  /** false: it hears everything and confirms nothing. */
  confirms = true;
  /** What became of commands, as the gateway said it. */
  readonly results: { readonly device: string; readonly result: Record<string, unknown> }[] = [];
  /** Metrics of each NDATA. */
  readonly nodeData: (readonly Metric[])[] = [];
  /** Devices that it hears and confirms nothing of. */
  readonly refuses = new Set<string>();
  readonly #site: string;
  readonly #gateway: string;
  readonly #waiting = new Set<() => void>();
  #client: MqttClient | undefined;

  constructor(site: string, gateway: string) {
    this.#site = site;
    this.#gateway = gateway;
  }

  async connect(url: string): Promise<void> {
    this.#client = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0, clientId: 'host' });
    this.#client.on('message', (topic, payload) => this.#message(topic, payload));
    await this.#client.subscribeAsync('spBv1.0/#', { qos: 1 });
    await this.state(true);
  }

  async disconnect(): Promise<void> {
    await this.#client?.endAsync(true);
  }

  async state(online: boolean, timestamp = Date.now()): Promise<void> {
    await this.#client?.publishAsync('spBv1.0/STATE/sandbox', JSON.stringify({ online, timestamp }), {
      qos: 1,
      retain: true,
    });
  }

  async command(metrics: readonly Metric[], device?: string): Promise<void> {
    const type = device === undefined ? 'NCMD' : 'DCMD';
    const topic = [
      'spBv1.0',
      this.#site,
      type,
      this.#gateway,
      ...(device === undefined ? [] : [device]),
    ].join('/');
    const payload = encodePayload({ timestamp: Date.now(), metrics });
    await this.#client?.publishAsync(topic, Buffer.from(payload), { qos: 1 });
  }

  confirm(from: number, to = from): Promise<void> {
    const value = BigUint64Array.of(BigInt(from), BigInt(to));
    return this.command([{ name: 'Node Control/Stored', datatype: DataType.UInt64Array, value }]);
  }

  /** Resolves once the condition holds; it is looked at after every message. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  values(metric: string): (MetricValue | null)[] {
    return this.readings.filter((reading) => reading.metric === metric).map(({ value }) => value);
  }

  #message(topic: string, bytes: Buffer): void {
    const parsed = parseTopic(topic);
    if (parsed.type === 'STATE' || parsed.type === 'NCMD' || parsed.type === 'DCMD') return;
    const payload = decodePayload(bytes);
    const device = 'device' in parsed ? parsed.device : undefined;
    this.messages.push({
      type: parsed.type,
      ...(device === undefined ? {} : { device }),
      ...(payload.seq === undefined ? {} : { seq: payload.seq }),
    });
    if (parsed.type === 'NBIRTH') this.births.set('', payload.metrics);
    if (parsed.type === 'DBIRTH' && device !== undefined) this.births.set(device, payload.metrics);
    if (parsed.type === 'NDATA') this.nodeData.push(payload.metrics);
    if (parsed.type === 'DDATA' && device !== undefined) this.#data(device, payload.metrics);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #data(device: string, metrics: readonly Metric[]): void {
    const born = this.births.get(device) ?? [];
    const named = metrics.map((metric) => {
      const birth = born.find(({ alias, name }) =>
        metric.alias === undefined ? name === metric.name : alias === metric.alias,
      );
      if (birth?.name === undefined || birth.datatype === undefined) {
        throw new Error(`${device} sent alias ${String(metric.alias)}, which was not born`);
      }
      const value =
        metric.value === null || metric.value === undefined ? null : typedValue(metric.value, birth.datatype);
      return { ...metric, name: birth.name, value };
    });
    const batch = Number(named.find(({ name }) => name === 'Batch')?.value ?? -1);
    for (const { name, timestamp = 0, value, isHistorical = false, properties } of named) {
      if (name === 'Batch') continue;
      if (name === 'Command/Result') {
        this.results.push({ device, result: JSON.parse(value as string) as Record<string, unknown> });
        continue;
      }
      const reason = properties?.['QualityReason']?.value;
      this.readings.push({
        device,
        metric: name,
        at: timestamp,
        value,
        historical: isHistorical,
        batch,
        ...(typeof reason === 'string' ? { reason } : {}),
      });
    }
    if (batch < 0 || !this.confirms || this.refuses.has(device)) return;
    // Where the broker is gone by then, nobody hears of it.
    this.confirm(batch).catch(() => undefined);
  }
}
