import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate } from './migrations.ts';
import { plant, readSeed } from './seed.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'city-seed-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a damaged outbox that says nonsense of any type never stops the start', () => {
  const file = join(dir, 'outbox.db');
  const damaged = new SqliteDatabase(file);
  // Without the constraints that a page which fell over does not keep either.
  damaged.exec(`
    CREATE TABLE setting (key, value);
    INSERT INTO setting VALUES ('bd_seq', 7), (NULL, 1), ('dropped', 'many'), (x'00', 2);
    CREATE TABLE counter (key, pulses);
    INSERT INTO counter VALUES ('rain/tips', 41), (NULL, 5), ('rain/other', NULL);
    CREATE TABLE boot (key, id, started_at);
    INSERT INTO boot VALUES (1, 'first', 1000), (1, 'again', NULL), (2, 'first', NULL), (NULL, 'none', 1), (3, NULL, 1), (4, 'x', 'then');
    CREATE TABLE device (key, id, description);
    INSERT INTO device VALUES (1, 'meter', '{"id":"meter","metrics":[]}'), (NULL, 'meter', '{"id":"meter","metrics":[]}'), (2, 'b', '{');
    CREATE TABLE metric (alias, device, name, datatype);
    INSERT INTO metric VALUES (1, 1, 'volts', 'Float'), (NULL, 1, 'amps', 'Float'), (3, 1, NULL, 'Float'), (4, 1, 'watts', NULL);
    CREATE TABLE batch (number);
    INSERT INTO batch VALUES ('nine');
  `);
  damaged.close();
  const seed = readSeed(file);
  expect(seed).toMatchObject({ complete: false, lastNumber: 0, lastAt: 0 });
  const fresh = new SqliteDatabase(join(dir, 'fresh.db'));
  migrate(fresh, 1_000_000);
  plant(fresh, seed);
  expect(fresh.prepare('SELECT key, pulses FROM counter').all()).toEqual([{ key: 'rain/tips', pulses: 41 }]);
  expect(fresh.prepare('SELECT key, id FROM boot').all()).toEqual([{ key: 1, id: 'first' }]);
  expect(fresh.prepare('SELECT alias, name FROM metric').all()).toEqual([{ alias: 1, name: 'volts' }]);
  fresh.close();
});
