import { afterEach, describe, expect, test } from 'vitest';
import { parseProfile, type DeviceProfile } from '@city-testbed/device-profiles';
import { modbusBench, valuesOf, type Bench, type BenchOptions } from '../../testing/modbus-bench.ts';
import { deviceOf } from '../../testing/profiles.ts';

const benches: Bench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.stop();
});
async function open(options: BenchOptions): Promise<Bench> {
  const bench = await modbusBench(options);
  benches.push(bench);
  return bench;
}

function everyTable(quirks = ''): DeviceProfile {
  const metric = (name: string, datatype: string, register: string, access = 'rw'): string =>
    `  - { name: ${name}, label: { en: V, ro: V }, datatype: ${datatype}, access: ${access}, register: { ${register} }${datatype === 'Boolean' ? '' : ", unit: '1'"} }`;
  return parseProfile(
    `
format: 1
id: test/tables
vendor: Test
model: Tables
description: { en: For tests, ro: Pentru teste }
sources: [{ title: this file }]
transport: modbus
${quirks}
metrics:
${[
  metric('c4', 'Boolean', 'table: coil, address: 4, type: bool'),
  metric('c5', 'Boolean', 'table: coil, address: 5, type: bool'),
  metric('d3', 'Boolean', 'table: discrete, address: 3, type: bool', 'ro'),
  metric('d13', 'Boolean', 'table: discrete, address: 13, type: bool', 'ro'),
  metric('h7', 'UInt16', 'table: holding, address: 7, type: uint16'),
  metric('h8', 'UInt32', 'table: holding, address: 8, type: uint32, order: ABCD'),
  metric('flag', 'Boolean', 'table: holding, address: 20, type: uint16, bit: 3'),
  metric('i9', 'UInt16', 'table: input, address: 9, type: uint16', 'ro'),
].join('\n')}
`,
    'test/tables.yaml',
  );
}

describe.each(['tcp', 'rtu'] as const)('functions over %s framing', (framing) => {
  test('1 to 4 read each table', async () => {
    const device = deviceOf(everyTable());
    const { peer, driver } = await open({ framing, devices: [device] });
    peer.words.holding.set(8, 0x0001).set(9, 0x86a0).set(20, 0x0008);
    const sample = await driver.link(device).poll(device.metrics).read();
    expect(valuesOf(sample)).toEqual([false, true, true, false, 1007, 100_000, true, 40_009]);
    expect(peer.asked.map(({ functionCode }) => functionCode)).toEqual([1, 2, 2, 3, 3, 4]);
  });

  test('5 and 6 write one coil or register, 16 several', async () => {
    const device = deviceOf(everyTable());
    const { peer, driver } = await open({ framing, devices: [device] });
    const link = driver.link(device);
    expect(await link.write('c4', true)).toEqual({ ok: true });
    expect(await link.write('h7', 4711)).toEqual({ ok: true });
    expect(await link.write('h8', 100_000)).toEqual({ ok: true });
    expect(await link.write('i9', 1)).toEqual({ ok: false, reason: 'read_only' });
    expect(peer.asked.map(({ functionCode }) => functionCode)).toEqual([5, 6, 16]);
    expect(peer.words.coils.get(4)).toBe(true);
    expect([7, 8, 9].map((address) => peer.words.holding.get(address))).toEqual([4711, 1, 0x86a0]);
  });

  test('15 and 16 write even one, where the device knows no other', async () => {
    const device = deviceOf(everyTable('quirks: { writeMultiple: true }'));
    const { peer, driver } = await open({ framing, devices: [device] });
    const link = driver.link(device);
    expect(await link.write('c5', false)).toEqual({ ok: true });
    expect(await link.write('h7', 1)).toEqual({ ok: true });
    expect(peer.asked.map(({ functionCode }) => functionCode)).toEqual([15, 16]);
    expect(peer.words.coils.get(5)).toBe(false);
  });

  test('a bit is written among the others of its register', async () => {
    const device = deviceOf(everyTable());
    const { peer, driver } = await open({ framing, devices: [device] });
    peer.words.holding.set(20, 0xf0f0);
    expect(await driver.link(device).write('flag', true)).toEqual({ ok: true });
    expect(peer.words.holding.get(20)).toBe(0xf0f8);
  });

  test('23 writes and reads back in one exchange', async () => {
    const device = deviceOf(everyTable('quirks: { readBack: fc23 }'));
    const { peer, driver } = await open({ framing, devices: [device] });
    const link = driver.link(device);
    expect(await link.write('h8', 100_000)).toEqual({ ok: true, value: 100_000 });
    expect(await link.write('c4', true)).toEqual({ ok: true });
    expect(peer.asked.map(({ functionCode }) => functionCode)).toEqual([23, 5]);
    expect(peer.words.holding.get(9)).toBe(0x86a0);
  });

  test('23 says so where the device holds something else than it was told', async () => {
    const device = deviceOf(everyTable('quirks: { readBack: fc23 }'));
    const clamped = Buffer.from([23, 2, 0, 100]);
    const { driver } = await open({ framing, devices: [device], deed: () => ({ pdu: clamped }) });
    expect(await driver.link(device).write('h7', 500)).toEqual({
      ok: false,
      reason: 'read_back_differs',
      value: 100,
    });
  });

  test('an exception to a write is its reason', async () => {
    const device = deviceOf(everyTable());
    const { driver } = await open({ framing, devices: [device], deed: () => ({ exception: 4 }) });
    expect(await driver.link(device).write('h7', 1)).toEqual({ ok: false, reason: 'exception_4' });
  });

  test('a write that another value or address answers is not confirmed', async () => {
    const device = deviceOf(everyTable());
    const { driver, peer } = await open({
      framing,
      devices: [device],
      deed: ({ functionCode }, nth) => ({
        pdu:
          functionCode === 6 ? Buffer.from([6, 0, 7, 0, nth === 1 ? 2 : 1]) : Buffer.from([16, 0, 8, 0, 3]),
      }),
    });
    const link = driver.link(device);
    expect(await link.write('h7', 1)).toEqual({ ok: false, reason: 'malformed' });
    expect(await link.write('h7', 1)).toEqual({ ok: true });
    expect(await link.write('h8', 1)).toEqual({ ok: false, reason: 'malformed' });
    expect(peer.connects).toBe(1);
  });

  test('a write is never sent twice by itself', async () => {
    const device = deviceOf(everyTable());
    const { peer, driver } = await open({
      framing,
      devices: [device],
      retries: 3,
      deed: ({ functionCode }) => (functionCode === 6 ? 'never' : 'good'),
    });
    const link = driver.link(device);
    await link.poll(device.metrics).read();
    expect(await link.write('h7', 1)).toEqual({ ok: false, reason: 'no_response' });
    expect(peer.asked.filter(({ functionCode }) => functionCode === 6)).toHaveLength(1);
  });
});

