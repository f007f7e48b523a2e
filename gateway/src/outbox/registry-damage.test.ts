import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, test } from 'vitest';
import { batchOf, meter } from './outbox.suite.ts';
import { folder, heardLog, sqlite } from './sqlite.suite.ts';

const other = { ...meter, id: 'meter-2' };

/** Where the only page of a table or index begins in a file, bytes. */
function startOf(file: string, name: string): number {
  const database = new SqliteDatabase(file, { readonly: true });
  const size = Number(database.pragma('page_size', { simple: true }));
  const { root } = database
    .prepare<[string], { root: number }>('SELECT rootpage AS root FROM sqlite_schema WHERE name = ?')
    .get(name)!;
  database.close();
  return (root - 1) * size;
}

test('a bit that fell over in the aliases is found at the start: the file is set aside, and no two metrics share one', async () => {
  const file = join(folder(), 'outbox.db');
  const before = sqlite(file);
  await before.start();
  before.declare(meter);
  before.declare(other);
  before.append(batchOf('meter-1', 1000));
  await before.stop();

  // The index of metrics by device and name: the fourth entry is the first of the second device, and ends in its alias.
  const bytes = readFileSync(file);
  const entry = (at: number): number => from + bytes.readUInt16BE(from + 8 + 2 * at);
  const from = startOf(file, 'sqlite_autoindex_metric_1');
  const alias = entry(3) + (bytes[entry(3)] ?? 0);
  expect(bytes[alias]).toBe(4);
  bytes[alias] = 3; // one of the other device
  writeFileSync(file, bytes);

  const { log, heard } = heardLog();
  const outbox = sqlite(file, { log });
  await outbox.start();
  const aside = outbox.status().replaced?.aside ?? '';
  expect(statSync(aside).size).toBeGreaterThan(0);
  expect(heard.some((line) => line.startsWith('error'))).toBe(true);
  const aliases = [meter, other].flatMap((device) => [...outbox.declare(device).values()]);
  expect(new Set(aliases).size).toBe(aliases.length);
  await outbox.stop();
});
