import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generate } from 'mqtt-packet';
import { createWebSocketStream, WebSocket } from 'ws';
import {
  BrokerUnderTest,
  connectionEnd,
  connectPacket,
  nextMessage,
  until,
} from '../fixtures/broker-under-test.ts';

// Under the test runner's resolve conditions mqtt.js gets the ES module of ws, whose class lacks what its CommonJS has.
Object.assign(WebSocket, { createWebSocketStream });

/** Certificates made by the openssl command. */
function makeCertificates(dir: string): void {
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: dir, stdio: 'ignore' });
  };
  const request = (name: string, subject: string, ...more: string[]): void =>
    openssl(
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-keyout',
      `${name}-key.pem`,
      '-out',
      `${name}.pem`,
      '-subj',
      subject,
      ...more,
    );
  request('ca', '/CN=test authority');
  request('broker', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1');
  request('stranger', '/CN=gw-1');
  openssl(
    'req',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    'gw-key.pem',
    '-out',
    'gw.csr',
    '-subj',
    '/CN=gw-1',
  );
  openssl(
    'x509',
    '-req',
    '-in',
    'gw.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca-key.pem',
    '-CAcreateserial',
    '-days',
    '2',
    '-out',
    'gw.pem',
  );
}

const dir = mkdtempSync(join(tmpdir(), 'broker-tls-'));
let under: BrokerUnderTest;

beforeAll(async () => {
  makeCertificates(dir);
  const files = (name: string): Record<string, string> => ({
    [`LISTENERS__${name}__ENABLED`]: 'true',
    [`LISTENERS__${name}__PORT`]: '0',
    [`LISTENERS__${name}__CERT_FILE`]: join(dir, 'broker.pem'),
    [`LISTENERS__${name}__KEY_FILE`]: join(dir, 'broker-key.pem'),
    [`LISTENERS__${name}__CA_FILE`]: join(dir, 'ca.pem'),
    [`LISTENERS__${name}__REQUEST_CERT`]: 'true',
  });
  under = await BrokerUnderTest.start({
    ...files('TLS'),
    ...files('WSS'),
    LISTENERS__WEBSOCKET__ENABLED: 'true',
    LISTENERS__WEBSOCKET__PORT: '0',
  });
  under.allow('pilot', ['t/#']);
  under.sandbox.logins.set('gw-1', {
    principal: { id: 'gw', kind: 'gateway', name: 'gw-1' },
    acl: [{ action: 'publish', filter: 't/#' }],
  });
});
afterAll(async () => {
  await under.stop();
  rmSync(dir, { recursive: true });
});

const url = (listener: 'tcp' | 'tls' | 'websocket' | 'wss'): string => {
  const { port } = under.broker.addresses()[listener]!;
  return {
    tcp: `mqtt://127.0.0.1:${port}`,
    tls: `mqtts://127.0.0.1:${port}`,
    websocket: `ws://127.0.0.1:${port}/mqtt`,
    wss: `wss://127.0.0.1:${port}/mqtt`,
  }[listener];
};
const ca = (): Buffer => readFileSync(join(dir, 'broker.pem'));

test.each([
  ['tcp', 'tcp'],
  ['tls', 'tls'],
  ['websocket', 'ws'],
  ['wss', 'wss'],
] as const)('mqtt.js publishes and hears over %s', async (listener, transport) => {
  const client = await under.client('pilot', { url: url(listener), ca: ca() });
  await client.subscribeAsync('t/a');
  for (const size of [1, 1000, 200_000]) {
    const heard = nextMessage(client);
    await client.publishAsync('t/a', 'x'.repeat(size), { qos: 1 });
    expect((await heard).text.length).toBe(size);
  }
  expect(under.sandbox.asked.authenticate.at(-1)).toMatchObject({ transport });
  expect(await under.metric(`city_broker_connections{listener="${transport}"}`)).toBe(1);
  await client.endAsync();
});

