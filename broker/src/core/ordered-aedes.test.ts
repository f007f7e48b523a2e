import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { Aedes } from 'aedes';
import { generate, parser } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { connectPacket, publishPacket } from '../fixtures/broker-under-test.ts';
import { inside } from './inside.ts';
import { OrderedAedes } from './ordered-aedes.ts';

const pairs = 200;

/** Publishes pairs of a retained and a plain message, each pair in one write, and gives back what a subscriber saw. */
async function liveMessages(aedes: Aedes): Promise<string[]> {
  await aedes.listen();
  const server = createServer((socket) => aedes.handle(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const seen: string[] = [];
  const open = async (clientId: string) => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const parsing = parser();
    socket.on('data', (chunk) => parsing.parse(chunk));
    socket.write(generate(connectPacket('x', { clientId })));
    await once(parsing, 'packet');
    return { socket, parsing };
  };
  const subscriber = await open('subscriber');
  subscriber.socket.write(
    generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: '#', qos: 0 }] }),
  );
  await once(subscriber.parsing, 'packet');
  const ended = new Promise<void>((resolve) => {
    subscriber.parsing.on('packet', (packet) => {
      if (packet.cmd !== 'publish') return;
      if (packet.topic === 'end') resolve();
      else seen.push(packet.payload.toString());
    });
  });
  const publisher = await open('publisher');
  for (let n = 0; n < pairs; n++)
    publisher.socket.write(
      Buffer.concat([
        generate(publishPacket('a', `retained ${n}`, { retain: true })),
        generate(publishPacket('b', `plain ${n}`)),
      ]),
    );
  publisher.socket.write(generate(publishPacket('end', '')));
  await ended;
  publisher.socket.destroy();
  subscriber.socket.destroy();
  await new Promise<void>((resolve) => aedes.close(resolve));
  await new Promise((resolve) => server.close(resolve));
  return seen;
}

test('a retained message before a plain one in one write is delivered live, and in order', async () => {
  const sent = Array.from({ length: pairs }, (_, n) => [`retained ${n}`, `plain ${n}`]).flat();
  expect(await liveMessages(new OrderedAedes({}))).toEqual(sent);
});

test('plain Aedes loses them: when this fails, the override has become needless', async () => {
  const seen = await liveMessages(new Aedes({}));
  expect(seen.filter((payload) => payload.startsWith('retained')).length).toBeLessThan(pairs);
});

test('a publish that fails before the emitter does not hold up the next', async () => {
  const aedes = new OrderedAedes({});
  await aedes.listen();
  const { persistence } = inside(aedes);
  const kept = persistence.storeRetained.bind(persistence);
  persistence.storeRetained = (packet) =>
    packet.topic === 'broken' ? Promise.reject(new Error('disk full')) : kept(packet);
  const outcomes: string[] = [];
  const publish = (topic: string, retain: boolean) =>
    new Promise<void>((resolve) => {
      aedes.publish({ cmd: 'publish', topic, payload: 'x', qos: 0, retain, dup: false }, (error) => {
        outcomes.push(`${topic}: ${error?.message ?? 'ok'}`);
        resolve();
      });
    });
  await Promise.all([publish('broken', true), publish('a', false), publish('b', true), publish('c', false)]);
  expect(outcomes).toEqual(['broken: disk full', 'a: ok', 'b: ok', 'c: ok']);
  expect(aedes.waiting).toBe(0);
  await new Promise<void>((resolve) => aedes.close(resolve));
});

test('thousands that wait behind one store write go out without exhausting the stack', async () => {
  const aedes = new OrderedAedes({});
  await aedes.listen();
  const seen: string[] = [];
  await new Promise<void>((resolve) =>
    aedes.subscribe(
      '#',
      (packet, done) => {
        if (!packet.topic.startsWith('$')) seen.push(packet.topic);
        done();
      },
      resolve,
    ),
  );
  const count = 50_000;
  await new Promise<void>((resolve) => {
    for (let n = 0; n <= count; n++)
      aedes.publish(
        { cmd: 'publish', topic: String(n), payload: 'x', qos: 0, retain: n === 0, dup: false },
        () => n === count && resolve(),
      );
  });
  expect(seen).toEqual(Array.from({ length: count + 1 }, (_, n) => String(n)));
  await new Promise<void>((resolve) => aedes.close(resolve));
});
