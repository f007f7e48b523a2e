import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, seededRandom, systemClock } from '@city-testbed/runtime';
import type { WriteOutcome, WriteRequest } from '../drivers/driver.ts';
import type { ConfiguredDevice } from '../model/device.ts';
import type { Reading } from '../model/reading.ts';
import { SqliteOutbox } from '../outbox/sqlite-outbox.ts';
import { BornDevices } from '../uplink/born-devices.ts';
import { Commands } from '../uplink/commands.ts';
import { SparkplugUplink, type SparkplugUplinkOptions } from '../uplink/sparkplug-uplink.ts';
import { TestBroker, TinyHost } from './tiny-host.ts';

const log = createLogger({ name: 'test', level: 'silent' });

/** A device with a counter and a writable number. */
export const meter: ConfiguredDevice = {
  id: 'meter-1',
  name: 'Meter in the hall',
  profile: 'test/meter',
  location: { lat: 47.65, lon: 23.57, place: 'Hall' },
  metrics: [
    { name: 'count', datatype: 'UInt32', writable: false, intervalMs: 100 },
    { name: 'power', datatype: 'Float', unit: 'W', low: 0, high: 100, writable: true, intervalMs: 100 },
  ],
  port: 'p',
  unit: 1,
  pins: {},
  definition: { transport: 'gpio' } as ConfiguredDevice['definition'],
};

type Brokers = SparkplugUplinkOptions['brokers'];

export function brokersAt(...urls: Brokers['urls']): Brokers {
  const who = { clientId: 'gw-1', username: 'gw-1', keepAliveSeconds: 30, connectTimeoutMs: 2000 };
  return { urls, address: (url) => ({ url, ...who, tls: {} }) };
}

/** A broker, a host application and a folder; `box` makes gateways' uplinks at them. */
export class UplinkBench {
  readonly dir = mkdtempSync(join(tmpdir(), 'city-uplink-'));
  readonly broker = new TestBroker();
  readonly host = new TinyHost('baia-mare', 'gw-1');
  /** What was written to devices. */
  readonly writes: WriteRequest[] = [];
  /** What a write does. */
  write: (request: WriteRequest) => Promise<WriteOutcome> = () => Promise.resolve({ ok: true });
  readonly #stops: (() => Promise<void>)[] = [];

  async start(): Promise<this> {
    await this.broker.start();
    return this;
  }

  /** Last come, first stopped. */
  onStop(stop: () => Promise<void>): void {
    this.#stops.push(stop);
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
    await this.host.disconnect();
    await this.broker.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  box(options: Partial<SparkplugUplinkOptions> = {}, devices = [meter]): UplinkBox {
    return new UplinkBox(this, options, devices);
  }
}

/** An uplink with a real outbox. */
export class UplinkBox {
  readonly outbox: SqliteOutbox;
  readonly born: BornDevices;
  readonly options: SparkplugUplinkOptions;
  readonly uplink: SparkplugUplink;
  readonly #bench: UplinkBench;
  at = Date.now() - 1_000_000;

  constructor(
    bench: UplinkBench,
    options: Partial<SparkplugUplinkOptions>,
    devices: readonly ConfiguredDevice[],
  ) {
    this.#bench = bench;
    this.outbox = new SqliteOutbox({
      file: join(bench.dir, 'outbox.db'),
      maxBytes: 10_000_000,
      commitIntervalMs: 5,
      commitRows: 1000,
      synchronous: 'normal',
      boot: 'boot',
      clock: systemClock,
      log,
    });
    this.born = new BornDevices(this.outbox, devices);
    this.options = {
      site: 'baia-mare',
      gateway: 'gw-1',
      version: '1.2.3',
      brokers: brokersAt(bench.broker.url),
      // With PUBACK there is no host to wait for.
      ...(options.confirm === 'broker' ? {} : { primaryHost: 'sandbox' }),
      confirm: 'host',
      window: 100,
      resendAfterMs: 300,
      batchesPerSecond: 10_000,
      reconnectMinMs: 10,
      reconnectMaxMs: 50,
      rebirthIntervalMs: 100,
      outbox: this.outbox,
      born: () => this.born.born(),
      commands: new Commands({
        devices: () => this.born.configured,
        write: (request) => {
          bench.writes.push(request);
          return bench.write(request);
        },
        clock: systemClock,
        log,
      }),
      clock: systemClock,
      random: seededRandom(1),
      log,
      ...options,
    };
    this.uplink = new SparkplugUplink(this.options);
  }

  async start(): Promise<this> {
    await this.outbox.start();
    await this.born.start();
    await this.uplink.start();
    this.#bench.onStop(() => this.stop());
    return this;
  }

  async stop(): Promise<void> {
    await this.uplink.stop();
    await this.outbox.stop();
  }

  /** A poll that brought this count. */
  count(value: number, at = (this.at += 1), id = meter.id): void {
    this.poll({ count: value }, at, id);
  }

  poll(
    values: Readonly<Record<string, NonNullable<Reading['value']>>>,
    at = (this.at += 1),
    id = meter.id,
  ): void {
    const aliases = this.born.aliasesOf({ id });
    const readings = Object.entries(values).map(([name, value]) => ({
      alias: aliases.get(name) ?? 0,
      value,
    }));
    this.outbox.append({ device: id, at, uptime: at, synced: true, readings });
  }

  /** Resolves once the outbox is empty. */
  async drained(): Promise<void> {
    while (this.outbox.status().batches > 0 || this.outbox.status().pending > 0) await systemClock.sleep(5);
  }
}
