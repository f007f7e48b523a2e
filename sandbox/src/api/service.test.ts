import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { IssuedToken, PilotConnection, PilotOutputPage, ReadingPage } from '../contract/index.ts';
import {
  brokerSecret,
  day,
  hour,
  sandboxUnderTest,
  start,
  type SandboxUnderTest,
} from '../fixtures/sandbox-under-test.ts';

// A start compiles every schema of the interface; a busy machine takes its time.
vi.setConfig({ testTimeout: 30_000 });

let sandbox: SandboxUnderTest;
beforeEach(() => {
  sandbox = sandboxUnderTest();
});
afterEach(() => sandbox.close());

const asService = (token: string, url: string, method: 'GET' | 'POST' | 'DELETE' = 'GET') =>
  sandbox.server.inject({ method, url: `/api/v1${url}`, headers: { authorization: `Bearer ${token}` } });

describe('a service with its token', () => {
  it('reads what the agreement grants by cursor, without gaps, and goes on where it stopped', async () => {
    sandbox.livePilot('air', { 'air-1': ['pm2_5'], 'air-2': ['*'] });
    const token = sandbox.serviceToken('air');
    sandbox.store.add('air-1', 'pm2_5', -1, start - 2 * day); // before the pilot
    for (let index = 0; index < 25; index += 1) {
      sandbox.store.add('air-1', 'pm2_5', index, start + index);
      sandbox.store.add('air-1', 'pm10', 99, start + index);
      sandbox.store.add('light-1', 'active_power', 99, start + index);
    }
    const values: unknown[] = [];
    let after = '';
    for (;;) {
      const { items, next, cursor } = (
        await asService(token, `/pilots/air/readings?limit=10${after}`)
      ).json<ReadingPage>();
      values.push(...items.map(({ value }) => value));
      after = `&after=${cursor!}`;
      if (next === null) break;
    }
    expect(values).toEqual(Array.from({ length: 25 }, (_, index) => index));
    sandbox.store.add('air-2', 'pm10', 25, start + 25);
    const later = (await asService(token, `/pilots/air/readings?limit=10${after}`)).json<ReadingPage>();
    expect(later.items).toMatchObject([{ device: 'air-2', value: 25, unit: 'ug/m3', source: 'live' }]);
  });

  it('reaches its own pilot only, and only to read', async () => {
    sandbox.livePilot('air', { 'air-1': ['*'] });
    sandbox.livePilot('other', { 'air-2': ['*'] });
    const token = sandbox.serviceToken('air');
    for (const path of ['readings', 'outputs', 'connection']) {
      expect((await asService(token, `/pilots/air/${path}`)).statusCode).toBe(200);
      expect((await asService(token, `/pilots/other/${path}`)).statusCode).toBe(404);
    }
    for (const [method, url] of [
      ['GET', '/devices'],
      ['GET', '/pilots'],
      ['GET', '/pilots/air'],
      ['GET', '/pilots/air/evaluation'],
      ['GET', '/pilots/air/live'],
      ['POST', '/pilots/air/tokens'],
      ['GET', '/live'],
    ] as const) {
      expect([url, (await asService(token, url, method)).statusCode]).toEqual([url, 403]);
    }
    expect((await asService('ctb_wrong', '/pilots/air/readings')).statusCode).toBe(401);
    // A wrong token is not ignored for a good cookie.
    const cookie = await sandbox.signedIn('staff');
    const both = await sandbox.server.inject({
      url: '/api/v1/devices',
      headers: { cookie, authorization: 'Bearer ctb_wrong' },
    });
    expect(both.statusCode).toBe(401);
  });

  it('loses everything the moment its token is revoked', async () => {
    const vendor = await sandbox.signedIn('vendor');
    sandbox.livePilot('air', { 'air-1': ['*'] }, ['vendor']);
    const told: (readonly string[])[] = [];
    sandbox.access.revocations.onRevoked((ids) => told.push(ids));
    const issued = await sandbox.server.inject({
      method: 'POST',
      url: '/api/v1/pilots/air/tokens',
      headers: { cookie: vendor, host: 'testbed.example' },
      payload: { name: 'my service' },
    });
    expect(issued.statusCode).toBe(201);
    const { token, secret, environment } = issued.json<IssuedToken>();
    expect(secret).toMatch(/^ctb_[\w-]{43}$/);
    expect(token).toMatchObject({
      createdBy: 'vendor@example.org',
      expiresAt: new Date(start + 10 * day).toISOString(),
    });
    expect(environment).toEqual({
      MQTT_URL: 'mqtt://127.0.0.1:1883',
      MQTT_USERNAME: 'air',
      MQTT_PASSWORD: secret,
      TOPIC_PREFIX: 'pilots/air/live',
      API_URL: 'http://testbed.example/api/v1',
    });
    expect(JSON.stringify(sandbox.database.prepare('SELECT * FROM tokens').all())).not.toContain(secret);
    expect((await asService(secret, '/pilots/air/readings')).statusCode).toBe(200);

    const list = await sandbox.server.inject({
      url: '/api/v1/pilots/air/tokens',
      headers: { cookie: vendor },
    });
    expect(list.json()).toMatchObject({
      items: [{ id: token.id, lastUsedAt: expect.any(String) as string }],
    });
    expect(list.body).not.toContain(secret);

    const url = `/api/v1/pilots/air/tokens/${token.id}`;
    expect(
      (await sandbox.server.inject({ method: 'DELETE', url, headers: { cookie: vendor } })).json(),
    ).toMatchObject({
      revokedAt: new Date(start).toISOString(),
    });
    expect(told).toEqual([[token.id]]);
    expect((await asService(secret, '/pilots/air/readings')).statusCode).toBe(401);
    const events = await sandbox.server.inject({
      url: '/api/v1/pilots/air/events',
      headers: { cookie: vendor },
    });
    expect(events.json()).toMatchObject({ items: [{ code: 'token_revoked' }, { code: 'token_issued' }] });
  });

  it('ends with its pilot, by the dates alone', async () => {
    await sandbox.pilots.start(new AbortController().signal);
    sandbox.livePilot('air', { 'air-1': ['*'] });
    const token = sandbox.serviceToken('air');
    let changes = 0;
    sandbox.pilots.onChange(() => (changes += 1));
    const told: (readonly string[])[] = [];
    sandbox.access.revocations.onRevoked((ids) => told.push(ids));
    await sandbox.clock.advance(10 * day - 1);
    expect([changes, (await asService(token, '/pilots/air/readings')).statusCode]).toEqual([0, 200]);
    await sandbox.clock.advance(1);
    expect(changes).toBe(1);
    expect(sandbox.pilots.active()).toEqual([]);
    expect(sandbox.pilots.find('air')?.state).toBe('ended');
    expect((await asService(token, '/pilots/air/readings')).statusCode).toBe(401);
    expect(sandbox.access.revocations.revokedSince(start)).toHaveLength(1);
  });

  it('may not outlive the pilot', async () => {
    const vendor = await sandbox.signedIn('vendor');
    sandbox.livePilot('air', { 'air-1': ['*'] }, ['vendor']);
    const issue = (expiresAt: number) =>
      sandbox.server.inject({
        method: 'POST',
        url: '/api/v1/pilots/air/tokens',
        headers: { cookie: vendor },
        payload: { name: 'x', expiresAt: new Date(expiresAt).toISOString() },
      });
    expect((await issue(start + 10 * day + 1)).statusCode).toBe(400);
    expect((await issue(start)).statusCode).toBe(400);
    const { secret } = (await issue(start + hour)).json<IssuedToken>();
    await sandbox.clock.advance(hour);
    expect((await asService(secret, '/pilots/air/readings')).statusCode).toBe(401);
    const staff = await sandbox.signedIn('staff');
    const kept = sandbox.serviceToken('air');
    await sandbox.server.inject({
      method: 'PATCH',
      url: '/api/v1/pilots/air',
      headers: { cookie: staff },
      payload: { endsAt: new Date(start + 2 * hour).toISOString() },
    });
    await sandbox.clock.advance(hour);
    expect((await asService(kept, '/pilots/air/readings')).statusCode).toBe(401);
  });

  it('gets no readings while the agreement is not in force', async () => {
    sandbox.livePilot('air', { 'air-1': ['*'] });
    const token = sandbox.serviceToken('air');
    const { agreement } = sandbox.pilots.find('air')!;
    sandbox.pilots.setAgreement('air', { ...agreement, until: new Date(start + hour).toISOString() }, 'test');
    expect((await asService(token, '/pilots/air/readings')).statusCode).toBe(200);
    await sandbox.clock.advance(hour);
    const answer = await asService(token, '/pilots/air/readings');
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([
      403,
      'SANDBOX_PILOT_NOT_IN_FORCE',
    ]);
  });

  it('learns its topics with examples of the metrics that it will get', async () => {
    sandbox.livePilot('air', { 'air-1': ['pm2_5'] });
    sandbox.store.add('air-1', 'pm2_5', 12.5, start);
    const connection = (
      await asService(sandbox.serviceToken('air'), '/pilots/air/connection')
    ).json<PilotConnection>();
    expect(connection).toMatchObject({
      username: 'air',
      prefix: 'pilots/air/live',
      websocketUrl: null,
      limits: { packetBytes: 262_144 },
    });
    expect(connection.topics.map(({ address, direction }) => [address, direction])).toEqual([
      ['devices/air-1/readings', 'receive'],
      ['devices/air-1/status', 'receive'],
      ['out/<name>', 'send'],
    ]);
    expect(JSON.parse(connection.topics[0]!.example)).toMatchObject({
      device: 'air-1',
      readings: { pm2_5: { value: 12.5, unit: 'ug/m3', quality: 'good' } },
    });
  });

  it('finds its outputs again, oldest or newest first', async () => {
    sandbox.livePilot('air', { 'air-1': ['*'] });
    for (let index = 0; index < 5; index += 1)
      await sandbox.pilots.keepOutput('air', 'alert', { index }, start + index);
    const token = sandbox.serviceToken('air');
    const read = async (query: string) =>
      (await asService(token, `/pilots/air/outputs?${query}`)).json<PilotOutputPage>();
    const indexes = ({ items }: PilotOutputPage) =>
      items.map(({ payload }) => (payload as { index: number }).index);
    const first = await read('limit=3');
    expect([indexes(first), indexes(await read(`limit=3&after=${first.next!}`))]).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
    const newest = await read('limit=3&order=newest');
    expect([indexes(newest), indexes(await read(`limit=3&order=newest&after=${newest.next!}`))]).toEqual([
      [4, 3, 2],
      [1, 0],
    ]);
  });
});