describe.each(['tls', 'wss'] as const)('client certificates over %s', (listener) => {
  const certificate = (name: string) => ({
    cert: readFileSync(join(dir, `${name}.pem`)),
    key: readFileSync(join(dir, `${name}-key.pem`)),
  });
  const nameless = { username: undefined as never, password: undefined as never };

  test('a gateway comes in by the common name of its certificate', async () => {
    await under.client('', {
      url: url(listener),
      ca: ca(),
      clientId: 'by-cert',
      ...certificate('gw'),
      ...nameless,
    });
    expect(under.sandbox.asked.authenticate.at(-1)).toMatchObject({
      clientid: 'by-cert',
      cert_common_name: 'gw-1',
      transport: listener,
    });
  });

  test('a certificate that nobody trusted issued is refused, with a good password too', async () => {
    const before = under.sandbox.asked.authenticate.length;
    await expect(
      under.client('pilot', { url: url(listener), ca: ca(), ...certificate('stranger') }),
    ).rejects.toThrow(/Not authorized/);
    expect(under.sandbox.asked.authenticate.length).toBe(before);
  });
});

describe('WebSocket', () => {
  const open = (protocol: string, path = '/mqtt'): Promise<string> =>
    new Promise((resolve) => {
      const socket = new WebSocket(url('websocket').replace('/mqtt', path), protocol);
      socket.on('open', () => {
        resolve(`open ${socket.protocol}`);
        socket.terminate();
      });
      socket.on('error', (error) => resolve(error.message));
    });

  test('the subprotocol is mqtt, the path is the configured one', async () => {
    expect(await open('mqtt')).toBe('open mqtt');
    expect(await open('chat')).toMatch(/401/);
    expect(await open('mqtt', '/other')).toMatch(/400/);
  });

  test('a first frame that is too large ends the connection before it is whole', async () => {
    const socket = new WebSocket(url('websocket'), 'mqtt');
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.send(Buffer.alloc(100_000, 0x10));
    await closed;
  });

  test('a second frame that is too large ends the connection while the client is not let in yet', async () => {
    const tooLarge = () =>
      under.metric('city_broker_incidents_total{kind="refused",reason="packet_too_large"}');
    const before = await tooLarge();
    let open: () => void = () => undefined;
    const gate = under.sandbox.gate;
    under.sandbox.gate = new Promise<void>((resolve) => (open = resolve));
    const { arrived } = under.sandbox;
    under.allow('waiting', ['t/#']);
    const socket = new WebSocket(url('websocket'), 'mqtt');
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('open', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send(generate(connectPacket('waiting')));
    await until(() => under.sandbox.arrived > arrived);
    socket.send(Buffer.alloc(250_000, 0x30));
    await closed;
    open();
    under.sandbox.gate = gate;
    expect(await tooLarge()).toBe(before + 1);
  });

  test('a client sends packets as large as the sandbox lets it, past the limit of the configuration', async () => {
    under.allow('large', ['t/#'], { limits: { packetBytes: 4_000_000, messagesPerSecond: 1000 } });
    const client = await under.client('large', { url: url('websocket') });
    await client.publishAsync('t/large', Buffer.alloc(3_900_000), { qos: 1 });
    const closed = connectionEnd(client);
    client.publish('t/large', Buffer.alloc(9_000_000));
    await closed;
  });

  test('a browser that opens the address is told what is there', async () => {
    const response = await fetch(url('websocket').replace('ws:', 'http:'));
    expect([response.status, await response.text()]).toEqual([
      426,
      'This port speaks MQTT over WebSocket at /mqtt.\n',
    ]);
  });
});

test('bytes that are no TLS handshake end that connection alone', async () => {
  const { port } = under.broker.addresses().tls!;
  const socket = connectTcp(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\n\r\n');
  await until(() => socket.resume().closed);
  await (await under.client('pilot', { url: url('tls'), ca: ca() })).endAsync();
});
