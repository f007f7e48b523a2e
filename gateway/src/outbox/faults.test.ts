import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import SqliteDatabase from 'better-sqlite3';
import { ManualClock, seededRandom } from '@city-testbed/runtime';
import { describe, expect, it, test, vi } from 'vitest';
import type { Batch } from '../model/reading.ts';
import { cardDisk, noMounts, smallDisk } from './disk.suite.ts';
import { batchOf, meter } from './outbox.suite.ts';
import type { Replaced } from './outbox.ts';
import type { SqliteOutbox, SqliteOutboxOptions } from './sqlite-outbox.ts';
import { folder, heardLog, sqlite } from './sqlite.suite.ts';

vi.setConfig({ testTimeout: 30_000 });

const page = 4096;
const text = (at: number, length = 1000): Batch =>
  batchOf('meter-1', at, 0, { readings: [{ alias: 2, value: String(at).padEnd(length, '.') }] });

async function opened(file: string, options: Partial<SqliteOutboxOptions> = {}): Promise<SqliteOutbox> {
  const outbox = sqlite(file, { maxBytes: 100_000_000, ...options });
  await outbox.start();
  outbox.declare(meter);
  return outbox;
}

function fill(outbox: SqliteOutbox, from: number, to: number, length = 1000): void {
  for (let at = from; at <= to; at++) {
    outbox.append(text(at, length));
    if (at % 100 === 0) outbox.commit();
  }
  outbox.commit();
}

function all(outbox: SqliteOutbox): { at: number; number: number }[] {
  return outbox.after(0, 1_000_000).map(({ at, number }) => ({ at, number }));
}