describe('what a broker asks', () => {
  const authorization = `Bearer ${brokerSecret}`;
  const post = (
    path: string,
    payload: object | string,
    headers: Record<string, string> = { authorization },
  ) => sandbox.server.inject({ method: 'POST', url: `/internal/mqtt/${path}`, payload, headers });

  it('is answered only with the shared secret', async () => {
    const body = { clientid: 'c', username: 'gw-1', password: 'gateway-1-token' };
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: 'Bearer' }] as Record<
      string,
      string
    >[]) {
      expect((await post('authenticate', body, headers)).statusCode).toBe(401);
    }
    // mosquitto-go-auth can only put the secret into the URL, which arrives as HTTP Basic.
    const basic = Buffer.from(`broker:${brokerSecret}`).toString('base64');
    expect((await post('authenticate', body, { authorization: `Basic ${basic}` })).json()).toMatchObject({
      ok: true,
    });
  });

  it('tells gateways, services and the host apart, with what each may do', async () => {
    sandbox.livePilot('air', { 'air-1': ['*'] });
    const token = sandbox.serviceToken('air');
    const login = async (username: string, password: string) =>
      (await post('authenticate', { clientid: 'c', username, password })).json<Record<string, unknown>>();
    expect(await login('gw-1', 'gateway-1-token')).toMatchObject({
      result: 'allow',
      ok: true,
      expiresAt: null,
      principal: { kind: 'gateway', name: 'gw-1' },
      acl: expect.arrayContaining([
        expect.objectContaining({ action: 'publish', filter: 'spBv1.0/baia-mare/DDATA/gw-1/+' }),
      ]) as unknown,
    });
    expect(await login('air', token)).toMatchObject({
      principal: { kind: 'service', pilot: 'air' },
      expiresAt: new Date(start + 10 * day).toISOString(),
      expire_at: (start + 10 * day) / 1000,
      limits: { messagesPerSecond: 100 },
    });
    expect(await login('sandbox', 'host-password')).toMatchObject({ principal: { kind: 'host' } });
    for (const [username, password] of [
      ['gw-1', 'gateway-2-token'],
      ['gw-1', token],
      ['other', token],
      ['sandbox', token],
      ['sandbox', 'wrong'],
      ['', ''],
      ['nobody', 'x'],
    ] as const) {
      expect(await login(username, password)).toMatchObject({ result: 'deny', ok: false });
    }
    const certified = await post('authenticate', { clientid: 'c', cert_common_name: 'gw-2', username: null });
    expect(certified.json()).toMatchObject({ ok: true, principal: { name: 'gw-2' } });
  });

  it('is answered in forms as in JSON, and for one topic at a time', async () => {
    sandbox.livePilot('air', { 'air-1': ['*'] });
    const password = sandbox.serviceToken('air');
    const form = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
    const login = await post(
      'authenticate',
      new URLSearchParams({ clientid: 'c', username: 'air', password }).toString(),
      form,
    );
    expect(login.json()).toMatchObject({ ok: true });
    const may = async (topic: string, acc: string) =>
      (
        await post(
          'authorize',
          new URLSearchParams({ clientid: 'c', username: 'air', topic, acc }).toString(),
          form,
        )
      ).json<{ ok: boolean }>().ok;
    expect(await may('pilots/air/live/devices/air-1/readings', '1')).toBe(true);
    expect(await may('pilots/air/live/#', '4')).toBe(true);
    expect(await may('pilots/+/live/#', '4')).toBe(false);
    expect(await may('pilots/air/live/out/alert', '2')).toBe(true);
    expect(await may('pilots/air/live/devices/air-1/readings', '2')).toBe(false);
    expect(await may('pilots/air/live/out/alert', '3')).toBe(true);
    const { id } = sandbox.access.tokens.list('air')[0]!;
    sandbox.access.tokens.revoke('air', id, 'test');
    expect(await may('pilots/air/live/#', '4')).toBe(false);
  });
});
