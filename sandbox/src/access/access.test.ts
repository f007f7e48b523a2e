import { ManualClock, type CodedError } from '@city-testbed/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRegistryDatabase, type RegistryDatabase } from '../registry/registry-database.ts';
import type { Access, MqttAuthentication } from './access.ts';
import { createAccess } from './create-access.ts';
import { aclOf, covers, isWellFormed } from './mqtt-topics.ts';

const hour = 3_600_000;
let clock: ManualClock;
let database: RegistryDatabase;
let access: Access;
const open = (gateways: { id: string; token: string }[]): Access =>
  createAccess({
    database,
    clock,
    config: {
      site: { id: 'city' },
      mqtt: { username: 'sandbox', password: 'host' },
      internal: { secret: 's' },
      gateways,
    },
  });

beforeEach(() => {
  clock = new ManualClock();
  database = createRegistryDatabase(':memory:');
  access = open([{ id: 'gw-1', token: 'one' }]);
});
afterEach(() => database.close());

const ana = {
  email: 'ana@example.org',
  name: 'Ana',
  organisation: 'City',
  role: 'staff',
  password: 'a long password',
} as const;

describe('accounts', () => {
  it('are made once, brought in line, and hold no password that can be read', async () => {
    expect(access.accounts.any()).toBe(false);
    const made = await access.accounts.ensureUser(ana);
    expect(await access.accounts.ensureUser(ana)).toEqual(made);
    expect(await access.accounts.ensureUser({ ...ana, role: 'admin' })).toEqual({ ...made, role: 'admin' });
    expect(access.accounts.byEmail('ANA@example.org')?.id).toBe(made.id);
    expect(access.accounts.byId(made.id)?.role).toBe('admin');
    const audited = database.prepare("SELECT action FROM audit_log WHERE action LIKE 'user%'").all();
    expect(audited).toEqual([{ action: 'user.create' }, { action: 'user.change' }]);
    const { password_hash: hash } = database.prepare('SELECT password_hash FROM users').get() as {
      password_hash: string;
    };
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(JSON.stringify(database.prepare('SELECT * FROM audit_log').all())).not.toContain('password');
  });

  it('lets a session be found by its secret alone, which is not kept', async () => {
    await access.accounts.ensureUser(ana);
    const { secret, session } = await access.sessions.signIn(ana.email, ana.password, '10.0.0.1');
    expect(access.sessions.find(secret)).toEqual(session);
    expect(access.sessions.find(session.id)).toBeUndefined();
    expect(JSON.stringify(database.prepare('SELECT * FROM sessions').all())).not.toContain(secret);
  });

  it('makes who guesses wait longer and longer, and lets the owner in from elsewhere', async () => {
    await access.accounts.ensureUser(ana);
    const guess = (address: string, password = 'guess') =>
      access.sessions.signIn(ana.email, password, address).then(
        () => 'in',
        (error: unknown) => Number((error as CodedError).context['retryAfterSeconds'] ?? 0),
      );
    const waits = [];
    for (let count = 0; count < 5; count += 1) waits.push(await guess('6.6.6.6'));
    waits.push(await guess('6.6.6.6'));
    await clock.advance(1000);
    waits.push(await guess('6.6.6.6'), await guess('6.6.6.6'));
    expect(waits).toEqual([0, 0, 0, 0, 0, 1, 0, 2]);
    expect(await guess('10.0.0.1', ana.password)).toBe('in');
  });
});

