import { request, type IncomingMessage } from 'node:http';
import { createLogger, ManualClock, systemClock } from '@city-testbed/runtime';
import { afterEach, describe, expect, test } from 'vitest';
import type { StoredBatch } from '../model/reading.ts';
import type { ExportRequest } from '../outbox/outbox.ts';
import { deviceOf, registers } from '../testing/profiles.ts';
import { statusParts, troubledParts } from '../testing/status-parts.ts';
import { gatherStatus, type Parts } from './gather.ts';
import { HttpStatus } from './http-status.ts';
import type { GatewayStatus } from './status.ts';
import { Tail } from './tail/tail.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const device = deviceOf(registers([0, 1]), { id: 'meter-1' });
const aliases = new Map(device.metrics.map(({ name }, index) => [name, index + 1]));

async function* twoPieces(): AsyncGenerator<string> {
  await Promise.resolve();
  yield 'device,metric\n';
  yield 'meter-1,r0\n';
}

/** An outbox that commits and exports what the test says. */
class FakeOutbox {
  readonly #listeners = new Set<(batches: readonly StoredBatch[]) => void>();
  asked: ExportRequest | undefined;
  pieces = twoPieces;

  get listeners(): number {
    return this.#listeners.size;
  }

  onCommit(listener: (batches: readonly StoredBatch[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  commit(...batches: readonly Partial<StoredBatch>[]): void {
    const base = { number: 1, device: 'meter-1', at: 5, uptime: 5, synced: true, readings: [] };
    const stored = batches.map((batch) => ({ ...base, ...batch }));
    for (const listener of this.#listeners) listener(stored);
  }

  export(asked: ExportRequest): AsyncGenerator<string> {
    this.asked = asked;
    return this.pieces();
  }
}

const outbox = new FakeOutbox();
const running: HttpStatus[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

async function serve(parts: Parts = statusParts()): Promise<string> {
  const tail = new Tail({
    outbox,
    devices: () => [device],
    aliases: () => aliases,
    clock: new ManualClock(),
  });
  const server = new HttpStatus({
    host: '127.0.0.1',
    port: 0,
    status: () => gatherStatus(parts),
    tail,
    outbox,
    log,
  });
  running.push(server);
  await server.start();
  return `http://127.0.0.1:${String(server.address?.port)}`;
}

/** What fetch does not let out of hand: the host header. */
function statusOf(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('GET /health', () => {
  test('tells everything with ages, and 200 whatever is wrong', async () => {
    const url = await serve();
    const response = await fetch(`${url}/health`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    const status = (await response.json()) as GatewayStatus;
    expect(status).toMatchObject({
      status: 'ok',
      faults: [],
      alarms: [],
      outbox: { rows: 12, oldestAgeMs: 4000 },
      devices: [
        { id: 'meter-1', ageMs: 2500, badReasons: { no_response: 5, checksum: 1 } },
        { id: 'dust-1' },
      ],
      process: { pid: 812 },
      disk: { device: '/dev/mmcblk0p2' },
      tail: { clients: 0, dropped: 0 },
    });
    const troubled = await fetch(`${await serve(troubledParts())}/health`);
    expect(troubled.status).toBe(200);
    const { faults, alarms } = (await troubled.json()) as GatewayStatus;
    expect(faults[0]).toBe('the gateway does not move: port rs485 is 70 s late');
    expect(new Set(alarms.map(({ code }) => code)).size).toBe(12);
  });
});

describe('the page', () => {
  test('speaks the language that the browser asks for, and the one that the address names', async () => {
    const url = await serve(troubledParts());
    const page = async (path: string, language?: string): Promise<string> =>
      (await fetch(`${url}${path}`, { headers: language ? { 'accept-language': language } : {} })).text();
    expect(await page('/')).toContain('<html lang="en">');
    const romanian = await page('/', 'fr-FR, ro;q=0.8, en;q=0.5');
    expect(romanian).toContain('<html lang="ro">');
    expect(romanian).toContain('ceasul nu este sincronizat');
    expect(romanian).not.toMatch(/[şţŞŢ]/);
    expect(await page('/', 'en, ro;q=0.8')).toContain('<html lang="en">');
    expect(await page('/?lang=ro', 'en')).toContain('<html lang="ro">');
    expect(await page('/', 'ro;q=0')).toContain('<html lang="en">');
  });

  test('escapes every name, lets nothing in but its own style, and stays small', async () => {
    const url = await serve(troubledParts());
    const response = await fetch(url);
    const text = await response.text();
    expect(text).toContain('gw-&lt;b&gt;1&lt;/b&gt;');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(text).not.toMatch(/<script|<b>|<i>|<img|<link|javascript:/);
    expect(Buffer.byteLength(text)).toBeLessThan(20_000);
    const policy = response.headers.get('content-security-policy');
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+';/);
    expect(policy).not.toContain('unsafe');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('stays small with hundreds of devices, those in trouble first', async () => {
    const { sampler } = statusParts();
    const [first] = sampler.devices;
    const devices = Array.from({ length: 247 }, (_, index) => ({
      ...first!,
      id: `device-${String(index)}`,
      state: index === 246 ? ('silent' as const) : ('answering' as const),
    }));
    const url = await serve(statusParts({ sampler: { ...sampler, devices } }));
    const text = await (await fetch(url)).text();
    expect(text).toContain('device-246');
    expect(text).toContain('187 more are not shown here');
    expect(Buffer.byteLength(text)).toBeLessThan(40_000);
  });

  test('refreshes itself, and stops on request', async () => {
    const url = await serve();
    const fresh = await fetch(url);
    expect(fresh.headers.get('refresh')).toBe('10');
    const address = /href="(\/\?refresh=no)"/.exec(await fresh.text())?.[1];
    const still = await fetch(`${url}${address ?? ''}`);
    expect(still.headers.get('refresh')).toBeNull();
    expect(await still.text()).toContain('Does not refresh.');
  });
});

describe('who may ask for what', () => {
  test('a name of a stranger that was rebound to this address is refused', async () => {
    const url = await serve();
    const port = new URL(url).port;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, 'LOCALHOST', '[::1]:80', '192.168.1.7']) {
      expect([host, await statusOf(`${url}/health`, host)]).toEqual([host, 200]);
    }
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1.evil.example',
      'localhost@evil',
      '[::1',
    ]) {
      expect([host, await statusOf(`${url}/health`, host)]).toEqual([host, 421]);
    }
  });

  test('HEAD has no body, other methods are refused, other paths are told what there is', async () => {
    const url = await serve();
    for (const path of ['/', '/health', '/metrics', '/tail', '/outbox']) {
      const response = await fetch(url + path, { method: 'HEAD' });
      expect([path, response.status, await response.text()]).toEqual([path, 200, '']);
      const post = await fetch(url + path, { method: 'POST', body: 'x' });
      expect([path, post.status, post.headers.get('allow')]).toEqual([path, 405, 'GET, HEAD']);
    }
    const missing = await fetch(`${url}/nothing`);
    expect(missing.status).toBe(404);
    expect(await missing.text()).toBe('here are: / /health /metrics /tail /outbox\n');
    expect((await fetch(`${url}/metrics`)).headers.get('content-type')).toContain('version=0.0.4');
  });
});

async function open(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, resolve).on('error', reject).end();
  });
}

/** Reads lines until there are so many. */
async function lines(response: IncomingMessage, count: number): Promise<Record<string, unknown>[]> {
  let text = '';
  for await (const piece of response.iterator({ destroyOnReturn: false })) {
    text += String(piece);
    if (text.split('\n').length > count) break;
  }
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('GET /tail', () => {
  test('tells each reading once it is committed, with its name, unit and quality', async () => {
    const response = await open(`${await serve()}/tail`);
    expect(response.headers['content-type']).toBe('application/x-ndjson');
    const readings = [
      { alias: 1, value: 2n ** 60n },
      { alias: 2, value: null, reason: 'no_response' as const },
    ];
    outbox.commit({ readings }, { at: 9, readings: [{ alias: 1, value: 7, reason: 'stale' as const }] });
    expect(await lines(response, 3)).toEqual([
      { at: 5, device: 'meter-1', metric: 'r0', value: '1152921504606846976', quality: 'good' },
      { at: 5, device: 'meter-1', metric: 'r1', value: null, quality: 'bad', reason: 'no_response' },
      { at: 9, device: 'meter-1', metric: 'r0', value: 7, quality: 'stale', reason: 'stale' },
    ]);
    response.destroy();
  });

  test('keeps to a device and a metric', async () => {
    const response = await open(`${await serve()}/tail?device=meter-1&metric=r1`);
    const readings = [
      { alias: 1, value: 1 },
      { alias: 2, value: 2 },
    ];
    outbox.commit({ device: 'other', readings }, { readings });
    outbox.commit({ readings: [{ alias: 2, value: 3 }] });
    expect((await lines(response, 2)).map(({ value }) => value)).toEqual([2, 3]);
    response.destroy();
  });

  test('a client that does not read loses lines, is told how many, and costs nobody anything', async () => {
    const url = await serve();
    const slow = await open(`${url}/tail`);
    slow.pause();
    const readings = Array.from({ length: 500 }, () => ({ alias: 1, value: 1 }));
    const health = async (): Promise<GatewayStatus> =>
      (await (await fetch(`${url}/health`)).json()) as GatewayStatus;
    while (((await health()).tail?.dropped ?? 0) === 0) {
      for (let batch = 0; batch < 20; batch += 1) outbox.commit({ readings });
    }
    let dropped: number | undefined;
    let text = '';
    slow.on('data', (piece: Buffer) => (text = (text + piece.toString()).slice(-100_000)));
    slow.resume();
    while (dropped === undefined) {
      outbox.commit({ readings: [{ alias: 1, value: 2 }] });
      await systemClock.sleep(1);
      dropped = Number(/\{"dropped":(\d+)\}/.exec(text)?.[1] ?? Number.NaN);
      if (Number.isNaN(dropped)) dropped = undefined;
    }
    expect(dropped).toBeGreaterThanOrEqual(500);
    slow.destroy();
  });

  test('listens to nothing while nobody does, and to no more than five', async () => {
    const url = await serve();
    const clients = await Promise.all(Array.from({ length: 5 }, () => open(`${url}/tail`)));
    expect(outbox.listeners).toBe(1);
    const sixth = await fetch(`${url}/tail`);
    expect([sixth.status, sixth.headers.get('retry-after')]).toEqual([503, '10']);
    for (const client of clients) client.destroy();
    while (outbox.listeners > 0) await systemClock.sleep(1);
  });
});

describe('GET /outbox', () => {
  test('gives what is on disk as a file, in the format, time and device asked for', async () => {
    const url = await serve();
    const response = await fetch(
      `${url}/outbox?format=csv&since=2026-01-31T08:00:00Z&until=1769846500000&device=meter-1`,
    );
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="outbox.csv"');
    expect(await response.text()).toBe('device,metric\nmeter-1,r0\n');
    const since = Date.UTC(2026, 0, 31, 8);
    expect(outbox.asked).toEqual({ format: 'csv', since, until: 1_769_846_500_000, device: 'meter-1' });
  });

  test('says what is wrong with a query', async () => {
    const url = await serve();
    for (const query of ['format=xml', 'since=yesterday', 'until=1e99']) {
      const response = await fetch(`${url}/outbox?${query}`);
      expect([query, response.status]).toEqual([query, 400]);
    }
  });

  test('an export that breaks off is cut, so that half a file never looks whole', async () => {
    outbox.pieces = async function* () {
      await Promise.resolve();
      yield 'half\n';
      throw new Error('disk I/O error');
    };
    const url = await serve();
    await expect(fetch(`${url}/outbox`).then((response) => response.text())).rejects.toThrow();
    outbox.pieces = twoPieces;
  });

  test('no more than two run at a time, and a client that leaves frees its place', async () => {
    outbox.pieces = async function* () {
      for (;;) {
        yield 'x'.repeat(100_000);
        await systemClock.sleep(1);
      }
    };
    const url = await serve();
    const both = await Promise.all([open(`${url}/outbox`), open(`${url}/outbox`)]);
    expect((await fetch(`${url}/outbox`)).status).toBe(503);
    for (const client of both) client.destroy();
    outbox.pieces = twoPieces;
    while ((await fetch(`${url}/outbox`)).status === 503) await systemClock.sleep(5);
  });
});
