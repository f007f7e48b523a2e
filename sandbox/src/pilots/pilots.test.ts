import { createLogger, ManualClock } from '@city-testbed/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Access } from '../access/access.ts';
import { createAccess } from '../access/create-access.ts';
import { deviceRecord, FakeRegistry } from '../fixtures/fakes.ts';
import { createRegistryDatabase, type RegistryDatabase } from '../registry/registry-database.ts';
import { createPilots } from './create-pilots.ts';
import { createOutputTable } from './output-table.ts';
import type { DeclaredPilot, Pilots } from './pilots.ts';
import { grantsOf, mayBecome, slugOf } from './rules.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 5, 1);
const iso = (ms: number) => new Date(ms).toISOString();
let clock: ManualClock;
let database: RegistryDatabase;
let access: Access;
let pilots: Pilots;

const open = async (): Promise<Pilots> => {
  const config = {
    site: { id: 'city' },
    mqtt: { username: 'sandbox', password: 'x' },
    internal: { secret: 's' },
    gateways: [],
  };
  access = createAccess({ database, clock, config });
  await access.accounts.ensureUser({
    email: 'v@example.org',
    name: 'V',
    organisation: 'V',
    role: 'vendor',
    password: 'a password',
  });
  const log = createLogger({ name: 'test', level: 'silent' });
  return createPilots({
    database,
    clock,
    log,
    access,
    registry: new FakeRegistry(deviceRecord('air-1', ['pm10'])),
  });
};

beforeEach(async () => {
  clock = new ManualClock(start);
  database = createRegistryDatabase(':memory:');
  pilots = await open();
});
afterEach(async () => {
  await pilots.stop();
  database.close();
});

const declared: DeclaredPilot = {
  id: 'air',
  title: 'Air',
  summary: '',
  organisation: 'City',
  startsAt: iso(start + day),
  endsAt: iso(start + 5 * day),
  agreement: {
    purpose: '',
    until: iso(start + 3 * day),
    reads: [{ device: 'not-born-yet', metrics: ['*'] }],
  },
  state: 'live',
  synthetic: true,
  members: ['v@example.org'],
};

