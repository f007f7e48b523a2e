import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { ManualClock, seededRandom } from '@city-testbed/runtime';
import fc from 'fast-check';
import modbusSerial from 'modbus-serial';
import { afterEach, expect, test } from 'vitest';
import type { ModbusProfile } from '../format/profile.ts';
import type { Signal } from '../format/signal.ts';
import { decodeRead, planReads } from '../decode/reads.ts';
import { profileLibrary } from '../load/library.ts';
import { parseProfile } from '../load/parse.ts';
import { signalAt } from './signal-at.ts';
import { createSimulator, type SimulatedDevice, type Simulator, type SimulatorOptions } from './simulator.ts';

const library = profileLibrary();
const sdm120 = modbus('eastron/sdm120');
const relay = modbus('waveshare/modbus-relay');
const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

function modbus(id: string): ModbusProfile {
  const profile = library.find(id);
  if (profile.transport !== 'modbus') throw new Error(id);
  return profile;
}

async function started(
  devices: readonly Omit<SimulatedDevice, 'port'>[],
  more: Partial<SimulatorOptions> = {},
): Promise<Simulator> {
  const simulator = createSimulator({
    devices: devices.map((device) => ({ port: 0, group: 'bus', ...device })),
    clock: new ManualClock(),
    random: seededRandom(1),
    ...more,
  });
  await simulator.start(new AbortController().signal);
  stops.push(() => simulator.stop());
  return simulator;
}

async function master(
  simulator: Simulator,
  unit: number,
): Promise<InstanceType<typeof modbusSerial.default>> {
  const client = new modbusSerial.default();
  await client.connectTCP('127.0.0.1', { port: simulator.ports[0]!.port });
  client.setTimeout(2000);
  client.setID(unit);
  stops.push(() => new Promise<void>((resolve) => client.close(() => resolve())));
  return client;
}

async function raw(simulator: Simulator): Promise<Socket> {
  const socket = connect(simulator.ports[0]!.port, '127.0.0.1');
  await once(socket, 'connect');
  stops.push(() => void socket.destroy());
  return socket;
}

async function exchange(socket: Socket, hex: string): Promise<string> {
  socket.write(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return answer.toString('hex');
}

test('a foreign master reads what the signals show', async () => {
  const clock = new ManualClock();
  const simulator = await started([{ profile: sdm120, seed: 7 }], { clock });
  const client = await master(simulator, 1);
  const [read] = planReads(sdm120);
  const { data } = await client.readInputRegisters(read!.address, read!.quantity);
  for (const { metric, result } of decodeRead(read!, data)) {
    const shown = Number(signalAt(sdm120, metric, 7, clock.now()));
    expect(result).toEqual({ ok: true, value: Math.fround(shown) });
  }
});

test('several devices on one port answer each on its unit id; a foreign unit gets exception 0x0B', async () => {
  const simulator = await started([
    { profile: sdm120, unit: 3 },
    { profile: relay, unit: 4 },
    { profile: sdm120, unit: 5 },
  ]);
  expect(simulator.ports).toHaveLength(1);
  expect(simulator.ports[0]!.devices.map(({ unit }) => unit)).toEqual([3, 4, 5]);
  const client = await master(simulator, 5);
  await expect(client.readInputRegisters(0, 2)).resolves.toBeDefined();
  client.setID(4);
  await expect(client.readCoils(0, 8)).resolves.toBeDefined();
  client.setID(9);
  await expect(client.readCoils(0, 8)).rejects.toMatchObject({ modbusCode: 11 });
});

test('a silent bus says nothing to a foreign unit, and the link stays usable', async () => {
  const simulator = await started([{ profile: relay }], { foreignUnit: 'silent' });
  const socket = await raw(simulator);
  socket.write(Buffer.from('000100000006090100000008', 'hex'));
  expect(await exchange(socket, '0002 0000 0006 01 01 0000 0008')).toBe('00020000000401010100');
});

test('a relay keeps what it was told, by single and by multiple writes', async () => {
  const client = await master(await started([{ profile: relay }]), 1);
  await client.writeCoil(2, true);
  expect((await client.readCoils(0, 8)).data).toEqual([false, false, true, ...Array<boolean>(5).fill(false)]);
  await client.writeCoils(4, [true, true]);
  await client.writeCoil(2, false);
  expect((await client.readCoils(0, 8)).data).toEqual([
    ...Array<boolean>(4).fill(false),
    true,
    true,
    false,
    false,
  ]);
  await expect(client.writeCoil(8, true)).rejects.toMatchObject({ modbusCode: 2 });
});

test.each([
  ['an unknown function', '01 2B 0E 01 00', '01ab01'],
  ['an address that is not there', '01 04 03 00 00 02', '018402'],
  ['an address beyond the last', '01 04 FF FF 00 02', '018402'],
  ['a table that the device has not', '01 03 00 00 00 02', '018302'],
  ['no registers at all', '01 04 00 00 00 00', '018403'],
  ['126 registers', '01 04 00 00 00 7E', '018403'],
  ['more registers than the device can', '01 04 00 00 00 51', '018403'],
  ['a read of a wrong length', '01 04 00 00 00', '018403'],
  ['a write to an input register', '01 06 00 00 00 01', '018602'],
  ['a coil value that is neither on nor off', '01 05 00 00 12 34', '018503'],
  ['a byte count that is wrong', '01 10 00 00 00 01 03 00 01', '019003'],
  ['a byte count of function 23 that is wrong', '01 17 00 00 00 01 00 00 00 01 03 00 01', '019703'],
  ['a register that function 23 cannot write', '01 17 00 00 00 01 00 00 00 01 02 00 01', '019702'],
])('%s is answered with the right exception', async (_, pdu, answer) => {
  const socket = await raw(await started([{ profile: sdm120 }]));
  const body = pdu.replaceAll(' ', '');
  const length = (body.length / 2).toString(16).padStart(4, '0');
  expect(await exchange(socket, `00ff0000${length}${body}`)).toBe(`00ff00000003${answer}`);
});

test('requests in one segment, or a byte at a time, are each answered', async () => {
  const socket = await raw(await started([{ profile: relay }]));
  const received: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => received.push(chunk));
  const request = Buffer.from('000100000006010100000008', 'hex');
  socket.write(Buffer.concat([request, request]));
  for (const byte of request) socket.write(Buffer.of(byte));
  while (Buffer.concat(received).length < 30) await once(socket, 'data');
  expect(Buffer.concat(received).toString('hex')).toBe('00010000000401010100'.repeat(3));
});

