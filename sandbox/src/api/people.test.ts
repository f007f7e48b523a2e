import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Device, DeviceList, Pilot, PilotList, Session } from '../contract/index.ts';
import { hour, sandboxUnderTest, start, type SandboxUnderTest } from '../fixtures/sandbox-under-test.ts';

// A start compiles every schema of the interface; a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000 });

let sandbox: SandboxUnderTest;
beforeEach(() => {
  sandbox = sandboxUnderTest();
});
afterEach(() => sandbox.close());

const ask = (
  cookie: string,
  url: string,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' = 'GET',
  payload?: object,
) =>
  sandbox.server.inject({
    method,
    url: `/api/v1${url}`,
    headers: { cookie },
    ...(payload ? { payload } : {}),
  });
const newPilot = {
  title: 'Străzi mai curate',
  summary: 'Dust along two streets',
  organisation: 'Environment',
  startsAt: new Date(start).toISOString(),
  endsAt: new Date(start + 100 * hour).toISOString(),
  agreement: {
    purpose: 'To warn',
    until: new Date(start + 100 * hour).toISOString(),
    reads: [{ device: 'air-1', metrics: ['*'] }],
  },
};

describe('sign-in', () => {
  it('sets a cookie that no script and no other site can use, and ends at once on sign-out', async () => {
    const cookie = await sandbox.signedIn('staff');
    const answer = await sandbox.server.inject({
      method: 'POST',
      url: '/api/v1/session',
      payload: { email: 'STAFF@example.org', password: 'correct horse' },
    });
    expect(answer.headers['set-cookie']).toMatch(
      /^city_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect((await ask(cookie, '/session')).json<Session>().user).toMatchObject({ role: 'staff' });
    expect((await ask(cookie, '/session', 'DELETE')).statusCode).toBe(204);
    expect((await ask(cookie, '/session')).json<Session>().user).toBeNull();
    expect((await ask(cookie, '/devices')).statusCode).toBe(401);
  });

  it('says the same of a wrong password and of an unknown account, then makes the guesser wait', async () => {
    await sandbox.signedIn('staff');
    const guess = (email: string) =>
      sandbox.server.inject({
        method: 'POST',
        url: '/api/v1/session',
        payload: { email, password: 'guess' },
      });
    const wrong = await guess('staff@example.org');
    const unknown = await guess('nobody@example.org');
    expect([wrong.statusCode, unknown.statusCode]).toEqual([401, 401]);
    expect(wrong.json()).toEqual(unknown.json());
    for (let count = 0; count < 4; count += 1) await guess('staff@example.org');
    const late = await guess('staff@example.org');
    expect(late.statusCode).toBe(429);
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0);
    expect(late.json()).toMatchObject({ code: 'SANDBOX_ACCESS_SIGN_IN_TOO_OFTEN' });
  });

  it('behind a proxy that is trusted, one guesser does not keep out everybody else', async () => {
    const signIn = (forwardedFor: string, password: string, under: SandboxUnderTest) =>
      under.server
        .inject({
          method: 'POST',
          url: '/api/v1/session',
          remoteAddress: '10.9.0.1',
          headers: { 'x-forwarded-for': forwardedFor },
          payload: { email: 'staff@example.org', password },
        })
        .then(({ statusCode }) => statusCode);
    const afterGuesses = async (under: SandboxUnderTest) => {
      await under.signedIn('staff');
      for (let count = 0; count < 6; count += 1) await signIn('203.0.113.6', 'guess', under);
      return [
        await signIn('203.0.113.6', 'correct horse', under),
        await signIn('198.51.100.7', 'correct horse', under),
      ];
    };
    const proxied = sandboxUnderTest({ http: { trustedProxies: ['10.9.0.0/16'] } });
    try {
      expect(await afterGuesses(proxied)).toEqual([429, 200]);
    } finally {
      await proxied.close();
    }
    // Whoever is no trusted proxy cannot choose an address.
    expect(await afterGuesses(sandbox)).toEqual([429, 429]);
  });

  it('lasts 12 hours after its last use', async () => {
    const cookie = await sandbox.signedIn('staff');
    await sandbox.clock.advance(11 * hour);
    expect((await ask(cookie, '/devices')).statusCode).toBe(200);
    await sandbox.clock.advance(11 * hour);
    expect((await ask(cookie, '/devices')).statusCode).toBe(200);
    await sandbox.clock.advance(12 * hour);
    expect((await ask(cookie, '/devices')).statusCode).toBe(401);
  });

  it('refuses what another site makes a browser send', async () => {
    const cookie = await sandbox.signedIn('staff');
    const send = (headers: Record<string, string>) =>
      sandbox.server.inject({
        method: 'POST',
        url: '/api/v1/pilots',
        headers: { cookie, ...headers },
        payload: newPilot,
      });
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: 'http://localhost:80' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ]) {
      const answer = await send(headers);
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([
        403,
        'SANDBOX_ACCESS_CROSS_SITE',
      ]);
    }
    expect((await send({ origin: 'http://localhost:80', host: 'localhost:80' })).statusCode).toBe(201);
    expect(
      (await send({ 'sec-fetch-site': 'same-origin', origin: 'http://proxied.example' })).statusCode,
    ).toBe(201);
  });
});