/** Writes zeros over a share of a file, in whole pages, as a card does that lost a block. */
function damage(file: string, share: number, pages = 1): void {
  const at = Math.floor((statSync(file).size / page) * share) * page;
  const opened = openSync(file, 'r+');
  writeSync(opened, Buffer.alloc(page * pages), 0, page * pages, at);
  closeSync(opened);
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('a disk that takes nothing', () => {
  it.skipIf(noMounts)(
    'full: readings wait in memory, and are committed in order when there is room',
    async () => {
      const disk = smallDisk(2);
      const clock = new ManualClock();
      const { log, heard } = heardLog();
      try {
        const outbox = await opened(join(disk.path, 'o.db'), { clock, log });
        fill(outbox, 1, 100, 100);
        const ballast = join(disk.path, 'ballast');
        const opened_ = openSync(ballast, 'w');
        expect(() => {
          for (;;) writeSync(opened_, Buffer.alloc(page));
        }).toThrow('ENOSPC');
        closeSync(opened_);
        for (let at = 101; at <= 1500; at++) outbox.append(text(at, 500));
        await clock.advance(200);
        const { fault, pending, pendingBytes, commitsFailed, freeBytes } = outbox.status();
        expect(fault).toContain('full');
        expect(pending).toBeGreaterThan(900);
        expect(pendingBytes).toBeGreaterThan(pending * 1000);
        expect(commitsFailed).toBeGreaterThan(0);
        expect(freeBytes).toBeDefined();
        // What uplink and clock want to keep waits too, and nobody is thrown out by it.
        outbox.persistBdSeq(17);
        outbox.settleClock({ at: clock.now(), uptime: 5000 });
        expect(outbox.lastBdSeq()).toBe(17);
        await clock.advance(2000);
        expect(heard.filter((line) => line.startsWith('error'))).toHaveLength(1);
        rmSync(ballast);
        await clock.advance(5000);
        expect(outbox.status()).toMatchObject({ pending: 0, dropped: 0 });
        expect(outbox.status().fault).toBeUndefined();
        expect(all(outbox).map(({ at }) => at)).toEqual(range(1, 1500));
        await outbox.stop();
        const again = await opened(join(disk.path, 'o.db'));
        expect(again.lastBdSeq()).toBe(17);
        await again.stop();
      } finally {
        disk.unmount();
      }
    },
  );

  it.skipIf(noMounts)('full for long: the memory has its limit, and what is lost is counted', async () => {
    const disk = smallDisk(2);
    const clock = new ManualClock();
    try {
      const maxPending = { batches: 500, bytes: 10_000_000 };
      const { log, heard } = heardLog();
      const outbox = await opened(join(disk.path, 'o.db'), { clock, log, maxPending });
      outbox.limitFileBytes(1);
      for (let at = 1; at <= 2000; at++) {
        outbox.append(text(at));
        if (at % 100 === 0) await clock.advance(200);
      }
      const { pending, dropped, droppedBy, batches, overflowing } = outbox.status();
      expect(pending).toBeLessThanOrEqual(500);
      expect(droppedBy.memory).toBe(dropped);
      expect(dropped).toBe(2000 - pending - batches);
      expect(overflowing).toMatchObject({ where: 'memory', lost: dropped });
      outbox.limitFileBytes(2 ** 30);
      await clock.advance(1000);
      expect(outbox.status()).toMatchObject({ pending: 0, dropped });
      expect(outbox.status().overflowing).toBeUndefined();
      expect(heard.at(-1)).toBe('info: the outbox has room again');
      expect(all(outbox).at(-1)?.at).toBe(2000);
      await outbox.stop();
      const again = await opened(join(disk.path, 'o.db'));
      expect(again.status().droppedBy.memory).toBe(dropped);
      await again.stop();
    } finally {
      disk.unmount();
    }
  });

  it.skipIf(noMounts)(
    'read-only, as a worn card is remounted: it is opened again once that was mended',
    async (context) => {
      const card = cardDisk();
      if (!card) return context.skip('no loop device with ext4');
      const clock = new ManualClock();
      try {
        const file = join(card.path, 'gateway', 'o.db');
        const outbox = await opened(file, { clock, synchronous: 'full' });
        const aliases = outbox.declare(meter);
        fill(outbox, 1, 300, 100);
        card.fail();
        for (let at = 301; at <= 400; at++) outbox.append(text(at, 100));
        await clock.advance(1000);
        expect(outbox.status().fault).toBeDefined();
        expect(outbox.status().pending).toBeGreaterThan(0);
        // Nobody who asks meanwhile is thrown out.
        expect(outbox.after(0, 10).length).toBeLessThanOrEqual(10);
        outbox.persistBdSeq(3);
        outbox.confirm([1]);
        let released = 0;
        outbox.onRelease(() => (released += 1));
        card.mend();
        await clock.advance(1000);
        expect(outbox.status()).toMatchObject({ pending: 0, dropped: 0 });
        expect(outbox.status().fault).toBeUndefined();
        expect(outbox.status().replaced).toBeUndefined();
        expect(released).toBeGreaterThan(0);
        expect(all(outbox).map(({ at }) => at)).toEqual(range(1, 400));
        expect(outbox.declare(meter)).toEqual(aliases);
        await outbox.stop();
      } finally {
        card.unmount();
      }
    },
  );

  it('its folder is removed: everything is written anew in its place', async () => {
    const file = join(folder(), 'gateway', 'o.db');
    const clock = new ManualClock();
    const outbox = await opened(file, { clock });
    fill(outbox, 1, 500);
    const before = all(outbox);
    outbox.persistBdSeq(5);
    rmSync(dirname(file), { recursive: true });
    const events: Replaced[] = [];
    outbox.onReplaced((event) => events.push(event));
    outbox.append(text(501));
    await clock.advance(1000);
    expect(events).toMatchObject([{ why: 'gone', aliasesKept: true }]);
    expect(all(outbox).slice(0, 500)).toEqual(before);
    await outbox.stop();
    const again = await opened(file);
    expect(all(again).map(({ at }) => at)).toEqual(range(1, 501));
    expect(again.lastBdSeq()).toBe(5);
    await again.stop();
  });

  it('another outbox lies in its place: it is set aside, and its own aliases go on', async () => {
    const dir = folder();
    const other = await opened(join(dir, 'other.db'));
    other.declare({ ...meter, id: 'of-another-gateway' });
    await other.stop();
    const file = join(dir, 'o.db');
    const clock = new ManualClock();
    const outbox = await opened(file, { clock });
    const aliases = outbox.declare({ ...meter, id: 'meter-2' });
    fill(outbox, 1, 10);
    renameSync(join(dir, 'other.db'), file);
    outbox.append(text(11));
    await clock.advance(1000);

    expect(outbox.status().replaced).toMatchObject({ why: 'foreign', aliasesKept: true });
    expect(outbox.declare({ ...meter, id: 'meter-2' })).toEqual(aliases);
    expect(all(outbox).map(({ at }) => at)).toEqual(range(1, 11));
    await outbox.stop();
    // The other one is as it was.
    const aside = await opened(outbox.status().replaced?.aside ?? '');
    expect(aside.undeclared()).toEqual([]);
    expect(aside.status().batches).toBe(0);
    await aside.stop();
  });

  it('only the file is removed, and its log stays: the log is not played into the new file', async () => {
    const file = join(folder(), 'o.db');
    const clock = new ManualClock();
    const outbox = await opened(file, { clock });
    fill(outbox, 1, 50);
    rmSync(file);
    fill(outbox, 51, 60);
    expect(outbox.status().replaced).toMatchObject({ why: 'gone' });
    await outbox.stop();
    const again = await opened(file);
    expect(all(again).map(({ at }) => at)).toEqual(range(1, 60));
    await again.stop();
  });
});

describe('a file that is damaged', () => {
  test('field: a corrupt buffer file is set aside with an alarm and the agent starts fresh', async () => {
    const dir = folder();
    const file = join(dir, 'o.db');
    const before = await opened(file);
    const aliases = before.declare(meter);
    fill(before, 1, 2000);
    before.append({ ...text(2001), counters: new Map([['rain/tips', 9]]) });
    before.persistBdSeq(12);
    const rows = all(before);
    await before.stop();
    damage(file, 0.5);
    const { log, heard } = heardLog();
    const clock = new ManualClock();
    const outbox = await opened(file, { log, clock });
    expect(heard[0]).toContain('error: The outbox file could not be used on');
    const aside = outbox.status().replaced?.aside ?? '';
    expect(existsSync(aside)).toBe(true);
    const copy = readFileSync(aside);
    // It reads on at once, under the same aliases and new numbers.
    expect(outbox.declare(meter)).toEqual(aliases);
    expect(outbox.lastBdSeq()).toBe(12);
    expect(outbox.counter('rain/tips')).toBe(9);
    expect(outbox.lastAt()).toBe(2001);
    outbox.append(text(3000));
    await clock.advance(2000);
    const { replaced } = outbox.status();
    expect(replaced).toMatchObject({ why: 'damaged', aliasesKept: true, rescuing: false });
    // All but the rows of one page is brought over, number by number.
    expect(replaced?.rescued).toBeGreaterThan(1990);
    expect(replaced?.unreadable).toBeGreaterThan(0);
    expect((replaced?.rescued ?? 0) + (replaced?.unreadable ?? 0)).toBe(2001);
    const after = all(outbox);
    expect(rows).toEqual(expect.arrayContaining(after.slice(0, -1)));
    expect(after.at(-1)?.at).toBe(3000);
    expect(after.at(-1)?.number).toBeGreaterThan(rows.at(-1)?.number ?? Number.POSITIVE_INFINITY);
    await outbox.stop();
    expect(readFileSync(aside).equals(copy)).toBe(true);
    expect(readdirSync(dir).filter((name) => name.endsWith('-shm'))).toEqual([]);
  });

  it('found while the gateway runs: set aside, nothing stops, aliases and numbers go on', async () => {
    const file = join(folder(), 'o.db');
    const clock = new ManualClock();
    const outbox = await opened(file, { clock });
    const aliases = outbox.declare(meter);
    // More than SQLite keeps in memory.
    fill(outbox, 1, 25_000);
    const rows = all(outbox);
    damage(file, 0.3, 3);
    damage(file, 0.6, 3);
    const events: Replaced[] = [];
    outbox.onReplaced((event) => events.push(event));
    let released = 0;
    outbox.onRelease(() => (released += 1));
    outbox.after(0, 1_000_000);
    outbox.append(text(30_000));
    await clock.advance(200);
    expect(events).toMatchObject([{ why: 'damaged', aliasesKept: true }]);
    expect(outbox.status().replaced?.rescuing).toBe(true);
    // While the old rows are brought over, new ones go on.
    outbox.append(text(30_001));
    await clock.advance(10_000);
    const { replaced, pending } = outbox.status();
    expect(pending).toBe(0);
    expect(replaced).toMatchObject({ rescuing: false });
    expect(replaced?.rescued).toBeGreaterThan(24_950);
    expect(outbox.declare(meter)).toEqual(aliases);
    expect(released).toBeGreaterThan(0);
    const after = all(outbox);
    expect(after.slice(-2).map(({ at }) => at)).toEqual([30_000, 30_001]);
    const known = new Map(rows.map(({ at, number }) => [at, number]));
    for (const { at, number } of after.slice(0, -2)) expect(known.get(at)).toBe(number);
    expect(after.at(-2)?.number).toBeGreaterThan(rows.at(-1)?.number ?? Number.POSITIVE_INFINITY);
    await outbox.stop();
  });

  it('cut short while the gateway runs', async () => {
    const file = join(folder(), 'o.db');
    const clock = new ManualClock();
    const outbox = await opened(file, { clock });
    fill(outbox, 1, 25_000);
    truncateSync(file, Math.floor(statSync(file).size / 2 / page) * page);
    outbox.after(0, 1_000_000);
    outbox.append(text(30_000));
    await clock.advance(20_000);
    expect(outbox.status()).toMatchObject({ pending: 0, replaced: { why: 'damaged', rescuing: false } });
    expect(outbox.status().fault).toBeUndefined();
    const after = all(outbox);
    expect(after.length).toBeGreaterThan(1000);
    expect(after.at(-1)?.at).toBe(30_000);
    await outbox.stop();
  });

  it('its list of devices is lost: new aliases begin past all that can have been', async () => {
    const file = join(folder(), 'o.db');
    const before = await opened(file);
    const old = Math.max(...before.declare(meter).values());
    fill(before, 1, 50);
    await before.stop();
    const database = new SqliteDatabase(file);
    const root = database.prepare<[], { page: number }>(
      `SELECT rootpage AS page FROM sqlite_schema WHERE name = 'metric'`,
    );
    const at = ((root.get()?.page ?? 0) - 1) * page;
    database.close();
    const opened_ = openSync(file, 'r+');
    writeSync(opened_, Buffer.alloc(page, 0xee), 0, page, at);
    closeSync(opened_);
    const outbox = await opened(file);
    expect(outbox.status().replaced).toMatchObject({ aliasesKept: false });
    expect(Math.min(...outbox.declare(meter).values())).toBeGreaterThan(old);
    await outbox.stop();
  });

  it('keeps no more than a few files that were set aside', async () => {
    const dir = folder();
    const file = join(dir, 'o.db');
    const clock = new ManualClock();
    for (let time = 0; time < 8; time++) {
      writeFileSync(file, 'this is no database, not any more. '.repeat(200));
      const outbox = await opened(file, { clock });
      await outbox.stop();
      await clock.advance(1000);
    }
    expect(readdirSync(dir).filter((name) => name.includes('damaged'))).toHaveLength(4);
  });
});

describe('a file of another time', () => {
  it('of version 1, made by its code: everything is there, and it is of this version afterwards', async () => {
    const file = join(folder(), 'o.db');
    writeFileSync(file, gunzipSync(readFileSync(new URL('fixtures/outbox-v1.db.gz', import.meta.url))));
    const noon = Date.UTC(2026, 0, 1, 12);
    const outbox = await opened(file, { boot: 'boot-1' });
    expect(outbox.status()).toMatchObject({ batches: 4, dropped: 1, droppedBy: { earlier: 1 } });
    expect(outbox.lastBdSeq()).toBe(41);
    expect(outbox.counter('rain/tips')).toBe(12);
    expect([...outbox.declare(meter)]).toEqual([
      ['Batch', 1],
      ['voltage', 2],
      ['power', 3],
    ]);
    expect(outbox.after(0, 10)).toMatchObject([
      { at: noon - 5000, readings: [{ alias: 2, value: 1, reason: 'clock_unsynced' }] },
      { at: noon, readings: [{ alias: 2, value: 230.5 }] },
      { at: noon + 1000, readings: [{ alias: 2, value: 231 }] },
    ]);
    // The fourth waits for the clock of its boot.
    outbox.settleClock({ at: noon + 60_000, uptime: 60_000 });
    expect(outbox.after(0, 10).at(-1)).toMatchObject({ at: noon + 5000, synced: true });
    await outbox.stop();
    const again = await opened(file, { boot: 'boot-2' });
    expect(again.after(0, 10).at(-1)).toMatchObject({ at: noon + 5000, synced: true });
    await again.stop();
    const database = new SqliteDatabase(file);
    expect(database.pragma('user_version', { simple: true })).toBe(2);
    database.close();
  });
});

describe('a power cut', () => {
  it('tears the log at any point: what was committed before it is there, and nothing is there by halves', async () => {
    const dir = folder();
    const file = join(dir, 'o.db');
    const outbox = await opened(file, { synchronous: 'full' });
    const ends: { readonly log: number; readonly batches: number }[] = [];
    for (let commit = 1; commit <= 40; commit++) {
      for (let index = 1; index <= 7; index++) outbox.append(text(commit * 100 + index, 200));
      outbox.commit();
      ends.push({ log: statSync(`${file}-wal`).size, batches: commit * 7 });
    }
    const first = ends[0]!.log;
    const random = seededRandom(7);
    const cuts = range(1, 60).map(() => Math.floor(first + random.next() * (ends.at(-1)!.log - first)));
    const whole = all(outbox);
    for (const [index, cut] of [...ends.map(({ log }) => log), ...cuts].entries()) {
      const torn = join(dir, `torn-${String(index)}.db`);
      copyFileSync(file, torn);
      copyFileSync(`${file}-wal`, `${torn}-wal`);
      truncateSync(`${torn}-wal`, cut);
      const after = await opened(torn, { synchronous: 'full' });
      const sound = ends.findLast(({ log }) => log <= cut)?.batches ?? 0;
      expect(all(after)).toEqual(whole.slice(0, sound));
      expect(after.status().replaced).toBeUndefined();
      await after.stop();
      rmSync(torn);
    }
    await outbox.stop();
  });

  it('leaves garbage at the end of the log, as a torn block does', async () => {
    const dir = folder();
    const file = join(dir, 'o.db');
    const outbox = await opened(file, { synchronous: 'full' });
    fill(outbox, 1, 20);
    const end = statSync(`${file}-wal`).size;
    fill(outbox, 21, 40);
    const torn = join(dir, 'torn.db');
    copyFileSync(file, torn);
    copyFileSync(`${file}-wal`, `${torn}-wal`);
    await outbox.stop();
    const opened_ = openSync(`${torn}-wal`, 'r+');
    writeSync(opened_, Buffer.alloc(2 * page, 0xa5), 0, 2 * page, end + 100);
    closeSync(opened_);
    const after = await opened(torn);
    expect(all(after).map(({ at }) => at)).toEqual(range(1, 20));
    await after.stop();
  });
});

it('makes the folder where it is missing', async () => {
  const file = join(folder(), 'a', 'b', 'o.db');
  const outbox = await opened(file);
  await outbox.stop();
  expect(existsSync(file)).toBe(true);
  mkdirSync(dirname(file), { recursive: true });
});