describe.each(['tcp', 'rtu'] as const)('identification over %s framing', (framing) => {
  test('43/14 tells vendor, product and revision', async () => {
    const { peer, driver } = await open({ framing, devices: [] });
    peer.words.identity = ['Eastron', 'SDM120', 'V2.1'];
    expect(await driver.identify!(17, 1000)).toEqual({
      present: true,
      vendor: 'Eastron',
      product: 'SDM120',
      revision: 'V2.1',
    });
    expect(peer.asked).toHaveLength(1);
    expect(peer.asked[0]).toMatchObject({ unit: 17, functionCode: 43 });
  });

  test('more follows: the parts are asked for one after another, and only as many as matter', async () => {
    const { peer, driver } = await open({ framing, devices: [] });
    peer.words.identity = ['Schneider Electric', 'METSEIEM3155', '1.3.1', 'www', 'iEM3155'];
    peer.words.objectsPerAnswer = 1;
    expect(await driver.identify!(1, 1000)).toMatchObject({ product: 'METSEIEM3155', revision: '1.3.1' });
    expect(peer.asked.map(({ pdu }) => [...pdu])).toEqual([
      [43, 14, 1, 0],
      [43, 14, 1, 1],
      [43, 14, 1, 2],
    ]);
  });

  test('a device that says "more follows" for ever, or points back, is not asked for ever', async () => {
    const { peer, driver } = await open({
      framing,
      devices: [],
      deed: () => ({ pdu: Buffer.from([43, 14, 1, 1, 0xff, 0, 1, 0, 1, 0x41]) }),
    });
    expect(await driver.identify!(1, 1000)).toEqual({ present: true, vendor: 'A' });
    expect(peer.asked).toHaveLength(1);
  });

  test('a device that counts the objects of all parts together is understood', async () => {
    const { driver } = await open({
      framing,
      devices: [],
      deed: ({ pdu }) => ({
        pdu:
          pdu[3] === 0
            ? Buffer.from([43, 14, 1, 1, 0xff, 1, 3, 0, 2, 0x41, 0x42])
            : Buffer.from([43, 14, 1, 1, 0, 0, 3, 1, 1, 0x43, 2, 1, 0x44]),
      }),
    });
    expect(await driver.identify!(1, 1000)).toEqual({
      present: true,
      vendor: 'AB',
      product: 'C',
      revision: 'D',
    });
  });

  test('an exception means that somebody is there', async () => {
    const { peer, driver } = await open({ framing, devices: [] });
    expect(await driver.identify!(1, 1000)).toEqual({ present: true });
    expect(peer.asked).toHaveLength(1);
  });

  test('a device that knows regular identification only is asked for that', async () => {
    const { peer, driver } = await open({
      framing,
      devices: [],
      deed: ({ pdu }) => (pdu[2] === 1 ? { exception: 3 } : 'good'),
    });
    peer.words.identity = ['A', 'B'];
    expect(await driver.identify!(1, 1000)).toEqual({ present: true, vendor: 'A', product: 'B' });
  });

  test('one that ignores function 43 is found by a read, and by its exception too', async () => {
    const { peer, driver } = await open({
      framing,
      devices: [],
      deed: ({ functionCode }) => {
        if (functionCode === 4) return { exception: 2 };
        return 'never';
      },
    });
    expect(await driver.identify!(9, 250)).toEqual({ present: true });
    expect(
      peer.asked.map(({ functionCode, address, quantity }) => [functionCode, address, quantity]),
    ).toEqual([
      [43, 0x0e01, 0],
      [3, 0, 1],
      [4, 0, 1],
    ]);
  });

  test('nobody is there where nothing answers, or a TCP gateway says that its target does not', async () => {
    const silent = await open({ framing, devices: [], deed: () => 'never' });
    expect(await silent.driver.identify!(1, 40)).toEqual({ present: false });
    const gateway = await open({ framing, devices: [], deed: () => ({ exception: 11 }) });
    expect(await gateway.driver.identify!(1, 1000)).toEqual({ present: false });
    expect(gateway.driver.isOpen).toBe(true);
  });

  test('what it says of itself is safe to print', async () => {
    const { peer, driver } = await open({ framing, devices: [] });
    peer.words.identity = ['\u001b[31mEvil\r\n', ' Meter \u0000', 'x'.repeat(200)];
    expect(await driver.identify!(1, 1000)).toEqual({
      present: true,
      vendor: '[31mEvil',
      product: 'Meter',
      revision: 'x'.repeat(128),
    });
  });
});