describe('pilots', () => {
  it('are declared once, kept over a restart, and stay as people made them', async () => {
    pilots.ensurePilot({ ...declared, members: [] });
    pilots.change('air', { title: 'Cleaner air' }, 'staff');
    const made = pilots.ensurePilot(declared);
    expect(made).toMatchObject({ title: 'Cleaner air', state: 'live', synthetic: true });
    expect(made.members).toHaveLength(1);
    const again = await open();
    expect(again.list()).toEqual([made]);
    expect(again.ensurePilot(declared)).toEqual(made);
  });

  it('grant from the start to the end of the agreement, and end at their own', async () => {
    await pilots.start(new AbortController().signal);
    pilots.ensurePilot(declared);
    const seen: [number, boolean, string | undefined][] = [];
    pilots.onChange(() =>
      seen.push([(clock.now() - start) / day, pilots.active().length > 0, pilots.find('air')?.state]),
    );
    await new Promise((resolve) => setImmediate(resolve)); // the timer looks at the new pilot
    await clock.advance(6 * day);
    expect(seen).toEqual([
      [1, true, 'live'],
      [3, false, 'live'],
      [5, false, 'ended'],
    ]);
    expect(pilots.events('air', 10)).toMatchObject([
      { at: iso(start + 5 * day), kind: 'state', code: 'pilot_ended' },
    ]);
  });

  it('that ended while the sandbox was off have ended when it starts', async () => {
    pilots.ensurePilot(declared);
    clock.jump(start + 30 * day);
    pilots = await open();
    await pilots.start(new AbortController().signal);
    expect(pilots.find('air')?.state).toBe('ended');
    expect(database.prepare('SELECT state FROM pilots').get()).toEqual({ state: 'ended' });
  });

  it('whose end was brought forward lose their open broker sessions when it comes', async () => {
    await pilots.start(new AbortController().signal);
    pilots.ensurePilot(declared);
    const issue = (name: string, expiresAt: number) =>
      access.tokens.issue({ pilot: 'air', name, expiresAt, by: 'v@example.org' }).token.id;
    // The broker was told these ends, and holds sessions open until then.
    const sessions = [issue('a', start + 5 * day), issue('b', start + 4 * day)].sort();
    const cut: string[] = [];
    access.revocations.onRevoked((ids) => cut.push(...ids));
    await new Promise((resolve) => setImmediate(resolve)); // the timer looks at the new pilot
    pilots.change('air', { endsAt: iso(start + 2 * day) }, 'staff');
    expect(cut).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve)); // and at its new end
    await clock.advance(2 * day);
    expect(cut.sort()).toEqual(sessions);
  });

  it('lose the tokens that a member issued when the member is removed, and say so', () => {
    const [member] = pilots.ensurePilot(declared).members;
    const issue = (name: string, by: string) =>
      access.tokens.issue({ pilot: 'air', name, expiresAt: start + 5 * day, by });
    const [theirs, kept] = [issue('theirs', 'v@example.org'), issue('kept', 'staff@example.org')];
    const cut: string[] = [];
    access.revocations.onRevoked((ids) => cut.push(...ids));
    pilots.removeMember('air', member!, 'staff@example.org');
    expect(access.tokens.find(theirs.secret)).toBeUndefined();
    expect(access.tokens.find(kept.secret)?.tokenId).toBe(kept.token.id);
    expect(cut).toEqual([theirs.token.id]);
    expect(pilots.events('air', 10)).toMatchObject([{ kind: 'token', code: 'token_revoked' }]);
    expect(pilots.events('air', 10)[0]!.detail).toContain('theirs, by staff@example.org');
  });

  it('keep a bounded number of events, the newest', () => {
    pilots.ensurePilot(declared);
    for (let at = 0; at < 1200; at += 1)
      pilots.recordEvent('air', { at, kind: 'refused', code: 'x', detail: String(at) });
    expect(pilots.events('air', 5000)).toHaveLength(1000);
    expect(pilots.events('air', 1)).toMatchObject([{ detail: '1199' }]);
    const { count } = database.prepare('SELECT count(*) AS count FROM pilot_events').get() as {
      count: number;
    };
    expect(count).toBeLessThanOrEqual(1050);
  });

  it('keep a bounded number and weight of outputs, the newest', async () => {
    pilots.ensurePilot(declared);
    const ids = (limits: { count: number; bytes: number }, payloads: readonly unknown[]) => {
      database.exec('DELETE FROM pilot_outputs');
      const table = createOutputTable(database, limits);
      for (const payload of payloads) table.keep('air', 'out', payload, 0);
      return table.page('air', { limit: 100, order: 'oldest' }).items.map(({ payload }) => payload);
    };
    expect(ids({ count: 3, bytes: 1000 }, [1, 2, 3, 4, 5])).toEqual([3, 4, 5]);
    expect(ids({ count: 9, bytes: 100 }, ['a'.repeat(50), 'b'.repeat(50), 'c'.repeat(20)])).toEqual([
      'b'.repeat(50),
      'c'.repeat(20),
    ]);
    await expect(pilots.keepOutput('absent', 'x', 1, 0)).rejects.toMatchObject({
      code: 'SANDBOX_PILOT_UNKNOWN',
    });
  });
});

describe('rules', () => {
  it('join what an agreement says twice of a device', () => {
    const reads = [
      { device: 'a', metrics: ['x'] },
      { device: 'b', metrics: ['x', '*'] },
      { device: 'a', metrics: ['y', 'x'] },
    ];
    expect(grantsOf({ purpose: '', until: iso(start), reads })).toEqual([
      { device: 'a', metrics: ['x', 'y'] },
      { device: 'b', metrics: null },
    ]);
  });

  it('make ids of titles in any letters', () => {
    expect(slugOf('  Străzi & Piețe: 2026! ')).toBe('strazi-piete-2026');
    expect(slugOf('空気')).toBe('pilot');
    expect(slugOf(`${'a'.repeat(59)} b`)).toBe('a'.repeat(59));
  });

  it('let states go forward only', () => {
    expect([mayBecome('draft', 'ended'), mayBecome('live', 'draft'), mayBecome('ended', 'live')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

it('goes on while the disk is full, and keeps events again when there is room', () => {
  pilots.ensurePilot(declared);
  const event = (code: string) => ({ at: start, kind: 'refused', code, detail: 'x'.repeat(1000) });
  const codes = (): string[] => pilots.events('air', 1000).map(({ code }) => code);
  database.pragma(`max_page_count = ${String(database.pragma('page_count', { simple: true }))}`);
  for (let n = 0; n < 50; n++) pilots.recordEvent('air', event('early'));
  expect(codes().length).toBeLessThan(50);
  database.pragma('max_page_count = 100000');
  pilots.recordEvent('air', event('late'));
  expect(codes()[0]).toBe('late');
});
