import { afterEach, beforeEach, expect, test } from 'vitest';
import { BrokerUnderTest, connectionEnd, publishPacket, until } from '../fixtures/broker-under-test.ts';

let under: BrokerUnderTest;

beforeEach(async () => {
  under = await BrokerUnderTest.start({ LIMITS__SUBSCRIPTIONS: '3', LIMITS__TOPIC_LEVELS: '6' });
  under.allow('pilot', ['pilots/one/live/#']);
});
afterEach(() => under.stop());

async function granted(filters: readonly string[]): Promise<unknown> {
  const raw = await under.raw();
  await raw.connect('pilot');
  raw.send({
    cmd: 'subscribe',
    messageId: 1,
    subscriptions: filters.map((topic) => ({ topic, qos: 1 as const })),
  });
  const suback = await raw.next('suback');
  return suback.cmd === 'suback' ? suback.granted : undefined;
}

test('a filter that the ACL covers is granted, a broader one is refused with 0x80 and told to the host', async () => {
  const events = await under.events();
  expect(
    await granted(['pilots/one/live/#', 'pilots/one/live/devices/+/readings', 'pilots/+/live/#', '#']),
  ).toEqual([1, 1, 128, 128]);
  await until(() => events.length >= 2);
  expect(events).toMatchObject([
    {
      kind: 'refused',
      reason: 'subscribe_not_allowed',
      detail: 'pilots/+/live/#',
      principal: { pilot: 'pilot' },
    },
    { kind: 'refused', reason: 'subscribe_not_allowed', detail: '#' },
  ]);
});

test('a client holds no more filters than it may; one that it holds can be asked for again', async () => {
  const base = 'pilots/one/live';
  expect(await granted([`${base}/a`, `${base}/b`, `${base}/c`, `${base}/d`, `${base}/a`])).toEqual([
    1, 1, 1, 128,
  ]);
  const client = await under.client('pilot');
  for (const name of ['a', 'b', 'c']) await client.subscribeAsync(`${base}/${name}`);
  await client.unsubscribeAsync(`${base}/a`);
  await client.subscribeAsync(`${base}/d`);
});

test('shared subscriptions are refused, since they would never deliver', async () => {
  expect(await granted(['$share/group/pilots/one/live/#'])).toEqual([128]);
});

test.each([
  'pilots/one/live/a+',
  'pilots/one/live/#/b',
  'pilots/one/live/a#',
  'pilots/one/live/\0',
  'a/b/c/d/e/f/g',
])('the filter %j is none, and ends the connection', async (filter) => {
  const raw = await under.raw();
  await raw.connect('pilot');
  raw.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: filter, qos: 0 }] });
  await raw.closed();
  const cuts = (reason: string) => under.metric(`city_broker_incidents_total{kind="cut",reason="${reason}"}`);
  // Aedes looks at the levels first, and calls them a topic's
  expect((await cuts('invalid_filter')) + (await cuts('invalid_topic'))).toBe(1);
});

test.each([
  ['pilots/two/live/out/x', 'publish_not_allowed'],
  ['$SYS/x', 'publish_not_allowed'],
  ['pilots/one/live/\0', 'invalid_topic'],
  ['pilots/one/live/d/e/f/g', 'invalid_topic'],
])('a publish on %j is not delivered, and ends the connection', async (topic, reason) => {
  const events = await under.events();
  const host = await under.client('sandbox', { clientId: 'ear' });
  const heard: string[] = [];
  host.on('message', (at) => heard.push(at));
  await host.subscribeAsync('pilots/#');
  const raw = await under.raw();
  await raw.connect('pilot');
  raw.send(publishPacket(topic, 'x'));
  await raw.closed();
  await until(() => events.length > 0);
  expect(events).toMatchObject([{ kind: 'cut', reason }]);
  await host.publishAsync('pilots/end', '');
  await until(() => heard.includes('pilots/end'));
  expect(heard).toEqual(['pilots/end']);
});

test('wills of clients that are cut for what they published are still heard', async () => {
  const host = await under.client('sandbox');
  const heard: string[] = [];
  host.on('message', (at) => heard.push(at));
  await host.subscribeAsync('pilots/#');
  const client = await under.client('pilot', {
    will: { topic: 'pilots/one/live/out/gone', payload: Buffer.from('x') },
  });
  const closed = connectionEnd(client);
  client.publish('pilots/two/live/out/x', 'x');
  await closed;
  await until(() => heard.length > 0);
  expect(heard).toEqual(['pilots/one/live/out/gone']);
});

test('where the sandbox gives no ACL, each topic is asked about once, and publishes keep their order', async () => {
  under.sandbox.logins.set('asked', { principal: { id: 'asked', kind: 'service', name: 'asked' } });
  for (const topic of ['x/a', 'x/b', 'x/+']) under.sandbox.allowedTopics.add(topic);
  const client = await under.client('asked');
  const heard: string[] = [];
  client.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`));
  await client.subscribeAsync('x/+');
  await expect(client.subscribeAsync('y/+')).rejects.toThrow();
  const sent = Array.from({ length: 20 }, (_, n) => [n % 2 ? 'x/a' : 'x/b', String(n)] as const);
  await Promise.all(sent.map(([topic, text]) => client.publishAsync(topic, text)));
  await until(() => heard.length === sent.length);
  expect(heard).toEqual(sent.map((pair) => pair.join(' ')));
  expect(
    under.sandbox.asked.authorize.map(({ action, topic }) => `${String(action)} ${String(topic)}`),
  ).toEqual(['subscribe x/+', 'subscribe y/+', 'publish x/b', 'publish x/a']);
  const closed = connectionEnd(client);
  client.publish('x/c', 'not allowed');
  await closed;
});

test('what a kept session holds is not delivered once its client may no longer hear it', async () => {
  const before = await under.client('pilot', { clientId: 'kept', clean: false });
  await before.subscribeAsync('pilots/one/live/a', { qos: 1 });
  await before.endAsync();
  const host = await under.client('sandbox');
  await host.publishAsync('pilots/one/live/a', 'secret now', { qos: 1 });
  under.allow('pilot', ['pilots/one/runs/#'], {
    password: 'newer',
    principal: { id: 'a-newer-token', kind: 'service', name: 'pilot', pilot: 'one' },
  });
  const raw = await under.raw();
  await raw.connect('pilot', { clientId: 'kept', clean: false, password: Buffer.from('newer') });
  raw.send({ cmd: 'pingreq' });
  await raw.next('pingresp');
  expect(raw.packets).toEqual([]);
  expect(await under.metric('city_broker_incidents_total{kind="dropped",reason="forward_not_allowed"}')).toBe(
    1,
  );
});
