import { copyFileSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { ManualClock } from '@city-testbed/runtime';
import { describe, expect, it } from 'vitest';
import { batchOf, meter, outboxContract } from './outbox.suite.ts';
import { folder, sqlite } from './sqlite.suite.ts';

outboxContract('SQLite', () => {
  const dir = folder();
  let generation = 0;
  let file = join(dir, 'outbox.db');
  return {
    open: async (options) => {
      const outbox = sqlite(file, options);
      await outbox.start();
      return outbox;
    },
    kill: () => {
      // The files as a killed process leaves them: the next one finds database and log, and no lock.
      const next = join(dir, `killed-${String(++generation)}.db`);
      for (const suffix of ['', '-wal']) {
        if (existsSync(file + suffix)) copyFileSync(file + suffix, next + suffix);
      }
      file = next;
    },
    dispose: () => rmSync(dir, { recursive: true, force: true }),
  };
});

describe('the SQLite outbox', () => {
  it('commits a group when its time is over, or at once when it is full', async () => {
    const clock = new ManualClock();
    const outbox = sqlite(join(folder(), 'o.db'), { clock, commitRows: 3 });
    await outbox.start();
    outbox.declare(meter);
    const groups: number[] = [];
    outbox.onCommit((batches) => groups.push(batches.length));
    outbox.append(batchOf('meter-1', 1));
    outbox.append(batchOf('meter-1', 2));
    await clock.advance(199);
    expect(groups).toEqual([]);
    await clock.advance(1);
    expect(groups).toEqual([2]);
    for (const at of [3, 4, 5]) outbox.append(batchOf('meter-1', at));
    expect(groups).toEqual([2, 3]);
    await outbox.stop();
  });

  it('refuses a file that another gateway uses', async () => {
    const file = join(folder(), 'o.db');
    const first = sqlite(file);
    await first.start();
    await expect(async () => sqlite(file).start()).rejects.toMatchObject({ code: 'GATEWAY_OUTBOX_OPEN' });
    await first.stop();
  });

  it('sets a damaged file aside and reads on in a fresh one', async () => {
    const dir = folder();
    const file = join(dir, 'o.db');
    writeFileSync(file, 'this is no database, not any more. '.repeat(200));
    const outbox = sqlite(file);
    await outbox.start();
    outbox.declare(meter);
    outbox.append(batchOf('meter-1', 1));
    outbox.commit();
    expect(outbox.status().batches).toBe(1);
    expect(readdirSync(dir).some((name) => name.startsWith('o.db.damaged-'))).toBe(true);
    await outbox.stop();
  });

  it('keeps the log of a damaged file beside it, with the readings that were only there', async () => {
    const dir = folder();
    const before = sqlite(join(dir, 'before.db'));
    await before.start();
    await before.stop();
    const database = new SqliteDatabase(join(dir, 'before.db'));
    database.pragma('journal_mode = WAL');
    database.exec(`INSERT INTO counter VALUES ('p', 1)`);
    copyFileSync(join(dir, 'before.db-wal'), join(dir, 'o.db-wal'));
    database.close();
    const log = readFileSync(join(dir, 'o.db-wal'));
    expect(log.length).toBeGreaterThan(0);
    writeFileSync(join(dir, 'o.db'), 'this is no database, not any more. '.repeat(200));
    const outbox = sqlite(join(dir, 'o.db'));
    await outbox.start();
    expect(outbox.status().batches).toBe(0);
    await outbox.stop();
    const aside = readdirSync(dir).find((name) => /^o\.db\.damaged-.*-wal$/.test(name));
    expect(aside && readFileSync(join(dir, aside)).equals(log)).toBe(true);
  });

  it('refuses a file of a newer version and leaves it alone', async () => {
    const file = join(folder(), 'o.db');
    const database = new SqliteDatabase(file);
    database.pragma('user_version = 99');
    database.close();
    await expect(async () => sqlite(file).start()).rejects.toMatchObject({ code: 'GATEWAY_OUTBOX_NEWER' });
  });

  it('keeps batches in memory while the disk takes nothing, and writes them when it does', async () => {
    const clock = new ManualClock();
    const file = join(folder(), 'o.db');
    const outbox = sqlite(file, { clock });
    await outbox.start();
    outbox.declare(meter);
    const numbers: number[] = [];
    outbox.onCommit((batches) => numbers.push(...batches.map(({ at }) => at)));
    // SQLite itself says that the disk is full: the file may not grow past its present size.
    outbox.limitFileBytes(1);
    const large = 'x'.repeat(50_000);
    outbox.append(batchOf('meter-1', 1, 0, { readings: [{ alias: 1, value: large }] }));
    await clock.advance(200);
    expect(numbers).toEqual([]);
    expect(outbox.status()).toMatchObject({ pending: 1, batches: 0 });
    expect(outbox.status().fault).toContain('full');
    outbox.append(batchOf('meter-1', 2));
    outbox.limitFileBytes(2 ** 30);
    await clock.advance(200);
    expect(numbers).toEqual([1, 2]);
    expect(outbox.status()).toMatchObject({ pending: 0, batches: 2 });
    expect(outbox.status().fault).toBeUndefined();
    await outbox.stop();
  });
});
