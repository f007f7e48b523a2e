import { DataType } from '@city-testbed/sparkplug';
import { systemClock } from '@city-testbed/runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { brokersAt, meter, UplinkBench } from '../testing/uplink-bench.ts';

let bench: UplinkBench;
beforeEach(async () => {
  bench = await new UplinkBench().start();
});
afterEach(() => bench.stop());

const values = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('field: nothing already confirmed is sent again after a restart, beyond one bounded window', async () => {
  const window = 10;
  const first = await bench.box({ window, resendAfterMs: 60_000 }).start();
  for (const value of values(1, 200)) first.count(value);
  bench.host.confirms = false;
  await bench.host.connect(bench.broker.url);
  // One window at a time; the word for the last one is lost with the restart.
  for (let stored = 0; stored < 100; stored += window) {
    await bench.host.until(() => bench.host.readings.length >= stored + window);
    const sent = bench.host.readings.slice(stored, stored + window);
    await Promise.all(sent.map(({ batch }) => bench.host.confirm(batch)));
  }
  await first.stop();
  const before = bench.host.readings.map(({ value }) => value);
  bench.host.readings.length = 0;
  bench.host.confirms = true;
  const second = await bench.box({ window }).start();
  await second.drained();
  const again = bench.host.readings.filter(({ value }) => before.includes(value));
  expect(again.length).toBeLessThanOrEqual(window);
  expect(new Set([...before, ...bench.host.readings.map(({ value }) => value)])).toEqual(
    new Set(values(1, 200)),
  );
});

test('field: history after a rebirth still means the same metrics; seq is right while draining', async () => {
  const second = { ...meter, id: 'meter-2' };
  const box = await bench.box({ window: 20, batchesPerSecond: 400 }, [meter, second]).start();
  for (const value of values(1, 300)) {
    box.count(value);
    box.poll({ power: value / 10 }, undefined, 'meter-2');
  }
  await bench.host.connect(bench.broker.url);
  for (let rebirths = 0; rebirths < 3; rebirths++) {
    const seen = bench.host.readings.length;
    await bench.host.until(() => bench.host.readings.length > seen + 20);
    await bench.host.command([{ name: 'Node Control/Rebirth', datatype: DataType.Boolean, value: true }]);
    // The order of devices is another one, and one metric is no more.
    const [count, power] = meter.metrics;
    box.born.reconfigure(
      rebirths % 2 === 0 ? [second, { ...meter, metrics: [power!, count!] }] : [meter, second],
    );
    box.uplink.devicesChanged();
  }
  await box.drained();
  const of = (device: string, metric: string) =>
    new Set(
      bench.host.readings
        .filter((reading) => reading.device === device && reading.metric === metric)
        .map(({ value }) => value),
    );
  expect(of('meter-1', 'count')).toEqual(new Set(values(1, 300)));
  expect(of('meter-2', 'power').size).toBe(300);
  expect([of('meter-1', 'power').size, of('meter-2', 'count').size]).toEqual([0, 0]);
  const sequence = bench.host.messages.filter(({ type }) => type !== 'NDEATH');
  expect(sequence.filter(({ type }) => type === 'NBIRTH').length).toBeGreaterThanOrEqual(4);
  sequence.forEach(({ type, seq }, index) => {
    const before = sequence[index - 1]?.seq;
    expect(seq).toBe(type === 'NBIRTH' || before === undefined ? 0 : (before + 1) % 256);
  });
}, 15_000);

test('a device that the host refuses takes no more than its share of the window from its neighbours', async () => {
  const refused = { ...meter, id: 'refused' };
  const box = await bench.box({ window: 10, resendAfterMs: 60_000 }, [meter, refused]).start();
  for (const value of values(1, 50)) box.count(value, undefined, 'refused');
  for (const value of values(101, 150)) box.count(value);
  bench.host.refuses.add('refused');
  await bench.host.connect(bench.broker.url);
  // No time-out has to pass first.
  while (box.uplink.status().confirmed < 50) await systemClock.sleep(5);
  expect(box.uplink.status()).toMatchObject({ inFlight: 5, held: [] });
});

test('a device that is held back and leaves the configuration is not held for ever', async () => {
  const refused = { ...meter, id: 'refused' };
  const box = await bench.box({ resendAfterMs: 50 }, [meter, refused]).start();
  bench.host.refuses.add('refused');
  await bench.host.connect(bench.broker.url);
  box.count(1, undefined, 'refused');
  box.count(2);
  while (box.uplink.status().held.length === 0) {
    box.count(3);
    await systemClock.sleep(20);
  }
  box.born.reconfigure([meter]);
  box.uplink.devicesChanged();
  // It is born still, for its batch, until somebody gives that up.
  const [batch] = box.outbox.after(0, 100).filter(({ device }) => device === 'refused');
  box.outbox.discard(batch!.number);
  box.outbox.commit();
  await bench.host.until(() =>
    bench.host.messages.some(({ type, device }) => type === 'DDEATH' && device === 'refused'),
  );
  expect(box.uplink.status().held).toEqual([]);
});

test('keeps to a limit of bytes a second, and what is new goes before the backlog', async () => {
  const box = await bench.box({ bytesPerSecond: 1000, resendAfterMs: 5000 }).start();
  for (const value of values(1, 200)) box.count(value);
  box.outbox.commit();
  await bench.host.connect(bench.broker.url);
  await bench.host.until(() => bench.host.readings.length >= 3);
  const began = systemClock.monotonic();
  const sent = bench.host.readings.length;
  box.count(1000);
  box.count(1001);
  await bench.host.until(() => bench.host.values('count').includes(1001));
  // Two hundred wait, at about 15 a second.
  expect(bench.host.readings.length - sent).toBeLessThanOrEqual(12);
  await bench.host.until(() => bench.host.readings.length >= sent + 25);
  const seconds = (systemClock.monotonic() - began) / 1000;
  const bytes = (bench.host.readings.length - sent) * 60;
  // Half a second's worth may go at once.
  expect(bytes).toBeLessThanOrEqual(1000 * (seconds + 0.5) + 200);
}, 15_000);

test('tells how the gateway is at each birth and from time to time, and leaves out what cannot be written', async () => {
  let batches = 1n;
  const box = await bench
    .box({
      nodeMetricsIntervalMs: 50,
      nodeMetrics: () => [
        { name: 'Gateway/Outbox/Batches', datatype: DataType.UInt64, value: batches++ },
        { name: 'Gateway/Uptime', datatype: DataType.Double, value: 1.5, unit: 's' },
        { name: 'Gateway/Wrong', datatype: DataType.UInt64, value: 'text' },
      ],
    })
    .start();
  await bench.host.connect(bench.broker.url);
  await bench.host.until(() => bench.host.nodeData.length >= 2);
  const born = new Map(bench.host.births.get('')?.map((metric) => [metric.name, metric]));
  expect(born.get('Gateway/Uptime')).toMatchObject({ value: 1.5, properties: { engUnit: { value: 's' } } });
  expect(born.has('Gateway/Wrong')).toBe(false);
  const [told] = bench.host.nodeData;
  expect(told?.map(({ name }) => name)).toEqual(['Gateway/Outbox/Batches', 'Gateway/Uptime']);
  expect(box.uplink.status().state).toBe('online');
});

test('an uplink that cannot connect stops at once', async () => {
  const box = await bench.box({ brokers: brokersAt('mqtt://127.0.0.1:9'), reconnectMinMs: 60_000 }).start();
  while (box.uplink.status().fault === undefined) await systemClock.sleep(5);
  await box.stop();
  expect(box.uplink.status().state).toBe('offline');
});