describe('sign-ins from one address', () => {
  const office = '10.0.0.1';
  const signIn = (email: string, password: string) =>
    access.sessions.signIn(email, password, office).then(
      () => 'in',
      (error: unknown) => (error as CodedError).code,
    );

  it('that are right lock nobody out, however many they are', async () => {
    await access.accounts.ensureUser(ana);
    for (let count = 0; count < 25; count += 1)
      expect([count, await signIn(ana.email, ana.password)]).toEqual([count, 'in']);
  });

  it('that are right give nobody free guesses at the accounts of others', async () => {
    await access.accounts.ensureUser(ana);
    const answers = [];
    for (let count = 0; count < 21; count += 1) {
      answers.push(await signIn(`guess-${count}@example.org`, 'guess'));
      if (count < 19) expect(await signIn(ana.email, ana.password)).toBe('in');
    }
    expect(answers.slice(-2)).toEqual(['SANDBOX_ACCESS_SIGN_IN_REFUSED', 'SANDBOX_ACCESS_SIGN_IN_TOO_OFTEN']);
    await clock.advance(1000);
    expect(await signIn(ana.email, ana.password)).toBe('in');
    expect(await signIn('guess@example.org', 'guess')).toBe('SANDBOX_ACCESS_SIGN_IN_REFUSED');
    expect(await signIn(ana.email, ana.password)).toBe('SANDBOX_ACCESS_SIGN_IN_TOO_OFTEN');
  });
});

describe('service tokens', () => {
  beforeEach(() => {
    for (const pilot of ['air', 'light']) {
      database
        .prepare("INSERT INTO pilots VALUES (?, '', '', '', 'live', 0, 1, 0, 0, '{}', '{}')")
        .run(pilot);
    }
  });

  it('are told as revoked when they are revoked and when they lapse', async () => {
    const begin = clock.now();
    const issue = (name: string, expiresAt: number) =>
      access.tokens.issue({ pilot: 'air', name, expiresAt, by: 'ana' });
    const lapsing = issue('a', begin + hour);
    const revoked = issue('b', begin + 10 * hour);
    const living = issue('c', begin + 10 * hour);
    const told: string[] = [];
    access.revocations.onRevoked((ids) => told.push(...ids));
    access.tokens.revoke('air', revoked.token.id, 'ana');
    access.tokens.revoke('air', revoked.token.id, 'ana');
    expect(told).toEqual([revoked.token.id]);
    await clock.advance(hour);
    expect([lapsing, revoked, living].map(({ secret }) => access.tokens.find(secret)?.tokenId)).toEqual([
      undefined,
      undefined,
      living.token.id,
    ]);
    expect([...access.revocations.revokedSince(begin)].sort()).toEqual(
      [lapsing.token.id, revoked.token.id].sort(),
    );
    expect(access.revocations.revokedSince(clock.now() + 1)).toEqual([]);
    expect(() => access.tokens.revoke('light', living.token.id, 'ana')).toThrow(
      expect.objectContaining({ code: 'SANDBOX_ACCESS_TOKEN_UNKNOWN' }) as Error,
    );
  });

  it('are bounded for each pilot', () => {
    const issue = () =>
      access.tokens.issue({ pilot: 'air', name: 'x', expiresAt: clock.now() + hour, by: 'ana' });
    for (let count = 0; count < 50; count += 1) issue();
    expect(issue).toThrow(expect.objectContaining({ code: 'SANDBOX_ACCESS_TOKENS_FULL' }) as Error);
    access.tokens.revokeAll('air', 'ana');
    expect(issue().token.name).toBe('x');
  });
});

describe('gateways', () => {
  const login = (token: string) =>
    access.mqtt.authenticate({ clientid: 'c', username: 'gw-1', password: token });
  const idOf = (answer: MqttAuthentication) => (answer.allowed ? answer.principal.id : '');

  it('lose their credential when the configuration changes or drops it', () => {
    const begin = clock.now();
    const first = login('one');
    expect(first).toMatchObject({ allowed: true, principal: { kind: 'gateway', name: 'gw-1' } });
    access = open([{ id: 'gw-1', token: 'two' }]);
    expect(login('one')).toEqual({ allowed: false, reason: 'bad_credentials' });
    const second = login('two');
    expect(access.revocations.revokedSince(begin)).toEqual([idOf(first)]);
    access = open([]);
    expect([...access.revocations.revokedSince(begin)].sort()).toEqual([idOf(first), idOf(second)].sort());
  });

  it('keep their credential over a restart that changes nothing', () => {
    const before = idOf(login('one'));
    access = open([{ id: 'gw-1', token: 'one' }]);
    expect(idOf(login('one'))).toBe(before);
    expect(access.revocations.revokedSince(0)).toEqual([]);
  });

  it('that come back with their old token are let in by a broker that remembers it as revoked', () => {
    const revokedByBroker = idOf(login('one'));
    access = open([]);
    access = open([{ id: 'gw-1', token: 'one' }]);
    const again = login('one');
    expect(again).toMatchObject({ allowed: true, principal: { kind: 'gateway', name: 'gw-1' } });
    expect(idOf(again)).not.toBe(revokedByBroker);
    expect(access.revocations.revokedSince(0)).toEqual([revokedByBroker]);
  });
});

