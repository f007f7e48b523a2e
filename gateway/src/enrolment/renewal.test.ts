import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { createServer, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, seededRandom, systemClock, type Clock } from '@city-testbed/runtime';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { TestAuthority, TestEstServer, type Issued } from '../testing/est-server.ts';
import { connectMqtt } from '../uplink/mqtt-connection.ts';
import { readTlsFiles } from '../uplink/tls-files.ts';
import { CertificateFiles } from './certificate-files.ts';
import { CertificateRenewal, type RenewalOptions } from './renewal.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const DAY = 86_400_000;
let dir: string;
let authority: TestAuthority;
let server: TestEstServer;
const stops: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'city-renewal-'));
  authority = await TestAuthority.create();
  server = await TestEstServer.start(authority);
  stops.push(() => server.stop());
  writeFileSync(join(dir, 'ca.pem'), authority.pem);
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  rmSync(dir, { recursive: true, force: true });
});

const file = (name: string): string => join(dir, name);
const keep = ({ certificate, key }: Issued): void => {
  writeFileSync(file('cert.pem'), certificate);
  writeFileSync(file('key.pem'), key);
};
const present = (): X509Certificate => new X509Certificate(readFileSync(file('cert.pem')));

function renewal(options: Partial<RenewalOptions> = {}): { renewal: CertificateRenewal; soon: boolean[] } {
  const soon: boolean[] = [];
  const made = new CertificateRenewal({
    gateway: 'gw-1',
    url: server.url,
    certFile: file('cert.pem'),
    keyFile: file('key.pem'),
    caFile: file('ca.pem'),
    password: 'right',
    remaining: 0.34,
    clockSynced: () => true,
    onRenewed: (expires) => soon.push(expires),
    clock: systemClock,
    random: seededRandom(1),
    log,
    checkMs: 100,
    retryMinMs: 20,
    ...options,
  });
  stops.push(() => made.stop());
  return { renewal: made, soon };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await systemClock.sleep(5);
}

/** A clock that is wrong by so much. */
const shifted = (by: number): Clock => ({ ...systemClock, now: () => Date.now() + by });

/** A TLS server that lets in whoever has a certificate of the authority, as a broker does. */
async function tlsBroker(): Promise<{ url: string; names: string[] }> {
  const own = await authority.issue('localhost');
  const names: string[] = [];
  const listener = createServer(
    { cert: own.certificate, key: own.key, ca: authority.pem, requestCert: true, rejectUnauthorized: true },
    (socket: TLSSocket) => {
      names.push(String(socket.getPeerCertificate().subject.CN));
      // CONNACK. [MQTT-3.2]
      socket.once('data', () => socket.write(Buffer.from([0x20, 2, 0, 0])));
      socket.on('error', () => socket.destroy());
      stops.push(() => Promise.resolve(socket.destroy()));
    },
  );
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  stops.push(() => Promise.resolve(listener.close()));
  return { url: `mqtts://127.0.0.1:${String((listener.address() as AddressInfo).port)}`, names };
}

const connect = (url: string) =>
  connectMqtt(
    {
      url,
      clientId: 'gw-1',
      username: 'gw-1',
      keepAliveSeconds: 30,
      connectTimeoutMs: 2000,
      tls: readTlsFiles({ caFile: file('ca.pem'), certFile: file('cert.pem'), keyFile: file('key.pem') }),
    },
    { topic: 'will', payload: new Uint8Array(), qos: 0, retain: false },
    new AbortController().signal,
  );

test('field: a certificate is renewed early, and an expired one still lets the box renew', async () => {
  const broker = await tlsBroker();
  // Three quarters of its life are over.
  keep(await authority.issue('gw-1', -3 * DAY, 1 * DAY));
  const { serialNumber } = present();
  const first = renewal();
  await first.renewal.start();
  await until(() => first.renewal.status().renewed === 1);
  expect(server.requests).toEqual([{ path: 'simplereenroll', by: 'CN=gw-1', subject: 'CN=gw-1' }]);
  expect(present().serialNumber).not.toBe(serialNumber);
  expect(first.soon).toEqual([false]);
  await first.renewal.stop();
  (await connect(broker.url)).cut();
  // A box that was in a drawer for a year.
  keep(await authority.issue('gw-1', -2 * DAY, -1 * DAY));
  await expect(connect(broker.url)).rejects.toMatchObject({ code: 'GATEWAY_UPLINK_REFUSED' });
  server.requests.length = 0;
  const second = renewal();
  await second.renewal.start();
  await until(() => second.renewal.status().renewed === 1);
  expect(server.requests).toMatchObject([{ path: 'simpleenroll', by: 'gw-1' }]);
  expect(second.soon).toEqual([true]);
  (await connect(broker.url)).cut();
  expect(broker.names).toEqual(['gw-1', 'gw-1']);
});

