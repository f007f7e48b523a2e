import { once } from 'node:events';
import { connect } from 'node:net';
import { ManualClock } from '@city-testbed/runtime';
import { afterEach, describe, expect, test } from 'vitest';
import {
  BrokerUnderTest,
  connectionEnd,
  connectPacket,
  nextMessage,
  until,
} from '../fixtures/broker-under-test.ts';

let under: BrokerUnderTest;

async function start(overrides: Record<string, string> = {}, clock?: ManualClock): Promise<void> {
  under = await BrokerUnderTest.start(overrides, clock);
  under.allow('pilot', ['t/#']);
}
afterEach(() => under.stop());

const returnCode = async (username: string, options: object = {}): Promise<unknown> => {
  const raw = await under.raw();
  return raw.connect(username, options);
};

describe('who may connect', () => {
  test('the sandbox is told who asks, from where and over what', async () => {
    await start();
    await under.client('pilot', { clientId: 'c-1' });
    expect(under.sandbox.asked.authenticate).toEqual([
      { clientid: 'c-1', username: 'pilot', password: 'secret', peerhost: '127.0.0.1', transport: 'tcp' },
    ]);
  });

  test('wrong credentials, none at all, and an unknown name are refused with code 5, and told to the host', async () => {
    await start();
    const events = await under.events();
    const none = { username: undefined, password: undefined };
    expect(await returnCode('pilot', { password: Buffer.from('wrong') })).toMatchObject({ returnCode: 5 });
    expect(await returnCode('nobody')).toMatchObject({ returnCode: 5 });
    expect(await returnCode('pilot', none)).toMatchObject({ returnCode: 5 });
    await until(() => events.length >= 3);
    expect(events.map(({ kind, reason }) => `${kind} ${reason}`)).toEqual([
      'refused bad_credentials',
      'refused bad_credentials',
      'refused no_credentials',
    ]);
    expect(events[0]).toMatchObject({ clientId: 'raw-pilot', detail: 'bad_credentials' });
    expect(await under.metric('city_broker_incidents_total{kind="refused",reason="bad_credentials"}')).toBe(
      2,
    );
  });

  test('without the sandbox new clients get code 3, and those who are here go on', async () => {
    await start();
    const here = await under.client('pilot', { clientId: 'here' });
    await here.subscribeAsync('t/a');
    await under.sandbox.stop();
    expect(await returnCode('other')).toMatchObject({ returnCode: 3 });
    const heard = nextMessage(here);
    await here.publishAsync('t/a', 'still');
    expect((await heard).text).toBe('still');
  });

  test('a sandbox that does not know our secret, or hangs, is a sandbox that is not there', async () => {
    await start({ SANDBOX__TIMEOUT_MS: '50' });
    let open: () => void = () => undefined;
    under.sandbox.gate = new Promise<void>((resolve) => (open = resolve));
    expect(await returnCode('pilot')).toMatchObject({ returnCode: 3 });
    open();
    Object.assign(under.sandbox, { secret: 'another' });
    expect(await returnCode('pilot')).toMatchObject({ returnCode: 3 });
  });

  test('guessing is slowed down, while a right password that is known still passes', async () => {
    await start();
    const good = await under.client('pilot', { clientId: 'good' });
    await good.endAsync();
    for (let n = 0; n < 10; n++)
      expect(await returnCode('pilot', { password: Buffer.from(String(n)) })).toMatchObject({
        returnCode: 5,
      });
    const asked = under.sandbox.asked.authenticate.length;
    expect(await returnCode('pilot', { password: Buffer.from('next') })).toMatchObject({ returnCode: 5 });
    expect(under.sandbox.asked.authenticate.length).toBe(asked);
    await under.client('pilot', { clientId: 'good' });
  });

  test('an answer that allows is used again, and clients that come back together cost one question', async () => {
    await start();
    const ids = Array.from({ length: 20 }, (_, n) => `c-${n}`);
    for (const code of await Promise.all(ids.map((clientId) => returnCode('pilot', { clientId }))))
      expect(code).toMatchObject({ returnCode: 0 });
    await returnCode('pilot', { clientId: 'later' });
    expect(under.sandbox.asked.authenticate.length).toBe(1);
  });

  test('anonymous clients come in only where the configuration says so, and never to `$` topics', async () => {
    await start({ ANONYMOUS: 'true' });
    const raw = await under.raw();
    expect(await raw.connect('x', { username: undefined, password: undefined })).toMatchObject({
      returnCode: 0,
    });
    raw.send({
      cmd: 'subscribe',
      messageId: 1,
      subscriptions: [
        { topic: '#', qos: 0 },
        { topic: '$city/events', qos: 0 },
        { topic: '$SYS/#', qos: 0 },
      ],
    });
    expect(await raw.next('suback')).toMatchObject({ granted: [0, 128, 128] });
  });
});