describe('roles', () => {
  it('lets staff do what vendors and engineers may not', async () => {
    const [staff, engineer, vendor] = await Promise.all(
      (['staff', 'engineer', 'vendor'] as const).map((role) => sandbox.signedIn(role)),
    );
    for (const cookie of [engineer!, vendor!]) {
      const refused = await ask(cookie, '/pilots', 'POST', newPilot);
      expect(refused.statusCode).toBe(403);
      expect(refused.json()).toMatchObject({ code: 'SANDBOX_ACCESS_FORBIDDEN' });
      expect((await ask(cookie, '/connectors')).statusCode).toBe(403);
    }
    expect((await ask(vendor!, '/gateways')).statusCode).toBe(403);
    expect((await ask(engineer!, '/gateways')).json()).toMatchObject({
      items: [{ id: 'gw-1', devices: ['air-1', 'air-2', 'light-1'] }],
    });
    const made = await ask(staff!, '/pilots', 'POST', newPilot);
    expect(made.statusCode).toBe(201);
    expect(made.headers.location).toBe('/api/v1/pilots/strazi-mai-curate');
    expect(made.json()).toMatchObject({
      state: 'draft',
      may: { edit: true, issueTokens: true },
      target: { completenessPercent: 90 },
    });
    expect((await ask(engineer!, '/pilots/strazi-mai-curate')).json()).toMatchObject({
      may: { edit: false, issueTokens: false },
    });
    expect((await ask(engineer!, '/pilots/strazi-mai-curate/tokens', 'POST', { name: 'x' })).statusCode).toBe(
      403,
    );
  });

  it('shows a vendor nothing of pilots and devices that are not theirs', async () => {
    const vendor = await sandbox.signedIn('vendor');
    await sandbox.signedIn('vendor', 'other');
    sandbox.livePilot('mine', { 'air-1': ['pm2_5'] }, ['vendor']);
    sandbox.livePilot('theirs', { 'air-1': ['*'], 'air-2': ['*'] }, ['other']);
    sandbox.store.add('air-1', 'pm2_5', 12, start);
    sandbox.store.add('air-1', 'pm10', 30, start);

    expect((await ask(vendor, '/pilots')).json<PilotList>().items.map(({ id }) => id)).toEqual(['mine']);
    for (const path of [
      '',
      '/connection',
      '/readings',
      '/outputs',
      '/events',
      '/evaluation',
      '/tokens',
      '/live',
    ]) {
      const answer = await ask(vendor, `/pilots/theirs${path}`);
      expect([path, answer.statusCode]).toEqual([path, 404]);
      const absent = await ask(vendor, `/pilots/absent${path}`);
      expect(answer.json<{ code: string }>().code).toBe(absent.json<{ code: string }>().code);
    }
    expect((await ask(vendor, '/pilots/theirs/tokens', 'POST', { name: 'x' })).statusCode).toBe(404);

    const devices = (await ask(vendor, '/devices')).json<DeviceList>().items;
    expect(devices.map(({ id }) => id)).toEqual(['air-1']);
    expect(devices[0]!.metrics.map(({ name, value }) => [name, value])).toEqual([['pm2_5', 12]]);
    expect(devices[0]!.pilots).toEqual([{ id: 'mine', title: 'Pilot mine' }]);
    const period = 'from=2026-06-01T00:00:00Z&to=2026-06-01T01:00:00Z';
    for (const path of [
      '/devices/air-2',
      '/devices/absent',
      '/devices/air-2/readings',
      `/devices/air-1/series?metric=pm10&${period}`,
      '/devices/air-1/readings?metric=pm10',
      '/live?devices=air-1,air-2',
    ]) {
      expect([path, (await ask(vendor, path)).statusCode]).toEqual([path, 404]);
    }
    expect((await ask(vendor, `/devices/air-1/series?metric=pm2_5&${period}`)).statusCode).toBe(200);
    const readings = (await ask(vendor, '/devices/air-1/readings')).json<{ items: { metric: string }[] }>();
    expect(readings.items.map(({ metric }) => metric)).toEqual(['pm2_5']);
  });

  it('shows a vendor nothing of a device from before the pilot started', async () => {
    const [vendor, staff] = [await sandbox.signedIn('vendor'), await sandbox.signedIn('staff')];
    const begin = start - 24 * hour; // when the pilots of the fixture start
    sandbox.livePilot('mine', { 'air-1': ['pm2_5'], 'air-2': ['pm10'] }, ['vendor']);
    sandbox.store.add('air-1', 'pm2_5', 1, begin - 1);
    sandbox.store.add('air-1', 'pm2_5', 2, begin);
    sandbox.store.add('air-2', 'pm10', 3, begin - 1);
    sandbox.store.rollups = [begin - hour, begin, begin + hour].map((from) => ({
      ...{ from, min: 1, max: 1, sum: 1, last: 1, count: 1, bad: 0, synthetic: 0 },
    }));
    const long = `from=${new Date(begin - 48 * hour).toISOString()}&to=${new Date(start).toISOString()}`;
    const values = async (cookie: string, query: string) =>
      (await ask(cookie, `/devices/air-1/readings?${query}`))
        .json<{ items: { metric: string; value: number }[] }>()
        .items.map(({ value }) => value);
    const starts = async (cookie: string) =>
      (await ask(cookie, `/devices/air-1/series?metric=pm2_5&resolution=1h&${long}`))
        .json<{ points: { t: string }[] }>()
        .points.map(({ t }) => (Date.parse(t) - begin) / hour);
    for (const query of ['', long, `metric=pm2_5&${long}`]) {
      expect([query, await values(staff, query)]).toEqual([query, [1, 2]]);
      expect([query, await values(vendor, query)]).toEqual([query, [2]]);
    }
    expect([await starts(staff), await starts(vendor)]).toEqual([
      [-1, 0, 1],
      [0, 1],
    ]);
    const past = `from=${new Date(begin - 48 * hour).toISOString()}&to=${new Date(begin).toISOString()}`;
    const before = await ask(vendor, `/devices/air-1/series?metric=pm2_5&resolution=1h&${past}`);
    expect(before.json()).toMatchObject({ points: [] });
    const last = async (cookie: string) =>
      (await ask(cookie, '/devices/air-2')).json<Device>().metrics.find(({ name }) => name === 'pm10')?.value;
    expect([await last(staff), await last(vendor)]).toEqual([3, null]);
    const listed = (await ask(vendor, '/devices')).json<DeviceList>().items;
    expect(listed.map(({ metrics }) => metrics.map(({ value }) => value))).toEqual([[2], [null]]);
    expect((await ask(vendor, '/pilots/mine/connection')).body).not.toContain('\\"value\\":3');
  });

  it('shows a vendor of two pilots each metric since its own', async () => {
    const vendor = await sandbox.signedIn('vendor');
    sandbox.livePilot('old', { 'air-1': ['pm10'] }, ['vendor']);
    sandbox.pilots.ensurePilot({
      ...{ ...newPilot, id: 'new', state: 'live', synthetic: false, members: ['vendor@example.org'] },
      agreement: { ...newPilot.agreement, reads: [{ device: 'air-1', metrics: ['pm2_5'] }] },
    });
    for (const [metric, value] of [['pm10', 1] as const, ['pm2_5', 2] as const])
      for (const at of [start - hour, start]) sandbox.store.add('air-1', metric, value, at);
    const readings = (await ask(vendor, '/devices/air-1/readings')).json<{ items: { value: number }[] }>();
    expect(readings.items.map(({ value }) => value)).toEqual([1, 1, 2]);
  });

  it('shows city people everything, and what a device that is away said last as stale', async () => {
    const engineer = await sandbox.signedIn('engineer');
    sandbox.store.add('air-1', 'pm2_5', 12, start);
    expect((await ask(engineer, '/devices')).json<DeviceList>().items).toHaveLength(3);
    const record = sandbox.registry.device('air-1')!;
    sandbox.registry.records.set('air-1', { ...record, state: 'offline' });
    const [pm25, pm10] = (await ask(engineer, '/devices/air-1')).json<Device>().metrics;
    expect(pm25).toMatchObject({ value: 12, quality: 'stale', reason: 'device_offline' });
    expect(pm10).toMatchObject({
      value: null,
      quality: 'stale',
      reason: 'no_reading_yet',
      label: { en: 'pm10', ro: 'pm10' },
    });
  });

  it('takes a pilot from a vendor when the membership ends', async () => {
    const [vendor, staff] = [await sandbox.signedIn('vendor'), await sandbox.signedIn('staff')];
    sandbox.livePilot('mine', { 'air-1': ['*'] });
    expect((await ask(vendor, '/pilots/mine')).statusCode).toBe(404);
    const added = await ask(staff, '/pilots/mine/members', 'POST', { email: 'Vendor@example.org' });
    const [member] = added.json<Pilot>().members;
    expect(member).toMatchObject({ email: 'vendor@example.org', role: 'vendor' });
    expect((await ask(vendor, '/pilots/mine')).statusCode).toBe(200);
    expect(
      (await ask(staff, `/pilots/mine/members/${member!.userId}`, 'DELETE')).json<Pilot>().members,
    ).toEqual([]);
    expect((await ask(vendor, '/pilots/mine')).statusCode).toBe(404);
    expect((await ask(staff, '/pilots/mine/members', 'POST', { email: 'a@b.c' })).statusCode).toBe(404);
  });
});