describe('the renewal of a certificate', () => {
  it('gets the first one with the password, for its owner alone to read', async () => {
    const { renewal: first, soon } = renewal();
    await first.start();
    await until(() => first.status().renewed === 1);
    expect(present().subject).toBe('CN=gw-1');
    expect(statSync(file('key.pem')).mode & 0o777).toBe(0o600);
    expect(soon).toEqual([true]);
    expect(first.status()).toMatchObject({ daysLeft: 0 });
  });

  it('leaves a fresh one alone, and keeps the old pair beside the new one', async () => {
    const fresh = await authority.issue('gw-1', -1000, DAY);
    keep(fresh);
    const { renewal: calm } = renewal();
    await calm.start();
    await systemClock.sleep(250);
    expect(server.requests).toEqual([]);
    // A broker that refuses it is reason enough.
    calm.refused();
    await until(() => calm.status().renewed === 1);
    expect(readFileSync(file('cert.pem.previous'), 'utf8')).toBe(fresh.certificate);
    expect(readFileSync(file('key.pem.previous'), 'utf8')).toBe(fresh.key);
  });

  it('goes on with one that expires within seconds, one after the other', async () => {
    server.life = 1500;
    const { renewal: restless } = renewal();
    await restless.start();
    await until(() => restless.status().renewed >= 3);
    expect(server.requests.map(({ path }) => path).slice(0, 2)).toEqual(['simpleenroll', 'simplereenroll']);
  });

  it.each([
    ['garbage', () => Promise.resolve('garbage!'), 'GATEWAY_RENEWAL_ANSWER'],
    ['nothing', () => Promise.resolve(''), 'GATEWAY_RENEWAL_FAILED'],
    [
      'a certificate for another key',
      async () =>
        server.pkcs7(new (await x509()).X509Certificate((await authority.issue('gw-1')).certificate)),
      'GATEWAY_RENEWAL_ANSWER',
    ],
    [
      'a certificate for another name',
      async (request: { publicKey: never }) => server.pkcs7(await authority.sign('gw-2', request.publicKey)),
      'GATEWAY_RENEWAL_ANSWER',
    ],
    [
      'one that has expired',
      async (request: { publicKey: never }) =>
        server.pkcs7(await authority.sign('gw-1', request.publicKey, -2000, -1000)),
      'GATEWAY_RENEWAL_ANSWER',
    ],
    [
      'one of another authority',
      async (request: { publicKey: never }) =>
        server.pkcs7(await (await TestAuthority.create()).sign('gw-1', request.publicKey)),
      'GATEWAY_RENEWAL_ANSWER',
    ],
  ] as const)(
    'keeps what it has where the server answers with %s, and asks again',
    async (_, answer, code) => {
      const old = await authority.issue('gw-1', -3 * DAY, 1 * DAY);
      keep(old);
      const right = server.answer;
      server.answer = answer as never;
      const seen: string[] = [];
      const { renewal: patient } = renewal({ log: faultLog(seen) });
      await patient.start();
      await until(() => server.requests.length >= 4);
      expect(seen).toContain(code);
      expect(readFileSync(file('cert.pem'), 'utf8')).toBe(old.certificate);
      expect(readFileSync(file('key.pem'), 'utf8')).toBe(old.key);
      expect(patient.status().fault).toBeDefined();
      server.answer = right;
      await until(() => patient.status().renewed === 1);
      expect(patient.status().fault).toBeUndefined();
    },
  );

  it('says how many days are left while the server is away', async () => {
    keep(await authority.issue('gw-1', -30 * DAY, 2.5 * DAY));
    const { renewal: alone } = renewal({ url: 'https://127.0.0.1:9/.well-known/est' });
    await alone.start();
    await until(() => alone.status().fault !== undefined);
    expect(alone.status()).toMatchObject({ daysLeft: 2, renewed: 0 });
  });

  it('works on a box whose clock says 1970, and still trusts nobody but its authority', async () => {
    const clock = shifted(-Date.now());
    const { renewal: lost } = renewal({ clock, clockSynced: () => false });
    await lost.start();
    await until(() => lost.status().renewed === 1);
    expect(present().subject).toBe('CN=gw-1');
    await lost.stop();
    const stranger = await TestEstServer.start(await TestAuthority.create());
    stops.push(() => stranger.stop());
    rmSync(file('cert.pem'));
    const { renewal: wary } = renewal({ clock, clockSynced: () => false, url: stranger.url });
    await wary.start();
    await until(() => wary.status().fault !== undefined);
    expect(wary.status().fault).toContain('leads to no authority');
    expect(stranger.requests).toEqual([]);
  });

  it.each([true, false])(
    'sends nothing to a server that is not the one it names (clock: %s)',
    async (synced) => {
      const elsewhere = await TestEstServer.start(authority, await authority.issue('elsewhere'));
      stops.push(() => elsewhere.stop());
      const url = elsewhere.url.replace('127.0.0.1', 'localhost');
      const { renewal: first } = renewal({ url, clockSynced: () => synced });
      await first.start();
      await until(() => first.status().fault !== undefined);
      expect(first.status().fault).toContain('localhost');
      expect(elsewhere.requests).toEqual([]);
    },
  );
});

describe('the files of a certificate', () => {
  it('a power cut between the two renames is mended', async () => {
    keep(await authority.issue('gw-1'));
    const next = await authority.issue('gw-1');
    writeFileSync(file('cert.pem.next'), next.certificate);
    writeFileSync(file('key.pem.next'), next.key);
    renameSync(file('key.pem.next'), file('key.pem'));
    const files = new CertificateFiles(file('cert.pem'), file('key.pem'));
    expect(files.read()?.pair).toEqual(next);
    expect(existsSync(file('cert.pem.next'))).toBe(false);
  });

  it('a half-written one beside the present pair changes nothing', async () => {
    const old = await authority.issue('gw-1');
    keep(old);
    writeFileSync(file('cert.pem.next'), '-----BEGIN');
    const files = new CertificateFiles(file('cert.pem'), file('key.pem'));
    expect(files.read()?.pair).toEqual(old);
  });
});

const x509 = () => import('@peculiar/x509');

function faultLog(codes: string[]): typeof log {
  return Object.assign(Object.create(log) as typeof log, {
    error: ({ code }: { code?: string }) => codes.push(code ?? ''),
  });
}
