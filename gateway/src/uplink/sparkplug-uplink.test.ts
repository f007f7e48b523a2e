import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataType } from '@city-testbed/sparkplug';
import { createLogger, seededRandom, systemClock } from '@city-testbed/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WriteRequest } from '../drivers/driver.ts';
import type { ConfiguredDevice } from '../model/device.ts';
import { SqliteOutbox } from '../outbox/sqlite-outbox.ts';
import { TestBroker, TinyHost } from '../testing/tiny-host.ts';
import { BornDevices } from './born-devices.ts';
import { Commands } from './commands.ts';
import { SparkplugUplink, type SparkplugUplinkOptions } from './sparkplug-uplink.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const device: ConfiguredDevice = {
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

let dir: string;
let broker: TestBroker;
let host: TinyHost;
let writes: WriteRequest[];
const stops: (() => Promise<void>)[] = [];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'city-uplink-'));
  broker = new TestBroker();
  await broker.start();
  host = new TinyHost('baia-mare', 'gw-1');
  writes = [];
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await host.disconnect();
  await broker.stop();
  rmSync(dir, { recursive: true, force: true });
});

class Box {
  readonly outbox = new SqliteOutbox({
    file: join(dir, 'outbox.db'),
    maxBytes: 10_000_000,
    commitIntervalMs: 5,
    commitRows: 1000,
    synchronous: 'normal',
    boot: 'boot',
    clock: systemClock,
    log,
  });
  readonly born: BornDevices;
  readonly options: SparkplugUplinkOptions;
  readonly uplink: SparkplugUplink;
  at = Date.now() - 1_000_000;

  constructor(
    options: Partial<SparkplugUplinkOptions> = {},
    devices = [device],
    primary: { primaryHost?: string } = { primaryHost: 'sandbox' },
  ) {
    this.born = new BornDevices(this.outbox, devices);
    this.options = {
      site: 'baia-mare',
      gateway: 'gw-1',
      version: '1.2.3',
      broker: {
        url: broker.url,
        clientId: 'gw-1',
        username: 'gw-1',
        keepAliveSeconds: 30,
        connectTimeoutMs: 2000,
        tls: {},
      },
      ...primary,
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
          writes.push(request);
          return Promise.resolve({ ok: true });
        },
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
    stops.push(() => this.stop());
    return this;
  }

  async stop(): Promise<void> {
    await this.uplink.stop();
    await this.outbox.stop();
  }

  count(value: number, at = (this.at += 1), id = device.id): void {
    const alias = this.born.aliasesOf({ id }).get('count') ?? 0;
    this.outbox.append({ device: id, at, uptime: at, synced: true, readings: [{ alias, value }] });
  }

