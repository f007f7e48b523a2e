import { once } from 'node:events';
import { connect } from 'node:net';
import { ManualClock } from '@city-testbed/runtime';
import { afterEach, expect, test } from 'vitest';
import { BrokerUnderTest, connectionEnd, publishPacket, until } from '../fixtures/broker-under-test.ts';

let under: BrokerUnderTest;

async function start(overrides: Record<string, string> = {}, clock?: ManualClock): Promise<void> {
  under = await BrokerUnderTest.start(overrides, clock);
  under.allow('pilot', ['t/#']);
  under.allow('other', ['t/#']);
}
afterEach(() => under.stop());

const count = (kind: string, reason: string): Promise<number> =>
  under.metric(`city_broker_incidents_total{kind="${kind}",reason="${reason}"}`);

test('a CONNECT of 50 MB is refused at its header: none of it is read', async () => {
  await start();
  const socket = connect(under.port, '127.0.0.1');
  socket.on('error', () => undefined); // the reset
  const header = [0x10, 0x80, 0xe1, 0xeb, 0x17, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60];
  socket.write(Buffer.concat([Buffer.from(header), Buffer.alloc(20_000)]));
  await once(socket, 'close');
  expect(await count('refused', 'packet_too_large')).toBe(1);
  expect(await under.metric('city_broker_bytes_in_total{listener="tcp"}')).toBeLessThan(20_016);
});

test('a client may send packets up to its own limit, and is cut for a larger one', async () => {
  await start({ LIMITS__PACKET_BYTES: '1000' });
  under.allow('large', ['t/#'], { limits: { packetBytes: 100_000 } });
  const large = await under.client('large');
  await large.publishAsync('t/a', Buffer.alloc(90_000), { qos: 1 });
  const small = await under.client('pilot');
  await small.publishAsync('t/a', Buffer.alloc(900), { qos: 1 });
  const closed = connectionEnd(small);
  small.publish('t/a', Buffer.alloc(1000));
  await closed;
  expect(await count('cut', 'packet_too_large')).toBe(1);
});

test('what is not MQTT is let go at its first bytes, and what says nothing after a time', async () => {
  await start({ LIMITS__CONNECT_TIMEOUT_MS: '50' });
  const http = connect(under.port, '127.0.0.1');
  http.write('GET / HTTP/1.1\r\n\r\n');
  await once(http.resume(), 'close');
  const silent = await under.raw();
  await silent.closed();
  const slow = await under.raw();
  slow.socket.write(Buffer.from([0x10, 100, 0, 4]));
  await slow.closed();
  expect([await count('refused', 'not_mqtt'), await count('refused', 'connect_timeout')]).toEqual([1, 2]);
});

test('a client that sends more messages a second than it may is cut', async () => {
  await start({ LIMITS__MESSAGES_PER_SECOND: '50' });
  const raw = await under.raw();
  await raw.connect('pilot');
  raw.send(...Array.from({ length: 100 }, () => publishPacket('t/a', 'x')));
  raw.send({ cmd: 'pingreq' });
  raw.send(...Array.from({ length: 200 }, () => publishPacket('t/a', 'x')));
  await raw.closed();
  expect(await count('cut', 'message_rate')).toBe(1);
});

test('an address that connects too often has to wait, without a handshake', async () => {
  await start({ LIMITS__CONNECTS_PER_SECOND: '1' }, new ManualClock());
  for (let n = 0; n < 4; n++) {
    const raw = await under.raw();
    raw.send({ cmd: 'pingreq' });
    await raw.closed();
  }
  expect([await count('refused', 'not_mqtt'), await count('refused', 'connect_rate')]).toEqual([2, 2]);
});

test('the number of connections is bounded', async () => {
  await start({ LIMITS__CONNECTIONS: '1' });
  await under.client('pilot');
  const second = await under.raw();
  expect(await second.connect('other')).toMatchObject({ returnCode: 3 });
  await second.closed();
  expect(await count('refused', 'too_many_connections')).toBe(1);
});

test('one credential cannot use up the connections of the others', async () => {
  await start({ LIMITS__CONNECTIONS_PER_PRINCIPAL: '2' });
  const first = await under.client('pilot', { clientId: 'a' });
  await under.client('pilot', { clientId: 'b' });
  const third = await under.raw();
  expect(await third.connect('pilot', { clientId: 'c' })).toMatchObject({ returnCode: 3 });
  expect(await count('refused', 'connections_per_principal')).toBe(1);
  await under.client('other');
  await under.client('pilot', { clientId: 'b' }); // takes its own place again
  await first.endAsync();
  await until(async () => (await under.metric('city_broker_connections{listener="tcp"}')) === 2);
  await under.client('pilot', { clientId: 'c' });
});

