import { EventEmitter, once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { startBroker, type TestBroker } from '../../test-support/broker.ts';
import { Connection } from './connection.cjs';

// Real processes and sockets, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const backOff = { firstMs: 10, mostMs: 50 };
const open: { close: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function withBroker(options: Parameters<typeof startBroker>[0] = {}): Promise<TestBroker> {
  const broker = await startBroker(options);
  open.push({ close: () => broker.stop() });
  return broker;
}

function connect(url: string, options: object = {}): Connection {
  const connection = new Connection({ url, backOff, ...options });
  open.push(connection);
  return connection;
}

/** A port where nothing listens now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function until(connection: Connection, condition: () => boolean): Promise<void> {
  while (!condition()) await once(connection, 'state');
}

/** What the broker got on a topic, in order. */
function heard({ broker }: TestBroker): string[] {
  const messages: string[] = [];
  broker.subscribe(
    'p/#',
    (packet, done) => {
      messages.push(packet.payload.toString());
      done();
    },
    () => undefined,
  );
  return messages;
}

test('what is published before the broker is up arrives when it comes, in order', async () => {
  const port = await freePort();
  const connection = connect(`mqtt://127.0.0.1:${port}`);
  const sent = ['1', '2', '3'].map((text) => connection.publish('p/out/a', text));
  await until(connection, () => connection.state === 'waiting');
  expect(connection.pending).toBe(3);
  const broker = await withBroker({ port });
  const messages = heard(broker);
  await Promise.all(sent);
  expect(messages).toEqual(['1', '2', '3']);
  expect(connection.pending).toBe(0);
});

test('a full queue refuses the newest and counts it; what was accepted stays', async () => {
  const port = await freePort();
  const connection = connect(`mqtt://127.0.0.1:${port}`, { queueLimits: { messages: 2, bytes: 100 } });
  const first = connection.publish('p/out/a', 'x');
  await expect(connection.publish('p/out/a', 'y'.repeat(100))).rejects.toThrow(/queue is full/);
  const second = connection.publish('p/out/a', 'z');
  await expect(connection.publish('p/out/a', 'w')).rejects.toThrow(/2 of 2 messages/);
  expect(connection.refused).toBe(2);
  const broker = await withBroker({ port });
  const messages = heard(broker);
  await Promise.all([first, second]);
  expect(messages).toEqual(['x', 'z']);
});

test('after the connection was cut it comes back, subscribes again, and hears again', async () => {
  const broker = await withBroker();
  const connection = connect(broker.url);
  const texts = new EventEmitter();
  connection.subscribe('p/devices/+/readings', (_topic, payload) => texts.emit('text', payload.toString()));
  const say = (text: string) =>
    broker.broker.publish(
      { cmd: 'publish', topic: 'p/devices/a/readings', payload: text, qos: 1, retain: false, dup: false },
      () => undefined,
    );
  await broker.subscribed('p/devices/+/readings');
  const before = once(texts, 'text');
  say('before');
  expect(await before).toEqual(['before']);
  await broker.cut();
  await broker.subscribed('p/devices/+/readings');
  const after = once(texts, 'text');
  say('after');
  expect(await after).toEqual(['after']);
});

test('nodes with the same filter share one subscription, and the last to go ends it', async () => {
  const broker = await withBroker();
  const connection = connect(broker.url);
  const filter = 'p/devices/+/readings';
  const ends = [connection.subscribe(filter, () => undefined), connection.subscribe(filter, () => undefined)];
  await broker.subscribed(filter);
  const ended = once(broker.broker, 'unsubscribe');
  ends[0]!();
  ends[0]!(); // twice is once
  expect(connection.isRefused(filter)).toBe(false);
  ends[1]!();
  const [filters] = (await ended) as [string[]];
  expect(filters).toEqual([filter]);
});

test('a subscription that the broker refuses is known by its filter', async () => {
  const broker = await withBroker({ maySubscribe: (filter) => filter.startsWith('p/') });
  const connection = connect(broker.url);
  connection.subscribe('q/devices/+/readings', () => undefined);
  connection.subscribe('p/devices/+/readings', () => undefined);
  await until(connection, () => connection.isRefused('q/devices/+/readings'));
  expect(connection.isRefused('p/devices/+/readings')).toBe(false);
  expect(connection.state).toBe('connected');
});

test('a wrong token is said, and tried again', async () => {
  const broker = await withBroker({ password: 'right' });
  const connection = connect(broker.url, { username: 'aer', password: 'wrong' });
  connection.subscribe('p/devices/+/readings', () => undefined);
  await until(connection, () => connection.state === 'waiting' && connection.problem !== '');
  expect(connection.problem).toMatch(/not authori[sz]ed|refused/i);
  const again = new Promise<string>((resolve) => {
    broker.broker.authenticate = (_client, username, _password, done) => {
      resolve(String(username));
      done(null, false);
    };
  });
  await expect(again).resolves.toBe('aer');
});

test('a broker that never answers PUBACK: closing fails what was in flight, once', async () => {
  const server = createServer((socket) => {
    socket.once('data', () => socket.write(Buffer.from([0x20, 2, 0, 0]))); // CONNACK, then silence
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({ close: () => new Promise((resolve) => void server.close(() => resolve())) });
  const connection = connect(`mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const sent = connection.publish('p/out/a', 'x');
  await until(connection, () => connection.state === 'connected');
  const failed = expect(sent).rejects.toThrow(/closed before the broker had the message/);
  await connection.close();
  await failed;
  await expect(connection.publish('p/out/a', 'y')).rejects.toThrow(/was closed/);
});

test('an address that is no broker is refused by name', () => {
  expect(() => new Connection({ url: 'http://127.0.0.1' })).toThrow(/no broker address/);
  expect(() => new Connection({ url: '' })).toThrow(/no broker address/);
});
