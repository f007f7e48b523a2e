import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { message, update } from '../fixtures/fakes.ts';
import {
  day,
  sandboxUnderTest,
  start,
  type SandboxUnderTest,
  type UnderTestOptions,
} from '../fixtures/sandbox-under-test.ts';

// A start compiles every schema of the interface; a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000 });

let sandbox: SandboxUnderTest;
const started = async (options: UnderTestOptions = {}): Promise<string> => {
  sandbox = sandboxUnderTest(options);
  await sandbox.api.start(new AbortController().signal);
  return `http://127.0.0.1:${sandbox.api.address()!.port}`;
};
afterEach(() => sandbox.close());

interface ServerEvent {
  event: string;
  data: unknown;
}

/** Opens a stream as a browser does. `next` waits for an event; null is the end. */
async function follow(url: string, cookie: string) {
  const response = await fetch(url, { headers: { cookie } });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (): Promise<ServerEvent | null> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const lines = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        const field = (name: string) =>
          lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        const data = field('data');
        if (data !== undefined) return { event: field('event')!, data: JSON.parse(data) };
        continue;
      }
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
      if (done) return null;
      text += value ?? '';
    }
  };
  return { response, next, cancel: () => reader.cancel() };
}

describe('live streams', () => {
  it('carry readings and status, to each person what they may see', async () => {
    const base = await started();
    const [staff, vendor] = [await sandbox.signedIn('staff'), await sandbox.signedIn('vendor')];
    sandbox.livePilot('mine', { 'air-1': ['pm2_5'] }, ['vendor']);
    const all = await follow(`${base}/api/v1/live`, staff);
    const one = await follow(`${base}/api/v1/live?devices=air-2`, staff);
    const granted = await follow(`${base}/api/v1/live`, vendor);
    expect(all.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(all.response.headers.get('content-security-policy')).toContain("default-src 'self'");

    sandbox.streams.device({ readings: update('air-1', { pm2_5: 1, pm10: 2 }, start) });
    sandbox.streams.device({ readings: update('air-1', { pm10: 3 }, start) });
    // What a gateway kept while it was offline, from before the pilot.
    sandbox.streams.device({ readings: update('air-1', { pm2_5: 9 }, start - 2 * day) });
    sandbox.streams.device({
      status: { device: 'air-2', online: false, since: '2026-06-01T00:00:00Z', reason: 'gone' },
    });
    sandbox.streams.device({ readings: update('air-1', { pm2_5: 4 }, start) });
    expect(await all.next()).toMatchObject({
      event: 'readings',
      data: { device: 'air-1', readings: { pm10: { value: 2 } } },
    });
    expect(await one.next()).toMatchObject({ event: 'status', data: { device: 'air-2', online: false } });
    const first = await granted.next();
    expect(first).toMatchObject({ event: 'readings', data: { readings: { pm2_5: { value: 1 } } } });
    expect(JSON.stringify(first)).not.toContain('pm10');
    expect(await granted.next()).toMatchObject({ data: { readings: { pm2_5: { value: 4 } } } });
  });

  it("show a pilot's last messages first, and end when its agreement changes", async () => {
    const base = await started();
    const vendor = await sandbox.signedIn('vendor');
    sandbox.livePilot('mine', { 'air-1': ['*'] }, ['vendor']);
    sandbox.streams.kept.set('mine', [message('devices/air-1/readings', 'receive', { old: true })]);
    const stream = await follow(`${base}/api/v1/pilots/mine/live`, vendor);
    sandbox.streams.pilot('mine', message('out/alert', 'send', { level: 1 }));
    expect(await stream.next()).toMatchObject({ event: 'message', data: { payload: { old: true } } });
    expect(await stream.next()).toMatchObject({
      event: 'message',
      data: { topic: 'out/alert', direction: 'send' },
    });
    const { agreement } = sandbox.pilots.find('mine')!;
    sandbox.pilots.setAgreement('mine', { ...agreement, reads: [] }, 'test');
    expect(await stream.next()).toBeNull();
  });

  it('end when the session ends, when the membership ends, and when the sandbox stops', async () => {
    const base = await started();
    const [vendor, other, staff] = [
      await sandbox.signedIn('vendor'),
      await sandbox.signedIn('vendor', 'other'),
      await sandbox.signedIn('staff'),
    ];
    sandbox.livePilot('mine', { 'air-1': ['*'] }, ['vendor', 'other']);
    const streams = {
      signedOut: await follow(`${base}/api/v1/pilots/mine/live`, vendor),
      removed: await follow(`${base}/api/v1/live`, other),
      stopped: await follow(`${base}/api/v1/live`, staff),
    };
    await fetch(`${base}/api/v1/session`, { method: 'DELETE', headers: { cookie: vendor } });
    expect(await streams.signedOut.next()).toBeNull();
    sandbox.pilots.removeMember('mine', sandbox.access.accounts.byEmail('other@example.org')!.id, 'test');
    expect(await streams.removed.next()).toBeNull();
    await sandbox.api.stop();
    expect(await streams.stopped.next()).toBeNull();
    expect(sandbox.streams.listeners).toBe(0);
  });

  it('are bounded for each session', async () => {
    const base = await started();
    const staff = await sandbox.signedIn('staff');
    const open = [];
    for (let count = 0; count < 8; count += 1) open.push(await follow(`${base}/api/v1/live`, staff));
    const ninth = await fetch(`${base}/api/v1/live`, { headers: { cookie: staff } });
    expect([ninth.status, ninth.headers.get('content-type')]).toEqual([
      429,
      'application/problem+json; charset=utf-8',
    ]);
    expect(await ninth.json()).toMatchObject({ code: 'SANDBOX_API_TOO_MANY_STREAMS' });
    expect(
      (await fetch(`${base}/api/v1/live`, { headers: { cookie: await sandbox.signedIn('engineer') } }))
        .status,
    ).toBe(200);
    await Promise.all(open.map(({ cancel }) => cancel()));
  });

  it('cut a client that does not read, and nobody else', async () => {
    const base = await started();
    const staff = await sandbox.signedIn('staff');
    const healthy = await follow(`${base}/api/v1/live`, staff);
    const socket = connect(sandbox.api.address()!.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`GET /api/v1/live HTTP/1.1\r\nhost: x\r\ncookie: ${staff}\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const big = update(
      'air-1',
      Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`metric_${index}`, index])),
    );
    const metrics = async () => (await fetch(`${base}/metrics`)).text();
    while (!(await metrics()).includes('city_http_event_streams_cut_total 1')) {
      for (let count = 0; count < 20; count += 1) {
        sandbox.streams.device({ readings: big });
        await healthy.next();
      }
    }
    socket.resume();
    await closed;
    sandbox.streams.device({ readings: update('air-2', { pm10: 1 }) });
    expect(await healthy.next()).toMatchObject({ data: { device: 'air-2' } });
  }, 30_000);

  it('beat, so that proxies keep them and dead ones are found', async () => {
    const base = await started();
    const staff = await sandbox.signedIn('staff');
    const response = await fetch(`${base}/api/v1/live`, { headers: { cookie: staff } });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const more = async () => void (text += (await reader.read()).value ?? '');
    await more();
    await sandbox.clock.advance(15_000);
    while (!text.includes(': still here')) await more();
    await reader.cancel();
  });
});

describe('problems', () => {
  it('answer what is too large, no JSON, of a wrong type, or nowhere', async () => {
    sandbox = sandboxUnderTest();
    const cookie = await sandbox.signedIn('staff');
    const post = (payload: string, type = 'application/json') =>
      sandbox.server.inject({
        method: 'POST',
        url: '/api/v1/pilots',
        headers: { cookie, 'content-type': type },
        payload,
      });
    const answers = {
      large: await post(JSON.stringify({ summary: 'x'.repeat(30_000) })),
      broken: await post('{"title": '),
      poisoned: await post('{"__proto__": {"x": 1}}'),
      text: await post('hello', 'text/plain'),
      nowhere: await sandbox.server.inject({ url: '/api/v1/nowhere', headers: { accept: 'text/html' } }),
      query: await sandbox.server.inject({
        url: '/api/v1/devices/air-1/readings?limit=0&colour=red',
        headers: { cookie },
      }),
    };
    const codes = Object.fromEntries(
      Object.entries(answers).map(([name, answer]) => {
        expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
        const { code, hint, status } = answer.json<{ code: string; hint: string; status: number }>();
        expect([hint.length > 10, status]).toEqual([true, answer.statusCode]);
        return [name, `${status} ${code}`];
      }),
    );
    expect(codes).toEqual({
      large: '413 SANDBOX_API_BODY_TOO_LARGE',
      broken: '400 SANDBOX_API_NOT_JSON',
      poisoned: '400 SANDBOX_API_NOT_JSON',
      text: '415 SANDBOX_API_MEDIA_TYPE',
      nowhere: '404 SANDBOX_API_ROUTE_UNKNOWN',
      query: '400 SANDBOX_API_INPUT_INVALID',
    });
    const { errors } = answers.query.json<{ errors: { path: string }[] }>();
    expect(errors.map(({ path }) => path).sort()).toEqual(['colour', 'limit']);
  });

  it('never tell what went wrong inside', async () => {
    sandbox = sandboxUnderTest();
    const cookie = await sandbox.signedIn('staff');
    sandbox.store.failure = new Error('SQLITE_CORRUPT: /var/lib/secret/readings.db');
    const answer = await sandbox.server.inject({ url: '/api/v1/devices', headers: { cookie } });
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'SANDBOX_API_INTERNAL' });
    expect(answer.body).not.toContain('secret');
  });

  it('of a part that is down show in the health, with 503', async () => {
    sandbox = sandboxUnderTest({
      health: {
        status: 'failing',
        version: '0.1.0',
        parts: { store: { status: 'down', detail: 'disk full' } },
      },
    });
    const answer = await sandbox.server.inject('/health');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ parts: { store: { status: 'down', detail: 'disk full' } } });
  });
});

describe('web UI', () => {
  it('serves what is built, index.html for paths of its router, and caches by name', async () => {
    const uiDir = mkdtempSync(join(tmpdir(), 'ui-'));
    mkdirSync(join(uiDir, 'assets'));
    writeFileSync(join(uiDir, 'index.html'), '<!doctype html><title>City</title>');
    writeFileSync(join(uiDir, 'assets/index-abc123.js'), 'export {};');
    sandbox = sandboxUnderTest({ http: { uiDir } });
    const get = (url: string, accept = 'text/html,*/*') =>
      sandbox.server.inject({ url, headers: { accept } });
    for (const url of ['/', '/index.html', '/pilots/air', '/devices/a.b']) {
      const answer = await get(url);
      expect([url, answer.statusCode, answer.headers['cache-control'], answer.body.includes('City')]).toEqual(
        [url, 200, 'no-cache', true],
      );
    }
    const asset = await get('/assets/index-abc123.js', '*/*');
    expect([asset.statusCode, asset.headers['cache-control']]).toEqual([
      200,
      'public, max-age=31536000, immutable',
    ]);
    for (const [url, accept] of [
      ['/assets/gone.js', '*/*'],
      ['/assets/gone.js', 'text/html'],
      ['/api/nowhere', 'text/html'],
      ['/x', 'application/json'],
    ] as const) {
      expect([url, (await get(url, accept)).statusCode]).toEqual([url, 404]);
    }
    expect((await get('/../../etc/passwd')).body).not.toContain('root:');
    expect((await get('/%2e%2e/%2e%2e/package.json')).body).not.toContain('city-testbed"');
    const csp = (await get('/')).headers['content-security-policy'];
    expect(csp).toContain("worker-src 'self' blob:");
    expect(csp).not.toContain('upgrade-insecure-requests');
  });

  it('says so where it is not built', async () => {
    sandbox = sandboxUnderTest();
    const answer = await sandbox.server.inject({ url: '/', headers: { accept: 'text/html' } });
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([503, 'text/html; charset=utf-8']);
    expect(answer.body).toContain('npm run build');
  });
});

describe('description of the interface', () => {
  it('is OpenAPI 3.1 in which every operation is named, tagged, answered and secured', async () => {
    sandbox = sandboxUnderTest();
    const document = (await sandbox.server.inject('/api/openapi.json')).json<OpenApi>();
    expect(document.openapi).toBe('3.1.0');
    const ids = new Set<string>();
    const tags = new Set(document.tags.map(({ name }) => name));
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const at = `${method} ${path}`;
        expect(operation.operationId, at).toMatch(/^[a-z][A-Za-z]+$/);
        expect(ids.has(operation.operationId), at).toBe(false);
        ids.add(operation.operationId);
        expect(
          operation.tags.every((tag) => tags.has(tag)),
          at,
        ).toBe(true);
        expect(
          Object.keys(operation.responses).some((status) => status.startsWith('2')),
          at,
        ).toBe(true);
        for (const response of Object.values(operation.responses))
          expect(typeof response.description, at).toBe('string');
        if (path.startsWith('/api/v1/'))
          expect(operation.responses['4XX']?.content, at).toHaveProperty('application/problem+json');
        for (const name of path.matchAll(/\{(\w+)\}/g)) {
          expect(operation.parameters, at).toContainEqual(
            expect.objectContaining({ name: name[1], in: 'path', required: true }),
          );
        }
        for (const requirement of operation.security ?? []) {
          for (const scheme of Object.keys(requirement))
            expect(document.components.securitySchemes).toHaveProperty(scheme);
        }
      }
    }
    expect(ids.size).toBeGreaterThan(28);
    expect(Object.keys(document.paths).some((path) => path.startsWith('/internal'))).toBe(false);
    // Every reference leads somewhere, and no schema stayed behind under a name of Fastify's own.
    const text = JSON.stringify(document);
    for (const [, pointer] of text.matchAll(/"\$ref":"([^"]+)"/g)) {
      const [, kind, name] = /^#\/components\/(schemas)\/([A-Za-z]+)$/.exec(pointer!) ?? [pointer];
      expect(document.components[kind as 'schemas'], pointer).toHaveProperty(name!);
    }
    expect(document.paths['/api/v1/pilots/{pilot}/readings']?.['get']?.security).toEqual([
      { session: [] },
      { serviceToken: [] },
    ]);
    expect(document.paths['/health']?.['get']?.responses).toHaveProperty('503');
  });

  it('holds only schemas that a validator takes', async () => {
    sandbox = sandboxUnderTest();
    const { components } = (await sandbox.server.inject('/api/openapi.json')).json<OpenApi>();
    const app = Fastify({ ajv: { customOptions: { strict: true, strictTypes: false } } });
    const schemas = JSON.parse(
      JSON.stringify(components.schemas).replaceAll('#/components/schemas/', ''),
    ) as typeof components.schemas;
    for (const [$id, schema] of Object.entries(schemas)) app.addSchema({ ...schema, $id });
    for (const name of Object.keys(schemas)) {
      app.post(`/${name}`, { schema: { body: { $ref: `${name}#` } } }, () => null);
    }
    await app.ready(); // compiles every one of them, and throws at the first that is none
    expect(Object.keys(schemas)).toContain('Pilot');
    await app.close();
  });

  it('can be browsed without the internet', async () => {
    sandbox = sandboxUnderTest();
    const page = await sandbox.server.inject('/api/docs/');
    expect(page.statusCode).toBe(200);
    const sources = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source!);
    expect(sources.length).toBeGreaterThan(3);
    for (const source of sources) {
      expect(source).not.toMatch(/^(https?:)?\/\//);
      const { pathname } = new URL(source, 'http://x/api/docs/');
      expect([pathname, (await sandbox.server.inject(pathname)).statusCode]).toEqual([pathname, 200]);
    }
    expect(page.body).not.toMatch(/<script(?![^>]*src=)[^>]*>/);
  });
});

interface OpenApi {
  openapi: string;
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
}
interface Operation {
  operationId: string;
  tags: string[];
  parameters?: object[];
  security?: Record<string, string[]>[];
  responses: Record<string, { description: string; content?: Record<string, object> }>;
}
