import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, test } from 'vitest';
import { batchOf, meter } from './outbox.suite.ts';
import { folder, heardLog, sqlite } from './sqlite.suite.ts';

const other = { ...meter, id: 'meter-2' };

/** Where a table's only page is in a file, bytes. */
function pageOf(file: string, table: string): { from: number; to: number } {
  const database = new SqliteDatabase(file, { readonly: true });
  const size = Number(database.pragma('page_size', { simple: true }));
  const { root } = database
    .prepare<[string], { root: number }>('SELECT rootpage AS root FROM sqlite_schema WHERE name = ?')
    .get(table)!;
  database.close();
  return { from: (root - 1) * size, to: root * size };
}

test('a bit that fell over in the aliases is found at the start: the file is set aside, and no two metrics share one', async () => {
  const file = join(folder(), 'outbox.db');
  const before = sqlite(file);
  await before.start();
  before.declare(meter);
  before.declare(other);
  before.append(batchOf('meter-1', 1000));
  await before.stop();

  // The alias of a row stands two bytes before its header of five: payload length, alias, header.
  const bytes = readFileSync(file);
  const { from, to } = pageOf(file, 'metric');
  const cells = from + 8;
  const first = from + bytes.readUInt16BE(cells);
  const second = from + bytes.readUInt16BE(cells + 2);
  expect([bytes[first + 1], bytes[second + 1]]).toEqual([1, 2]);
  expect(second).toBeLessThan(to);
  bytes[second + 1] = 5; // the one of another device
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