describe('pilots', () => {
  it('go from draft to live to ended and never back', async () => {
    const staff = await sandbox.signedIn('staff');
    await ask(staff, '/pilots', 'POST', { ...newPilot, id: 'p' });
    const become = async (state: string) => (await ask(staff, '/pilots/p', 'PATCH', { state })).statusCode;
    expect(sandbox.pilots.active()).toEqual([]);
    expect(await become('live')).toBe(200);
    expect(sandbox.pilots.active()).toEqual([{ pilot: 'p', grants: [{ device: 'air-1', metrics: null }] }]);
    expect(await become('draft')).toBe(409);
    expect(await become('ended')).toBe(200);
    expect(sandbox.pilots.active()).toEqual([]);
    expect(await become('live')).toBe(409);
    expect((await ask(staff, '/pilots/p/agreement', 'PUT', newPilot.agreement)).statusCode).toBe(409);
    expect((await ask(staff, '/pilots/p/tokens', 'POST', { name: 'late' })).statusCode).toBe(409);
    const audited = sandbox.database.prepare("SELECT actor, action FROM audit_log WHERE subject = 'p'").all();
    expect(audited).toEqual([
      { actor: 'staff@example.org', action: 'pilot.create' },
      { actor: 'staff@example.org', action: 'pilot.change' },
      { actor: 'staff@example.org', action: 'pilot.change' },
    ]);
  });

  it('name every fault at once, each by its path', async () => {
    const staff = await sandbox.signedIn('staff');
    const answer = await ask(staff, '/pilots', 'POST', {
      ...newPilot,
      title: 'x',
      colour: 'red',
      endsAt: 'soon',
      summary: undefined,
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({ code: 'SANDBOX_API_INPUT_INVALID', status: 400 });
    const faults = answer.json<{ errors: { path: string; found: string }[] }>().errors;
    expect(faults.map(({ path, found }) => `${path}: ${found}`).sort()).toEqual(
      ['colour: an unknown key', 'endsAt: "soon"', 'summary: nothing', 'title: "x"'].sort(),
    );

    const unknown = await ask(staff, '/pilots', 'POST', {
      ...newPilot,
      agreement: {
        ...newPilot.agreement,
        reads: [
          { device: 'ghost', metrics: ['*'] },
          { device: 'air-1', metrics: ['pm10', 'noise'] },
        ],
      },
    });
    expect(unknown.statusCode).toBe(400);
    expect(unknown.json<{ errors: unknown[] }>().errors).toEqual([
      { path: 'agreement.reads.0.device', found: 'ghost', allowed: 'the id of a device that is known' },
      { path: 'agreement.reads.1.metrics.1', found: 'noise', allowed: '* or one of: pm2_5, pm10' },
    ]);
  });

  it('have ids of their own, which no broker user has', async () => {
    const staff = await sandbox.signedIn('staff');
    expect((await ask(staff, '/pilots', 'POST', newPilot)).json<Pilot>().id).toBe('strazi-mai-curate');
    expect((await ask(staff, '/pilots', 'POST', newPilot)).json<Pilot>().id).toBe('strazi-mai-curate-2');
    for (const id of ['strazi-mai-curate', 'gw-1', 'sandbox']) {
      expect((await ask(staff, '/pilots', 'POST', { ...newPilot, id })).statusCode).toBe(409);
    }
  });

  it('are evaluated from their start to now', async () => {
    const vendor = await sandbox.signedIn('vendor');
    sandbox.livePilot('mine', { 'air-1': ['*'] }, ['vendor']);
    const answer = await ask(vendor, '/pilots/mine/evaluation');
    expect(answer.json()).toMatchObject({
      from: '2026-05-31T00:00:00.000Z',
      to: '2026-06-01T00:00:00.000Z',
      verdict: 'insufficient_data',
      indicators: [
        { id: 'completeness', value: 0, expected: 576 },
        { id: 'latency_p95', value: null },
      ],
    });
    expect((await ask(vendor, '/pilots/mine/evaluation?from=2026-02-30T00:00:00Z')).statusCode).toBe(400);
  });
});