  /** Resolves once the outbox is empty. */
  async drained(): Promise<void> {
    while (this.outbox.status().batches > 0 || this.outbox.status().pending > 0) await systemClock.sleep(5);
  }
}

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('the uplink', () => {
  it('waits for its primary host, is born with what the host needs, and deletes only on its word', async () => {
    const box = await new Box().start();
    box.count(1);
    host.confirms = false;
    await host.connect(broker.url);
    await host.until(() => host.readings.length === 1);
    expect(host.messages.slice(0, 3)).toEqual([
      { type: 'NBIRTH', seq: 0 },
      { type: 'DBIRTH', device: 'meter-1', seq: 1 },
      { type: 'DDATA', device: 'meter-1', seq: 2 },
    ]);
    const node = new Map(host.births.get('')?.map((metric) => [metric.name, metric]));
    expect(node.get('bdSeq')?.value).toBe(0n);
    expect(node.get('Node Control/Stored')).toMatchObject({ datatype: DataType.UInt64Array });
    expect(node.get('Properties/Version')?.value).toBe('1.2.3');
    const birth = new Map(host.births.get('meter-1')?.map((metric) => [metric.name, metric]));
    expect(birth.get('power')).toMatchObject({
      datatype: DataType.Float,
      properties: {
        engUnit: { value: 'W' },
        engLow: { value: 0 },
        engHigh: { value: 100 },
        intervalMs: { value: 100, type: DataType.UInt32 },
        QualityReason: { value: 'stale' },
      },
    });
    expect(birth.get('Properties/Profile')?.value).toBe('test/meter');
    expect(birth.get('Properties/Latitude')?.value).toBe(47.65);
    expect(box.outbox.status().batches).toBe(1);
    const [reading] = host.readings;
    expect(reading).toMatchObject({ value: 1, historical: true, device: 'meter-1' });
    await host.confirm(reading!.batch);
    await box.drained();
    expect(box.uplink.status()).toMatchObject({ state: 'online', confirmed: 1, inFlight: 0 });
  });

  it('sends again what is not confirmed in time', async () => {
    const box = await new Box().start();
    host.confirms = false;
    await host.connect(broker.url);
    box.count(7);
    await host.until(() => host.readings.length >= 2);
    expect(host.readings[1]).toEqual(host.readings[0]);
    await host.confirm(host.readings[0]!.batch);
    await box.drained();
    expect(box.uplink.status().resent).toBeGreaterThanOrEqual(1);
  });

  it('sends the newest batch first and then the oldest ones, in order, within its window', async () => {
    const box = await new Box({ window: 10 }).start();
    for (const value of numbers(1, 50)) box.count(value);
    box.outbox.commit();
    host.confirms = false;
    await host.connect(broker.url);
    await host.until(() => host.readings.length === 10);
    expect(host.values('count')).toEqual([50, ...numbers(1, 9)]);
    expect(box.uplink.status().inFlight).toBe(10);
    host.confirms = true;
    for (const { batch } of [...host.readings]) await host.confirm(batch);
    await box.drained();
    expect(new Set(host.values('count'))).toEqual(new Set(numbers(1, 50)));
  });

  it('goes on storing the readings of other devices while the host confirms nothing of one', async () => {
    const refused = { ...device, id: 'refused' };
    const box = await new Box({ window: 10, resendAfterMs: 100 }, [device, refused]).start();
    for (const value of numbers(1, 50)) box.count(value, undefined, 'refused');
    for (const value of numbers(101, 130)) box.count(value);
    box.outbox.commit();
    host.refuses.add('refused');
    await host.connect(broker.url);
    const stored = () => box.uplink.status().confirmed;
    while (stored() < 30) await systemClock.sleep(5);
    expect(box.uplink.status()).toMatchObject({ held: ['refused'] });
    for (const value of numbers(131, 150)) {
      box.count(value);
      box.count(value, undefined, 'refused');
    }
    while (stored() < 50) await systemClock.sleep(5);
    expect(box.outbox.status().batches + box.outbox.status().pending).toBeGreaterThanOrEqual(70);
    host.refuses.clear();
    await box.drained();
    expect(box.uplink.status()).toMatchObject({ held: [], inFlight: 0 });
    const stillSent = host.readings.filter(({ device: id }) => id === 'refused').map(({ value }) => value);
    expect(new Set(stillSent)).toEqual(new Set([...numbers(1, 50), ...numbers(131, 150)]));
  });

  it('counts a batch that cannot be published as dropped, not as confirmed', async () => {
    const box = await new Box().start();
    box.outbox.append({
      device: device.id,
      at: 1,
      uptime: 1,
      synced: true,
      readings: [{ alias: 99, value: 1 }],
    });
    box.count(7);
    await host.connect(broker.url);
    await box.drained();
    expect(host.values('count')).toEqual([7]);
    expect(box.outbox.status()).toMatchObject({ dropped: 1, confirmed: 1 });
    expect(box.uplink.status()).toMatchObject({ confirmed: 1 });
  });

  it('loses nothing when the broker forgets everything, and confirms nothing twice', async () => {
    const box = await new Box().start();
    await host.connect(broker.url);
    for (const value of numbers(1, 20)) box.count(value);
    await host.until(() => host.readings.length === 20);
    await broker.stop();
    for (const value of numbers(21, 40)) box.count(value);
    await broker.start();
    await host.connect(broker.url);
    await box.drained();
    expect(new Set(host.values('count'))).toEqual(new Set(numbers(1, 40)));
    expect(box.uplink.status().connects).toBeGreaterThanOrEqual(2);
  });

  it('takes a new bdSeq for each connection, over restarts too', async () => {
    await host.connect(broker.url);
    const seen: unknown[] = [];
    for (let restart = 0; restart < 2; restart++) {
      const box = await new Box().start();
      box.count(restart);
      await box.drained();
      seen.push(host.births.get('')?.find(({ name }) => name === 'bdSeq')?.value);
      await box.stop();
    }
    expect(seen).toEqual([0n, 1n]);
    expect(host.messages.filter(({ type }) => type === 'NDEATH').length).toBeGreaterThanOrEqual(1);
  });

  it('ends its session when the primary host goes offline, and begins a new one when it is back', async () => {
    const box = await new Box().start();
    await host.connect(broker.url);
    box.count(1);
    await box.drained();
    await host.state(false, Date.now() + 1);
    await host.until(() => host.messages.some(({ type }) => type === 'NDEATH'));
    box.count(2);
    await host.state(true, Date.now() + 2);
    await box.drained();
    expect(host.values('count')).toContain(2);
    expect(host.messages.filter(({ type }) => type === 'NBIRTH')).toHaveLength(2);
  });

  it('is born again on request, with the last value', async () => {
    const box = await new Box().start();
    await host.connect(broker.url);
    box.count(41);
    await box.drained();
    await host.command([{ name: 'Node Control/Rebirth', datatype: DataType.Boolean, value: true }]);
    await host.until(() => host.messages.filter(({ type }) => type === 'NBIRTH').length === 2);
    await host.until(() => host.messages.filter(({ type }) => type === 'DBIRTH').length === 2);
    expect(host.births.get('meter-1')?.find(({ name }) => name === 'count')).toMatchObject({ value: 41 });
  });

  it('keeps a device that left the configuration born until its last batch is stored', async () => {
    const before = await new Box(
      {
        broker: {
          url: 'mqtt://127.0.0.1:9',
          clientId: 'x',
          username: 'x',
          keepAliveSeconds: 30,
          connectTimeoutMs: 100,
          tls: {},
        },
      },
      [device, { ...device, id: 'meter-2' }],
    ).start();
    before.count(5, 1_700_000_000_000, 'meter-2');
    await before.stop();
    const box = await new Box().start();
    await host.connect(broker.url);
    await box.drained();
    expect(host.readings).toMatchObject([{ device: 'meter-2', metric: 'count', value: 5 }]);
    await host.until(() =>
      host.messages.some(({ type, device: id }) => type === 'DDEATH' && id === 'meter-2'),
    );
  });

  it('deletes on PUBACK where the configuration says confirm: broker, without any host', async () => {
    const box = await new Box({ confirm: 'broker' }, [device], {}).start();
    for (const value of numbers(1, 10)) box.count(value);
    await box.drained();
    expect(box.uplink.status().confirmed).toBe(10);
  });

  it('carries out a command that fits, and refuses what is read-only, out of range or of the wrong type', async () => {
    const box = await new Box().start();
    await host.connect(broker.url);
    box.count(1);
    await box.drained();
    const power = (value: number) => ({ name: 'power', datatype: DataType.Float, value });
    await host.command([power(101)], 'meter-1');
    await host.command([{ name: 'count', datatype: DataType.UInt32, value: 1 }], 'meter-1');
    await host.command([{ name: 'power', datatype: DataType.String, value: 'much' }], 'meter-1');
    await host.command([power(42)], 'meter-1');
    while (writes.length === 0) await systemClock.sleep(5);
    expect(writes).toEqual([{ device: 'meter-1', metric: 'power', value: 42 }]);
  });

  it('ignores a confirmation that it cannot understand or that names batches never sent', async () => {
    const box = await new Box().start();
    host.confirms = false;
    await host.connect(broker.url);
    box.count(1);
    await host.until(() => host.readings.length === 1);
    const stored = (values: bigint[]) =>
      host.command([
        { name: 'Node Control/Stored', datatype: DataType.UInt64Array, value: BigUint64Array.from(values) },
      ]);
    await stored([1n]);
    await stored([9n, 3n]);
    await stored([1n, 5n]);
    box.count(2);
    await host.until(() => host.values('count').includes(2));
    expect(box.outbox.status().batches).toBe(2);
    await stored([0n, 2n ** 64n - 1n]);
    await box.drained();
  });

  it('takes over other devices while it runs: new ones are born, removed ones stay until their last batch is stored', async () => {
    const second = { ...device, id: 'meter-2' };
    const box = await new Box({}, [device, second]).start();
    host.confirms = false;
    await host.connect(broker.url);
    box.count(1, undefined, 'meter-2');
    await host.until(() => host.readings.length === 1);
    box.born.reconfigure([device, { ...device, id: 'meter-3' }]);
    // A poll that was under way while the configuration changed.
    box.count(2, undefined, 'meter-2');
    box.uplink.devicesChanged();
    await host.until(() => host.births.has('meter-3'));
    expect(host.messages.filter(({ type }) => type === 'NBIRTH')).toHaveLength(2);
    host.confirms = true;
    box.count(3, undefined, 'meter-3');
    await box.drained();
    const seen = host.readings.map(({ device: id, value }) => [id, value]);
    for (const reading of [
      ['meter-2', 1],
      ['meter-2', 2],
      ['meter-3', 3],
    ])
      expect(seen).toContainEqual(reading);
    await host.until(() =>
      host.messages.some(({ type, device: id }) => type === 'DDEATH' && id === 'meter-2'),
    );
    expect(box.outbox.status().dropped).toBe(0);
  });

  it('bears a device by itself whose batch comes before the births that know it', async () => {
    const box = await new Box().start();
    await host.connect(broker.url);
    await host.until(() => host.births.has('meter-1'));
    box.born.reconfigure([device, { ...device, id: 'meter-2' }]);
    box.count(5, undefined, 'meter-2');
    await box.drained();
    expect(host.readings).toMatchObject([{ device: 'meter-2', value: 5 }]);
    expect(box.outbox.status().dropped).toBe(0);
  });

  it('gives way to another uplink on the same outbox', async () => {
    const box = await new Box().start();
    await host.connect(broker.url);
    box.count(1);
    await box.drained();
    await box.uplink.stop();
    box.count(2);
    const other = new SparkplugUplink({ ...box.options, batchesPerSecond: 50 });
    await other.start();
    stops.push(() => other.stop());
    box.count(3);
    await box.drained();
    expect(host.values('count')).toEqual([1, 3, 2]);
    expect(host.births.get('')?.find(({ name }) => name === 'bdSeq')?.value).toBe(1n);
    expect(box.uplink.status()).toMatchObject({ state: 'offline', published: 1 });
  });
});
