import { DataType } from '@city-testbed/sparkplug';
import { systemClock } from '@city-testbed/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { brokersAt, meter as device, UplinkBench } from '../testing/uplink-bench.ts';
import { SparkplugUplink } from './sparkplug-uplink.ts';

let bench: UplinkBench;
beforeEach(async () => {
  bench = await new UplinkBench().start();
});
afterEach(() => bench.stop());

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('the uplink', () => {
  it('waits for its primary host, is born with what the host needs, and deletes only on its word', async () => {
    const box = await bench.box().start();
    box.count(1);
    bench.host.confirms = false;
    await bench.host.connect(bench.broker.url);
    await bench.host.until(() => bench.host.readings.length === 1);
    expect(bench.host.messages.slice(0, 3)).toEqual([
      { type: 'NBIRTH', seq: 0 },
      { type: 'DBIRTH', device: 'meter-1', seq: 1 },
      { type: 'DDATA', device: 'meter-1', seq: 2 },
    ]);
    const node = new Map(bench.host.births.get('')?.map((metric) => [metric.name, metric]));
    expect(node.get('bdSeq')?.value).toBe(0n);
    expect(node.get('Node Control/Stored')).toMatchObject({ datatype: DataType.UInt64Array });
    expect(node.get('Properties/Version')?.value).toBe('1.2.3');
    const birth = new Map(bench.host.births.get('meter-1')?.map((metric) => [metric.name, metric]));
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
    const [reading] = bench.host.readings;
    expect(reading).toMatchObject({ value: 1, historical: true, device: 'meter-1' });
    await bench.host.confirm(reading!.batch);
    await box.drained();
    expect(box.uplink.status()).toMatchObject({ state: 'online', confirmed: 1, inFlight: 0 });
  });

  it('sends again what is not confirmed in time', async () => {
    const box = await bench.box().start();
    bench.host.confirms = false;
    await bench.host.connect(bench.broker.url);
    box.count(7);
    await bench.host.until(() => bench.host.readings.length >= 2);
    expect(bench.host.readings[1]).toEqual(bench.host.readings[0]);
    await bench.host.confirm(bench.host.readings[0]!.batch);
    await box.drained();
    expect(box.uplink.status().resent).toBeGreaterThanOrEqual(1);
  });

  it('sends the newest batch first and then the oldest ones, in order, within its window', async () => {
    const box = await bench.box({ window: 10 }).start();
    for (const value of numbers(1, 50)) box.count(value);
    box.outbox.commit();
    bench.host.confirms = false;
    await bench.host.connect(bench.broker.url);
    await bench.host.until(() => bench.host.readings.length === 10);
    expect(bench.host.values('count')).toEqual([50, ...numbers(1, 9)]);
    expect(box.uplink.status().inFlight).toBe(10);
    bench.host.confirms = true;
    for (const { batch } of [...bench.host.readings]) await bench.host.confirm(batch);
    await box.drained();
    expect(new Set(bench.host.values('count'))).toEqual(new Set(numbers(1, 50)));
  });

  it('goes on storing the readings of other devices while the host confirms nothing of one', async () => {
    const refused = { ...device, id: 'refused' };
    const box = await bench.box({ window: 10, resendAfterMs: 100 }, [device, refused]).start();
    for (const value of numbers(1, 50)) box.count(value, undefined, 'refused');
    for (const value of numbers(101, 130)) box.count(value);
    box.outbox.commit();
    bench.host.refuses.add('refused');
    await bench.host.connect(bench.broker.url);
    const stored = () => box.uplink.status().confirmed;
    while (stored() < 30) await systemClock.sleep(5);
    // It is held back after it was sent in vain; the others did not have to wait for that.
    while (box.uplink.status().held.length === 0) await systemClock.sleep(5);
    expect(box.uplink.status()).toMatchObject({ held: ['refused'] });
    for (const value of numbers(131, 150)) {
      box.count(value);
      box.count(value, undefined, 'refused');
    }
    while (stored() < 50) await systemClock.sleep(5);
    expect(box.outbox.status().batches + box.outbox.status().pending).toBeGreaterThanOrEqual(70);
    bench.host.refuses.clear();
    await box.drained();
    expect(box.uplink.status()).toMatchObject({ held: [], inFlight: 0 });
    const stillSent = bench.host.readings
      .filter(({ device: id }) => id === 'refused')
      .map(({ value }) => value);
    expect(new Set(stillSent)).toEqual(new Set([...numbers(1, 50), ...numbers(131, 150)]));
  });

  it('counts a batch that cannot be published as dropped, not as confirmed', async () => {
    const box = await bench.box().start();
    box.outbox.append({
      device: device.id,
      at: 1,
      uptime: 1,
      synced: true,
      readings: [{ alias: 99, value: 1 }],
    });
    box.count(7);
    await bench.host.connect(bench.broker.url);
    await box.drained();
    expect(bench.host.values('count')).toEqual([7]);
    expect(box.outbox.status()).toMatchObject({ dropped: 1, confirmed: 1 });
    expect(box.uplink.status()).toMatchObject({ confirmed: 1 });
  });

  it('loses nothing when the broker forgets everything, and confirms nothing twice', async () => {
    const box = await bench.box().start();
    await bench.host.connect(bench.broker.url);
    for (const value of numbers(1, 20)) box.count(value);
    await bench.host.until(() => bench.host.readings.length === 20);
    await bench.broker.stop();
    for (const value of numbers(21, 40)) box.count(value);
    await bench.broker.start();
    await bench.host.connect(bench.broker.url);
    await box.drained();
    expect(new Set(bench.host.values('count'))).toEqual(new Set(numbers(1, 40)));
    expect(box.uplink.status().connects).toBeGreaterThanOrEqual(2);
  });

  it('takes a new bdSeq for each connection, over restarts too', async () => {
    await bench.host.connect(bench.broker.url);
    const seen: unknown[] = [];
    for (let restart = 0; restart < 2; restart++) {
      const box = await bench.box().start();
      box.count(restart);
      await box.drained();
      seen.push(bench.host.births.get('')?.find(({ name }) => name === 'bdSeq')?.value);
      await box.stop();
    }
    expect(seen).toEqual([0n, 1n]);
    expect(bench.host.messages.filter(({ type }) => type === 'NDEATH').length).toBeGreaterThanOrEqual(1);
  });

  it('ends its session when the primary host goes offline, and begins a new one when it is back', async () => {
    const box = await bench.box().start();
    await bench.host.connect(bench.broker.url);
    box.count(1);
    await box.drained();
    await bench.host.state(false, Date.now() + 1);
    await bench.host.until(() => bench.host.messages.some(({ type }) => type === 'NDEATH'));
    box.count(2);
    await bench.host.state(true, Date.now() + 2);
    await box.drained();
    expect(bench.host.values('count')).toContain(2);
    expect(bench.host.messages.filter(({ type }) => type === 'NBIRTH')).toHaveLength(2);
  });

  it('is born again on request, with the last value', async () => {
    const box = await bench.box().start();
    await bench.host.connect(bench.broker.url);
    box.count(41);
    await box.drained();
    await bench.host.command([{ name: 'Node Control/Rebirth', datatype: DataType.Boolean, value: true }]);
    await bench.host.until(() => bench.host.messages.filter(({ type }) => type === 'NBIRTH').length === 2);
    await bench.host.until(() => bench.host.messages.filter(({ type }) => type === 'DBIRTH').length === 2);
    expect(bench.host.births.get('meter-1')?.find(({ name }) => name === 'count')).toMatchObject({
      value: 41,
    });
  });

  it('keeps a device that left the configuration born until its last batch is stored', async () => {
    const before = await bench
      .box(
        {
          brokers: brokersAt('mqtt://127.0.0.1:9'),
        },
        [device, { ...device, id: 'meter-2' }],
      )
      .start();
    before.count(5, 1_700_000_000_000, 'meter-2');
    await before.stop();
    const box = await bench.box().start();
    await bench.host.connect(bench.broker.url);
    await box.drained();
    expect(bench.host.readings).toMatchObject([{ device: 'meter-2', metric: 'count', value: 5 }]);
    await bench.host.until(() =>
      bench.host.messages.some(({ type, device: id }) => type === 'DDEATH' && id === 'meter-2'),
    );
  });

  it('deletes on PUBACK where the configuration says confirm: broker, without any host', async () => {
    const box = await bench.box({ confirm: 'broker' }).start();
    for (const value of numbers(1, 10)) box.count(value);
    await box.drained();
    expect(box.uplink.status().confirmed).toBe(10);
  });

  it('carries out a command that fits, and refuses what is read-only, out of range or of the wrong type', async () => {
    const box = await bench.box().start();
    await bench.host.connect(bench.broker.url);
    box.count(1);
    await box.drained();
    const power = (value: number) => ({ name: 'power', datatype: DataType.Float, value });
    await bench.host.command([power(101)], 'meter-1');
    await bench.host.command([{ name: 'count', datatype: DataType.UInt32, value: 1 }], 'meter-1');
    await bench.host.command([{ name: 'power', datatype: DataType.String, value: 'much' }], 'meter-1');
    await bench.host.command([power(42)], 'meter-1');
    while (bench.writes.length === 0) await systemClock.sleep(5);
    expect(bench.writes).toEqual([{ device: 'meter-1', metric: 'power', value: 42 }]);
  });

  it('ignores a confirmation that it cannot understand or that names batches never sent', async () => {
    const box = await bench.box().start();
    bench.host.confirms = false;
    await bench.host.connect(bench.broker.url);
    box.count(1);
    await bench.host.until(() => bench.host.readings.length === 1);
    const stored = (values: bigint[]) =>
      bench.host.command([
        { name: 'Node Control/Stored', datatype: DataType.UInt64Array, value: BigUint64Array.from(values) },
      ]);
    await stored([1n]);
    await stored([9n, 3n]);
    await stored([1n, 5n]);
    box.count(2);
    await bench.host.until(() => bench.host.values('count').includes(2));
    expect(box.outbox.status().batches).toBe(2);
    await stored([0n, 2n ** 64n - 1n]);
    await box.drained();
  });

  it('takes over other devices while it runs: new ones are born, removed ones stay until their last batch is stored', async () => {
    const second = { ...device, id: 'meter-2' };
    const box = await bench.box({}, [device, second]).start();
    bench.host.confirms = false;
    await bench.host.connect(bench.broker.url);
    box.count(1, undefined, 'meter-2');
    await bench.host.until(() => bench.host.readings.length === 1);
    box.born.reconfigure([device, { ...device, id: 'meter-3' }]);
    // A poll that was under way while the configuration changed.
    box.count(2, undefined, 'meter-2');
    box.uplink.devicesChanged();
    await bench.host.until(() => bench.host.births.has('meter-3'));
    expect(bench.host.messages.filter(({ type }) => type === 'NBIRTH')).toHaveLength(2);
    bench.host.confirms = true;
    box.count(3, undefined, 'meter-3');
    await box.drained();
    const seen = bench.host.readings.map(({ device: id, value }) => [id, value]);
    for (const reading of [
      ['meter-2', 1],
      ['meter-2', 2],
      ['meter-3', 3],
    ])
      expect(seen).toContainEqual(reading);
    await bench.host.until(() =>
      bench.host.messages.some(({ type, device: id }) => type === 'DDEATH' && id === 'meter-2'),
    );
    expect(box.outbox.status().dropped).toBe(0);
  });

  it('bears a device by itself whose batch comes before the births that know it', async () => {
    const box = await bench.box().start();
    await bench.host.connect(bench.broker.url);
    await bench.host.until(() => bench.host.births.has('meter-1'));
    box.born.reconfigure([device, { ...device, id: 'meter-2' }]);
    box.count(5, undefined, 'meter-2');
    await box.drained();
    expect(bench.host.readings).toMatchObject([{ device: 'meter-2', value: 5 }]);
    expect(box.outbox.status().dropped).toBe(0);
  });

  it('gives way to another uplink on the same outbox', async () => {
    const box = await bench.box().start();
    await bench.host.connect(bench.broker.url);
    box.count(1);
    await box.drained();
    await box.uplink.stop();
    box.count(2);
    const other = new SparkplugUplink({ ...box.options, batchesPerSecond: 50 });
    await other.start();
    bench.onStop(() => other.stop());
    box.count(3);
    await box.drained();
    expect(new Set(bench.host.values('count'))).toEqual(new Set([1, 2, 3]));
    expect(bench.host.births.get('')?.find(({ name }) => name === 'bdSeq')?.value).toBe(1n);
    expect(box.uplink.status()).toMatchObject({ state: 'offline', published: 1 });
  });
});