test('garbage closes its own connection only, and never the server', async () => {
  const simulator = await started([{ profile: relay }]);
  const client = await master(simulator, 1);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 8, maxLength: 300 }), async (garbage) => {
      const socket = await raw(simulator);
      socket.on('error', () => undefined);
      // A protocol id other than 0 is no Modbus TCP, whatever follows.
      garbage[2] = 0x7f;
      socket.resume().write(garbage);
      await once(socket, 'close');
    }),
    { numRuns: 20 },
  );
  expect(simulator.counters.garbage).toBeGreaterThanOrEqual(20);
  await expect(client.readCoils(0, 8)).resolves.toBeDefined();
});

test('a counter counts reads, and rolls over where its register ends', async () => {
  const profile = parseProfile(
    `format: 1
id: test/counter
vendor: Test
model: Counter
description: { en: A counter, ro: Un contor }
sources: [{ title: made for this test }]
transport: modbus
metrics:
  - name: count
    label: { en: Count, ro: Numărătoare }
    unit: '1'
    datatype: UInt16
    access: rw
    max: 65535
    register: { table: holding, address: 0, type: uint16 }
simulate: { signals: { count: { kind: counter, per: read, start: 65533 } } }
`,
    'counter.yaml',
  );
  if (profile.transport !== 'modbus') throw new Error(profile.transport);
  const simulator = await started([{ profile }]);
  const client = await master(simulator, 1);
  const counts: number[] = [];
  for (let read = 0; read < 3; read++) counts.push((await client.readHoldingRegisters(0, 1)).data[0]!);
  expect(counts).toEqual([65533, 65534, 65535]);
  await client.writeRegister(0, 12);
  expect((await client.readHoldingRegisters(0, 1)).data).toEqual([12]);
  // Function 23 writes 34 and reads it back.
  const socket = await raw(simulator);
  const answer = await exchange(socket, '00010000000d0117000000010000000102' + '0022');
  expect(answer).toBe('0001000000050117020022');
});

test('signals of a device replace those of its profile', async () => {
  const signals: Record<string, Signal> = { voltage: { kind: 'constant', value: 123 } };
  const client = await master(await started([{ profile: sdm120, signals }]), 1);
  expect((await client.readInputRegisters(0, 2)).buffer.readFloatBE()).toBe(123);
});

test('two devices with one unit id on a port, and a port that is taken, are coded errors', async () => {
  const twice = createSimulator({
    devices: [
      { profile: relay, port: 5020 },
      { profile: relay, port: 5020 },
    ],
  });
  await expect(twice.start(new AbortController().signal)).rejects.toMatchObject({
    code: 'PROFILE_SIMULATION_INVALID',
  });
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  stops.push(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const taken = createSimulator({
    devices: [
      { profile: sdm120, port: 0 },
      { profile: relay, port },
    ],
  });
  await expect(taken.start(new AbortController().signal)).rejects.toMatchObject({
    code: 'PROFILE_SIMULATION_PORT',
  });
});

test('it stops at once although masters are connected, and may be stopped twice', async () => {
  const simulator = await started([{ profile: relay }]);
  const socket = await raw(simulator);
  const closed = once(socket.resume(), 'close');
  await Promise.all([simulator.stop(), simulator.stop()]);
  await closed;
});
