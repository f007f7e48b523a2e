import { once, type EventEmitter } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { BrokenPeer } from '../../testing/broken-peer.ts';
import { modbusBench, type Bench } from '../../testing/modbus-bench.ts';
import { deviceOf, registers } from '../../testing/profiles.ts';
import { counting } from '../counters.ts';
import { ModbusConnection } from './connection.ts';
import { MbapPort } from './mbap-port.ts';
import { RtuPort } from './rtu-port.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** modbus-serial keeps what is under way in here; its types do not say so. */
function transactions(connection: ModbusConnection): number {
  const { _transactions } = connection.client as unknown as { _transactions: object };
  return Object.keys(_transactions).length;
}

async function socketTo(peer: BrokenPeer): Promise<Socket> {
  const socket = connect(peer.port, '127.0.0.1');
  await once(socket, 'connect');
  cleanUp.push(() => Promise.resolve(socket.destroy()));
  return socket;
}

test.each(['tcp', 'rtu'] as const)(
  'thousands of time-outs and answers over %s framing leave nothing behind in modbus-serial or on the socket',
  async (framing) => {
    const peer = await new BrokenPeer(framing, ({ address }, nth) => {
      if (address === 1) return 'never';
      return (['good', 'late', 'foreign-unit', 'short', { exception: 2 }, 'good'] as const)[nth % 6]!;
    }).start();
    cleanUp.push(() => peer.stop());
    const socket = await socketTo(peer);
    const counters = counting();
    const port = new (framing === 'tcp' ? MbapPort : RtuPort)(socket, counters);
    const connection = new ModbusConnection(socket, port, counters);
    const patience = { timeoutMs: 2, anyUnit: false };
    const ask = (address: number) =>
      connection.request((client, done) => client.writeFC3(1, address, 2, done), patience);
    await ask(0);
    const listeners = (): number[] => [
      ...(['data', 'error', 'close', 'drain', 'end'] as const).map((name) => socket.listenerCount(name)),
      ...(['data', 'malformed'] as const).map((name) => port.listenerCount(name)),
      (connection.client as unknown as EventEmitter).listenerCount('error'),
    ];
    const before = listeners();
    for (let request = 0; request < 2400; request++) await ask(request % 4 === 0 ? 1 : 0);
    expect(counters.timeouts).toBeGreaterThan(1000);
    expect(transactions(connection)).toBe(1);
    expect(listeners()).toEqual(before);
    expect(port.pending).toBeLessThanOrEqual(512);
    expect(socket.writableLength).toBe(0);
  },
  30_000,
);

test('hundreds of reconnects leave no connection, no timer and no listener behind', async () => {
  const device = deviceOf(registers([0]));
  const bench: Bench = await modbusBench({
    devices: [device],
    timeoutMs: 5000,
    deed: () => 'hang-up',
  });
  cleanUp.push(() => bench.stop());
  const { peer, driver } = bench;
  const poll = driver.link(device).poll(device.metrics);
  const lost = async (): Promise<void> => {
    await expect(poll.read()).rejects.toMatchObject({ code: 'GATEWAY_PORT_LOST' });
    await driver.open();
  };
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  await lost();
  const before = timers();
  for (let round = 0; round < 300; round++) await lost();
  expect(timers()).toBeLessThanOrEqual(before + 1);
  expect(peer.connects).toBe(302);
  expect(peer.connections).toBeLessThanOrEqual(2);
});

test('a stream that takes no bytes is given up before requests pile up in it', async () => {
  const peer = await new BrokenPeer('tcp', () => 'never').start();
  cleanUp.push(() => peer.stop());
  const socket = await socketTo(peer);
  const counters = counting();
  const connection = new ModbusConnection(socket, new MbapPort(socket, counters), counters);
  socket.cork(); // as when the peer's window is closed
  const ask = () =>
    connection.request((client, done) => client.writeFC3(1, 0, 1, done), { timeoutMs: 1, anyUnit: false });
  let requests = 0;
  const flood = async (): Promise<void> => {
    for (; requests < 1000; requests++) await ask();
  };
  await expect(flood()).rejects.toMatchObject({ code: 'GATEWAY_PORT_LOST' });
  expect(requests).toBeLessThan(100);
  expect(socket.destroyed).toBe(true);
});