describe('client ids', () => {
  test('another principal cannot take over, the same one can', async () => {
    await start();
    under.allow('other', ['t/#']);
    const first = await under.client('pilot', { clientId: 'shared' });
    expect(await returnCode('other', { clientId: 'shared' })).toMatchObject({ returnCode: 2 });
    expect(first.connected).toBe(true);
    const closed = connectionEnd(first);
    await under.client('pilot', { clientId: 'shared' });
    await closed;
    expect(await under.metric('city_broker_incidents_total{kind="cut",reason="taken_over"}')).toBe(1);
  });

  test('two that ask for one client id at the same moment do not both get it', async () => {
    await start();
    under.allow('other', ['t/#']);
    const codes = await Promise.all([
      returnCode('pilot', { clientId: 'race' }),
      returnCode('other', { clientId: 'race' }),
    ]);
    expect(codes.map((packet) => (packet as { returnCode: number }).returnCode).sort()).toEqual([0, 2]);
  });

  test('nobody gets the session that another principal left', async () => {
    await start();
    under.allow('other', ['t/#']);
    const session = { clientId: 'left', clean: false };
    const owner = await under.client('pilot', session);
    await owner.endAsync();
    expect(await returnCode('other', session)).toMatchObject({ returnCode: 2 });
    expect(await returnCode('pilot', session)).toMatchObject({ returnCode: 0 });
  });

  test('an empty one in a session that is to be kept, and one without end, are refused with code 2', async () => {
    await start();
    // the generator of mqtt-packet would not write the first
    const bytes = Buffer.from([0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0, 0, 60, 0, 0]);
    const socket = connect(under.port, '127.0.0.1');
    socket.write(bytes);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect([...answer]).toEqual([0x20, 2, 0, 2]);
    await once(socket, 'close');
    expect(await returnCode('pilot', { clientId: 'x'.repeat(257) })).toMatchObject({ returnCode: 2 });
  });

  test('kept sessions are bounded in number, and forgotten after their time', async () => {
    const clock = new ManualClock();
    await start({ LIMITS__ABSENT_SESSIONS: '1', LIMITS__ABSENT_SECONDS: '60' }, clock);
    const first = await under.client('pilot', { clientId: 'one', clean: false });
    await first.subscribeAsync('t/a', { qos: 1 });
    expect(await returnCode('pilot', { clientId: 'two', clean: false })).toMatchObject({ returnCode: 3 });
    await first.endAsync();
    await until(async () => (await under.metric('city_broker_connections{listener="tcp"}')) === 0);
    await clock.advance(61_000);
    expect(await under.metric('city_broker_kept_sessions')).toBe(0);
    expect(await returnCode('pilot', { clientId: 'two', clean: false })).toMatchObject({
      returnCode: 0,
      sessionPresent: false,
    });
  });
});

