import { createServer, type AddressInfo } from 'node:net';
import { createLogger } from '@city-testbed/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createBroker } from './app.ts';
import { parseBrokerConfig } from './config/load.ts';
import { BrokerUnderTest, connectionEnd, nextMessage, until } from './fixtures/broker-under-test.ts';

let under: BrokerUnderTest;

beforeEach(async () => {
  under = await BrokerUnderTest.start();
  under.allow('pilot', ['t/#']);
  under.allow('other', ['t/#']);
});
afterEach(() => under.stop());

test.each([0, 1, 2] as const)('QoS %i: every message arrives once, in order', async (qos) => {
  const subscriber = await under.client('pilot');
  const seen: string[] = [];
  subscriber.on('message', (_topic, payload, packet) => seen.push(`${payload.toString()} ${packet.qos}`));
  await subscriber.subscribeAsync('t/+', { qos });
  const publisher = await under.client('other');
  await Promise.all(Array.from({ length: 50 }, (_, n) => publisher.publishAsync('t/a', String(n), { qos })));
  await until(() => seen.length >= 50);
  expect(seen).toEqual(Array.from({ length: 50 }, (_, n) => `${n} ${qos}`));
});

test('a message is delivered at the granted QoS also where the filter has a wildcard', async () => {
  const subscriber = await under.client('pilot');
  const levels: number[] = [];
  subscriber.on('message', (_topic, _payload, packet) => levels.push(packet.qos));
  await subscriber.subscribeAsync('t/#', { qos: 1 });
  await (await under.client('other')).publishAsync('t/a', 'x', { qos: 2 });
  await until(() => levels.length > 0);
  expect(levels).toEqual([1]);
});

test('a retained STATE is there for who subscribes later, and goes when it is cleared', async () => {
  const host = await under.client('sandbox');
  await host.publishAsync('spBv1.0/STATE/sandbox', '{"online":true}', { qos: 1, retain: true });
  const late = await under.client('sandbox', { clientId: 'late' });
  const heard = nextMessage(late);
  await late.subscribeAsync('spBv1.0/STATE/+');
  expect(await heard).toMatchObject({
    topic: 'spBv1.0/STATE/sandbox',
    text: '{"online":true}',
    retain: true,
  });
  expect(await under.metric('city_broker_retained_bytes')).toBeGreaterThan(0);
  await host.publishAsync('spBv1.0/STATE/sandbox', '', { qos: 1, retain: true });
  expect(await under.metric('city_broker_retained_bytes')).toBe(0);
});

test('the NDEATH of a gateway whose connection breaks is published, and that of one that says goodbye is not', async () => {
  under.allow('gw-1', ['spBv1.0/site/NDEATH/gw-1'], {
    principal: { id: 'gw', kind: 'gateway', name: 'gw-1' },
  });
  const host = await under.client('sandbox');
  const deaths: string[] = [];
  host.on('message', (_topic, payload) => deaths.push(payload.toString()));
  await host.subscribeAsync('spBv1.0/site/NDEATH/+');
  const will = (bdSeq: string) => ({
    topic: 'spBv1.0/site/NDEATH/gw-1',
    payload: Buffer.from(bdSeq),
    qos: 1 as const,
  });
  const polite = await under.client('gw-1', { will: will('1') });
  await polite.endAsync();
  const broken = await under.client('gw-1', { will: will('2') });
  broken.stream.destroy();
  await until(() => deaths.length > 0);
  expect(deaths).toEqual(['2']);
});

test('what came while a client with a kept session was away is delivered when it is back, once', async () => {
  const session = { clientId: 'keeper', clean: false };
  const before = await under.client('pilot', session);
  await before.subscribeAsync('t/a', { qos: 1 });
  await before.endAsync();
  const publisher = await under.client('other');
  for (const text of ['1', '2', '3']) await publisher.publishAsync('t/a', text, { qos: 1 });
  expect(await under.metric('city_broker_absent_bytes')).toBeGreaterThan(0);
  const back = await under.raw();
  await back.connect('pilot', session);
  const seen = [];
  for (let n = 0; n < 3; n++) {
    const packet = await back.next('publish');
    if (packet.cmd !== 'publish') continue;
    seen.push(packet.payload.toString());
    back.send({ cmd: 'puback', messageId: packet.messageId ?? 0 });
  }
  expect(seen).toEqual(['1', '2', '3']);
  await until(async () => (await under.metric('city_broker_absent_bytes')) === 0);
});

describe('metrics and health', () => {
  test('what passes is counted', async () => {
    const client = await under.client('pilot');
    await client.subscribeAsync('t/a');
    const heard = nextMessage(client);
    await client.publishAsync('t/a', 'x', { qos: 1 });
    await heard;
    const values = await Promise.all(
      [
        'city_broker_connections{listener="tcp"}',
        'city_broker_messages_in_total{listener="tcp"}',
        'city_broker_messages_out_total{listener="tcp"}',
        'city_broker_subscriptions',
        'city_broker_sandbox_seconds_count{outcome="allow"}',
      ].map((name) => under.metric(name)),
    );
    expect(values).toEqual([1, 1, 1, 1, 1]);
    expect(await under.metric('city_broker_bytes_in_total{listener="tcp"}')).toBeGreaterThan(50);
  });

  test('health names its parts, and says when the sandbox does not answer', async () => {
    const { port } = under.broker.addresses().metrics!;
    const health = async () => {
      const response = await fetch(`http://127.0.0.1:${port}/health`);
      return [response.status, ((await response.json()) as { status: string }).status];
    };
    await under.client('pilot');
    expect(await health()).toEqual([200, 'ok']);
    await under.sandbox.stop();
    await expect(under.client('nobody')).rejects.toThrow(/Server unavailable/);
    expect(await health()).toEqual([200, 'degraded']);
  });
});

test('every port that is taken is named at once', async () => {
  const [one, two] = [createServer(), createServer()];
  for (const server of [one, two])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const ports = [one, two].map((server) => (server.address() as AddressInfo).port);
  const config = parseBrokerConfig('anonymous: true', '.', {
    CITY_BROKER__LISTENERS__TCP__PORT: String(ports[0]),
    CITY_BROKER__METRICS__PORT: String(ports[1]),
  });
  const broker = createBroker(config, { log: createLogger({ name: 'test', level: 'silent' }) });
  await expect(broker.start(new AbortController().signal)).rejects.toMatchObject({
    code: 'BROKER_PORT_BUSY',
    message: expect.stringMatching(new RegExp(`127.0.0.1:${ports[0]}.*127.0.0.1:${ports[1]}`)) as string,
  });
  await broker.stop();
  for (const server of [one, two]) server.close();
});

test('stop ends every connection, also of clients that said nothing yet, and may be called again', async () => {
  const client = await under.client('pilot');
  const silent = await under.raw();
  const closed = Promise.all([connectionEnd(client), silent.closed()]);
  await under.broker.stop();
  await closed;
  await under.broker.stop();
});