test('one credential cannot use up the kept sessions of the others', async () => {
  await start({ LIMITS__SESSIONS_PER_PRINCIPAL: '1' });
  await (await under.client('pilot', { clientId: 'a', clean: false })).endAsync();
  const second = await under.raw();
  expect(await second.connect('pilot', { clientId: 'b', clean: false })).toMatchObject({ returnCode: 3 });
  expect(await count('refused', 'sessions_per_principal')).toBe(1);
  await under.client('other', { clientId: 'c', clean: false });
  await (await under.client('pilot', { clientId: 'a', clean: true })).endAsync();
  await under.client('pilot', { clientId: 'b', clean: false });
});

test('the host gets in while all places are taken, and what it retains is kept while others fill the rest', async () => {
  await start({
    LIMITS__CONNECTIONS: '1',
    LIMITS__CONNECTIONS_PER_PRINCIPAL: '1',
    LIMITS__ABSENT_SESSIONS: '1',
    LIMITS__RETAINED_BYTES: '1000',
  });
  under.allow('gw', ['t/#'], { principal: { id: 'gw', kind: 'gateway', name: 'gw' } });
  const gateway = await under.client('gw', { clientId: 'gw', clean: false });
  await gateway.publishAsync('t/full', Buffer.alloc(700), { qos: 1, retain: true });
  await gateway.publishAsync('t/more', Buffer.alloc(700), { qos: 1, retain: true });
  expect(await count('dropped', 'retained_full')).toBe(1);
  const will = { topic: 't/state', payload: Buffer.from('gone'), qos: 1 as const, retain: true };
  const host = await under.client('sandbox', { clientId: 'h', clean: false, will });
  await host.publishAsync('t/state', 'online', { qos: 1, retain: true });
  const ear = await under.client('sandbox', { clientId: 'ear' });
  const heard: string[] = [];
  ear.on('message', (topic, payload, { retain }) => {
    if (retain && topic === 't/state') heard.push(payload.toString());
  });
  await ear.subscribeAsync('t/state');
  await until(() => heard.length === 1);
  host.stream.destroy();
  await until(async () => (await under.metric('city_broker_connections{listener="tcp"}')) === 2);
  await ear.unsubscribeAsync('t/state');
  await ear.subscribeAsync('t/state');
  await until(() => heard.length === 2);
  expect(heard).toEqual(['online', 'gone']);
});