describe('the protocol', () => {
  test('MQTT 5 gets the answer that an MQTT 5 client reads, an unknown level that of MQTT 3.1.1', async () => {
    await start();
    const answerTo = async (level: number): Promise<number[]> => {
      const socket = connect(under.port, '127.0.0.1');
      socket.write(
        Buffer.from([0x10, 15, 0, 4, 0x4d, 0x51, 0x54, 0x54, level, 2, 0, 60, 0, 0, 2, 0x61, 0x62]),
      );
      const [answer] = (await once(socket, 'data')) as [Buffer];
      await once(socket, 'close');
      return [...answer];
    };
    expect(await answerTo(5)).toEqual([0x20, 3, 0, 0x84, 0]);
    expect(await answerTo(6)).toEqual([0x20, 2, 0, 1]);
    await expect(under.client('pilot', { protocolVersion: 5 })).rejects.toThrow(/protocol version/i);
  });

  test('what follows a CONNECT in the same write is read once the client is let in', async () => {
    await start({ LIMITS__PACKET_BYTES_BEFORE_AUTH: '200' });
    const raw = await under.raw();
    const many = Array.from({ length: 100 }, (_, n) => ({
      cmd: 'publish' as const,
      topic: 't/a',
      payload: Buffer.alloc(300, n),
      qos: 1 as const,
      messageId: n + 1,
      dup: false,
      retain: false,
    }));
    raw.send(connectPacket('pilot'), ...many);
    for (let n = 1; n <= 100; n++) expect(await raw.next('puback')).toMatchObject({ messageId: n });
  });

  test('a will that the client may not publish, or that is no topic, keeps it out', async () => {
    await start();
    const will = (topic: string) => ({ will: { topic, payload: Buffer.from('x'), qos: 0, retain: false } });
    expect(await returnCode('pilot', will('other/a'))).toMatchObject({ returnCode: 5 });
    expect(await returnCode('pilot', will('t/#'))).toMatchObject({ returnCode: 5 });
    expect(await returnCode('pilot', will('t/a'))).toMatchObject({ returnCode: 0 });
  });

  test('who asks for a longer keep-alive, or for none, is held to the ceiling', async () => {
    await start({ LIMITS__KEEP_ALIVE_SECONDS: '1' });
    const silent = await under.raw();
    await silent.connect('pilot', { keepalive: 0 });
    await silent.closed();
    expect(await under.metric('city_broker_incidents_total{kind="cut",reason="keep_alive"}')).toBe(1);
  });
});

describe('the end of a credential', () => {
  test('a revocation cuts its sessions at once, and they do not come back', async () => {
    await start();
    const events = await under.events();
    const host = await under.client('sandbox', { clientId: 'host-2' });
    const client = await under.client('pilot', { clientId: 'c' });
    const closed = connectionEnd(client);
    await host.publishAsync(
      '$city/revocations',
      JSON.stringify({ credentials: ['credential-pilot'], at: 'now' }),
    );
    await closed;
    expect(await returnCode('pilot', { clientId: 'c' })).toMatchObject({ returnCode: 5 });
    await until(() => events.length >= 2);
    expect(events).toMatchObject([
      {
        kind: 'cut',
        reason: 'revoked',
        principal: { id: 'credential-pilot', kind: 'service', pilot: 'pilot' },
      },
      { kind: 'refused', reason: 'revoked' },
    ]);
  });

  test('a revocation that comes while the sandbox is being asked still holds', async () => {
    await start();
    const host = await under.client('sandbox');
    let open: () => void = () => undefined;
    under.sandbox.gate = new Promise<void>((resolve) => (open = resolve));
    const coming = returnCode('pilot');
    await until(() => under.sandbox.arrived === 2);
    await host.publishAsync('$city/revocations', '{"credentials":["credential-pilot"]}', { qos: 1 });
    open();
    expect(await coming).toMatchObject({ returnCode: 5 });
  });

  test('nobody but a host can revoke, and what is not understood does no harm', async () => {
    await start();
    const host = await under.client('sandbox');
    await host.publishAsync('$city/revocations', '{"credentials":', { qos: 1 });
    await host.publishAsync('$city/revocations', '{"credentials":[1]}', { qos: 1 });
    under.allow('bold', ['$city/#', 't/#']);
    const bold = await under.client('bold');
    const closed = connectionEnd(bold);
    bold.publish('$city/revocations', '{"credentials":["host"]}');
    await closed;
    expect(host.connected).toBe(true);
  });

  test('a session ends when its credential does, and not a moment later', async () => {
    const clock = new ManualClock();
    await start({}, clock);
    const end = new Date(clock.now() + 60 * 86_400_000).toISOString();
    under.allow('guest', ['t/#'], { expiresAt: end });
    const client = await under.client('guest', { clientId: 'g' });
    const closed = connectionEnd(client);
    clock.jump(Date.parse(end) - 1000);
    await clock.advance(0);
    await client.publishAsync('t/a', 'still here', { qos: 1 });
    await clock.advance(3_600_000);
    await closed;
    expect(await returnCode('guest', { clientId: 'g' })).toMatchObject({ returnCode: 5 });
  });
});