describe('MQTT topics', () => {
  it('are covered by a filter only whole', () => {
    const cases: [string, string, boolean][] = [
      ['pilots/air/live/#', 'pilots/air/live/devices/x', true],
      ['pilots/air/live/#', 'pilots/air/live', true],
      ['pilots/air/live/#', 'pilots/air/live/#', true],
      ['pilots/air/live/#', 'pilots/air/#', false],
      ['pilots/air/live/#', 'pilots/+/live/#', false],
      ['pilots/air/live/out/+', 'pilots/air/live/out/x', true],
      ['pilots/air/live/out/+', 'pilots/air/live/out/+', true],
      ['pilots/air/live/out/+', 'pilots/air/live/out/#', false],
      ['pilots/air/live/out/+', 'pilots/air/live/out/x/y', false],
      ['pilots/air/live/out/+', 'pilots/air/live/out', false],
      ['pilots/air/live/out/+', 'pilots/airport/live/out/x', false],
      ['#', '$SYS/broker', false],
      ['+/x', '$city/x', false],
      ['$city/#', '$city/events', true],
    ];
    for (const [granted, asked, covered] of cases)
      expect([granted, asked, covers(granted, asked)]).toEqual([granted, asked, covered]);
  });

  it('are well formed', () => {
    for (const topic of ['a/#/b', 'a+', '+a', 'a#', '', 'a\0b'])
      expect([topic, isWellFormed(topic, 'subscribe')]).toEqual([topic, false]);
    expect([
      isWellFormed('a/+/#', 'subscribe'),
      isWellFormed('a/+', 'publish'),
      isWellFormed('a/b', 'publish'),
    ]).toEqual([true, false, true]);
  });

  it('of each kind are as the seam says', () => {
    const acl = (kind: 'gateway' | 'service' | 'person', pilot?: string) =>
      aclOf({ id: 'x', kind, name: 'me', ...(pilot ? { pilot } : {}) }, 'city').map(
        ({ action, filter }) => `${action} ${filter}`,
      );
    expect(acl('gateway')).toEqual([
      'publish spBv1.0/city/NBIRTH/me',
      'publish spBv1.0/city/NDATA/me',
      'publish spBv1.0/city/NDEATH/me',
      'publish spBv1.0/city/DBIRTH/me/+',
      'publish spBv1.0/city/DDATA/me/+',
      'publish spBv1.0/city/DDEATH/me/+',
      'subscribe spBv1.0/city/NCMD/me',
      'subscribe spBv1.0/city/DCMD/me/+',
      'subscribe spBv1.0/STATE/+',
    ]);
    expect(acl('service', 'air')).toEqual([
      'subscribe pilots/air/live/#',
      'publish pilots/air/live/out/+',
      'publish pilots/air/live/commands/+/+',
    ]);
    expect(acl('person')).toEqual([]);
  });

  it('are denied to a name that could be two', () => {
    database.prepare("INSERT INTO pilots VALUES ('gw-1', '', '', '', 'live', 0, 1, 0, 0, '{}', '{}')").run();
    access.tokens.issue({ pilot: 'gw-1', name: 'x', expiresAt: clock.now() + hour, by: 'ana' });
    const ask = {
      clientid: 'c',
      username: 'gw-1',
      actions: ['publish'] as const,
      topic: 'spBv1.0/city/NDATA/gw-1',
    };
    expect(access.mqtt.authorize(ask)).toEqual({ allowed: false, reason: 'ambiguous_username' });
    access.mqtt.authenticate({ clientid: 'c', username: 'gw-1', password: 'one' });
    expect(access.mqtt.authorize(ask)).toEqual({ allowed: true });
  });
});