test('what a service publishes reaches who is there and is not retained, its will neither', async () => {
  await start();
  const ear = await under.client('sandbox', { clientId: 'ear' });
  const heard: string[] = [];
  ear.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`));
  await ear.subscribeAsync('t/#');
  await ear.publishAsync('t/b', 'of the host', { qos: 1, retain: true });
  const will = { topic: 't/will', payload: Buffer.from('gone'), qos: 1 as const, retain: true };
  const service = await under.client('pilot', { will });
  await service.publishAsync('t/a', 'live', { qos: 1, retain: true });
  await service.publishAsync('t/b', '', { qos: 1, retain: true }); // takes away nothing either
  service.stream.destroy();
  await until(() => heard.includes('t/will gone'));
  expect(heard).toEqual(['t/b of the host', 't/a live', 't/b ', 't/will gone']);
  const late = await under.client('sandbox', { clientId: 'late' });
  const kept: string[] = [];
  late.on('message', (topic) => kept.push(topic));
  await late.subscribeAsync('t/#');
  await late.publishAsync('t/end', '', { qos: 1 });
  await until(() => kept.includes('t/end'));
  expect(kept).toEqual(['t/b', 't/end']);
});

/** A subscriber that stops reading once it has subscribed. */
async function frozen(filter: string, qos: 0 | 1): Promise<() => Promise<void>> {
  const raw = await under.raw();
  await raw.connect('pilot', { clientId: 'frozen' });
  raw.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: filter, qos }] });
  await raw.next('suback');
  raw.socket.pause();
  return async () => {
    raw.socket.resume();
    await raw.closed();
  };
}

test.each([0, 1] as const)(
  'a subscriber that stops reading at QoS %i is cut within its time-out, and stalls nobody meanwhile',
  async (qos) => {
    await start({
      DRAIN_TIMEOUT_MS: '2000',
      LIMITS__QUEUED_BYTES: '1000000000',
      LIMITS__MESSAGES_PER_SECOND: '1000000',
    });
    const cut = await frozen('t/same', qos);
    const same: number[] = [];
    const unrelated: number[] = [];
    const ear = await under.client('other', { clientId: 'ear' });
    ear.on('message', (topic, payload) => (topic === 't/same' ? same : unrelated).push(payload.length));
    await ear.subscribeAsync({ 't/same': { qos }, 't/unrelated': { qos } });
    const mouth = await under.client('other', { clientId: 'mouth' });
    const payload = Buffer.alloc(1000);
    const each = 500;
    let rounds = 0;
    const round = async (): Promise<void> => {
      rounds++;
      for (let n = 0; n < each; n++) mouth.publish('t/same', payload, { qos });
      mouth.publish('t/unrelated', payload, { qos });
      await until(() => same.length === rounds * each && unrelated.length === rounds);
    };
    // the kernel takes some MB before the subscriber's silence is felt
    while ((await under.metric('city_broker_queued_bytes')) < 500_000) await round();
    for (let more = 0; more < 5; more++) await round();
    // all that went round while the silent one was still there: whoever waits for it would have waited for this
    expect(await count('cut', 'drain_timeout')).toBe(0);
    await until(async () => (await count('cut', 'drain_timeout')) === 1);
    await round();
    await cut();
    expect(await under.metric('city_broker_queued_bytes')).toBe(0);
  },
  30_000,
);

test('a subscriber that stops reading is cut once too much waits for it, before its time-out', async () => {
  await start({ LIMITS__QUEUED_BYTES: '300000', LIMITS__MESSAGES_PER_SECOND: '1000000' });
  const cut = await frozen('t/a', 0);
  const mouth = await under.client('other');
  const payload = Buffer.alloc(100_000);
  while ((await count('cut', 'queue_full')) === 0) await mouth.publishAsync('t/a', payload, { qos: 1 });
  await cut();
});

test('a subscriber that is slower than its publisher for a while loses nothing', async () => {
  await start({ LIMITS__MESSAGES_PER_SECOND: '1000000' });
  const raw = await under.raw();
  await raw.connect('pilot');
  raw.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 't/a', qos: 0 }] });
  await raw.next('suback');
  raw.socket.pause();
  const mouth = await under.client('other');
  const total = 300;
  const sent = Promise.all(
    Array.from({ length: total }, (_, n) => mouth.publishAsync('t/a', Buffer.alloc(20_000, n), { qos: 1 })),
  );
  await until(async () => (await under.metric('city_broker_queued_bytes')) > 0);
  raw.socket.resume();
  await sent;
  for (let n = 0; n < total; n++) {
    const packet = await raw.next('publish');
    expect(packet.cmd === 'publish' && packet.payload[0]).toBe(n % 256);
  }
});

test('an absent client has a bounded queue, and retained messages are bounded in all', async () => {
  await start({ LIMITS__QUEUED_BYTES: '20000', LIMITS__RETAINED_BYTES: '20000' });
  const keeper = await under.client('pilot', { clientId: 'keeper', clean: false });
  await keeper.subscribeAsync('t/a', { qos: 1 });
  await keeper.endAsync();
  await until(async () => (await under.metric('city_broker_connections{listener="tcp"}')) === 0);
  under.allow('gw', ['t/#'], { principal: { id: 'gw', kind: 'gateway', name: 'gw' } });
  const mouth = await under.client('gw');
  for (let n = 0; n < 20; n++) await mouth.publishAsync('t/a', Buffer.alloc(1000, n), { qos: 1 });
  expect(await count('dropped', 'offline_queue_full')).toBe(12);
  for (let n = 0; n < 20; n++)
    await mouth.publishAsync(`t/${n}`, Buffer.alloc(1000), { qos: 1, retain: true });
  expect(await count('dropped', 'retained_full')).toBe(4);
  const raw = await under.raw();
  await raw.connect('pilot', { clientId: 'keeper', clean: false });
  for (let n = 0; n < 8; n++) {
    const packet = await raw.next('publish');
    expect(packet.cmd === 'publish' && packet.payload[0]).toBe(n); // what came first is kept
  }
});

test('a client with a kept session that acknowledges nothing is cut, and its queue stays within its limit', async () => {
  await start({ LIMITS__QUEUED_BYTES: '20000' });
  const raw = await under.raw();
  await raw.connect('pilot', { clean: false });
  raw.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 't/a', qos: 1 }] });
  await raw.next('suback');
  const mouth = await under.client('other');
  for (let n = 0; n < 20; n++) await mouth.publishAsync('t/a', Buffer.alloc(1000), { qos: 1 });
  await raw.closed();
  expect(await count('cut', 'unacknowledged')).toBe(1);
  expect(await under.metric('city_broker_absent_bytes')).toBeLessThanOrEqual(10_000);
});
