import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createLogger, systemClock, systemRandom } from '@city-testbed/runtime';
import { connectAsync } from 'mqtt';
import { afterEach, expect, it, vi } from 'vitest';
import { startBroker } from '../fixtures/test-broker.ts';
import { createBrokerLink, type BrokerLink } from './broker-link.ts';

const soon = { timeout: 8000, interval: 10 };
const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

function linkTo(url: string): BrokerLink {
  const state = { topic: 'state', payload: Buffer.from('bye'), qos: 1, retain: false } as const;
  return createBrokerLink({
    ...{ url, clientId: 'link', username: 'sandbox', password: 'x' },
    session: { will: () => state, farewell: () => [state] },
    ...{ clock: systemClock, random: systemRandom, log: createLogger({ name: 'test', level: 'silent' }) },
  });
}

it('lives on when a stage cannot act on a message, on a full disk say, and the other stages hear it', async () => {
  const broker = await startBroker();
  open.push(broker);
  const link = linkTo(broker.url);
  const full = (): never => {
    throw new Error('database or disk is full');
  };
  const heard: string[] = [];
  link.onConnected(full);
  link.onConnected(() => link.subscribe([{ filter: 'a/#', qos: 1 }]));
  link.onMessage('a/', full);
  link.onMessage('a/', (topic) => heard.push(topic));
  link.onDisconnected(full);
  await link.start(new AbortController().signal);
  open.push({ close: () => link.stop() });
  await vi.waitFor(() => expect(link.connected).toBe(true), soon);
  const other = await connectAsync(broker.url, { reconnectPeriod: 0 });
  open.push({ close: () => other.endAsync(true) });
  await vi.waitFor(async () => {
    await other.publishAsync('a/1', 'x', { qos: 1 });
    expect(heard).toContain('a/1');
  }, soon);
  expect(link.counters().failed).toBeGreaterThanOrEqual(2);
  link.reconnect();
  await vi.waitFor(() => expect(link.counters().connects).toBe(2), soon);
});

it('connects anew and stops although the broker answers nothing any more', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined); // the link cuts it, as it should
    socket.once('data', () => socket.write(Buffer.from([0x20, 2, 0, 0]))); // CONNACK, and nothing after it
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => new Promise((resolve) => server.close(resolve)) });
  const link = linkTo(`mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await link.start(new AbortController().signal);
  await vi.waitFor(() => expect(link.connected).toBe(true), soon);
  link.send({ topic: 'state', payload: Buffer.from('on'), qos: 1, retain: false });
  link.reconnect();
  await vi.waitFor(() => expect(link.counters().connects).toBe(2), soon);
  await vi.waitFor(() => expect(link.connected).toBe(true), soon);
  await link.stop();
  expect(sockets).toHaveLength(2);
}, 20_000);
