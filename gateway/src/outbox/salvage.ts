import SqliteDatabase, { type Database } from 'better-sqlite3';
import type { Row } from './rows.ts';

/** Numbers in which there may be rows that cannot be read, both ends included. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

const CHUNK = 256;

/**
 * The rows of a file that may be damaged, ascending, as far as they can be read: past a broken page it goes on at the
 * next number that SQLite can find. `last` is the greatest number there may be.
 */
export function* salvage(database: Database, last: number): Generator<Row | Gap> {
  const select = database.prepare<[number, number], Row>(
    'SELECT * FROM batch WHERE number > ? ORDER BY number LIMIT ?',
  );
  /** Undefined where it cannot be read. */
  const read = (after: number, limit: number): Row[] | undefined => {
    try {
      return select.all(after, limit);
    } catch (error) {
      if (error instanceof SqliteDatabase.SqliteError) return undefined;
      throw error;
    }
  };
  let after = 0;
  for (;;) {
    const rows = read(after, CHUNK) ?? read(after, 1);
    if (rows?.length === 0) return;
    if (!rows) {
      const next = nextReadable((number) => read(number, 1) !== undefined, after, last);
      if (after < last) yield { from: after + 1, to: Math.min(next, last) };
      if (next > last) return;
      after = next;
      continue;
    }
    for (const row of rows) {
      // A broken tree can lead back to where it was.
      if (!isSound(row) || row.number <= after) {
        yield { from: after + 1, to: after + 1 };
        after += 1;
        break;
      }
      after = row.number;
      yield row;
    }
  }
}

/** The least number after which rows can be read again, or one past `last`. */
function nextReadable(isReadable: (after: number) => boolean, from: number, last: number): number {
  let bad = from;
  let step = 1;
  while (!isReadable(from + step)) {
    bad = from + step;
    if (bad >= last) return last + 1;
    step *= 2;
  }
  let good = from + step;
  while (good - bad > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (isReadable(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

/** SQLite keeps what a broken page says, whatever the type of its column. */
function isSound({ number, device, at, uptime, boot, synced, readings }: Row): boolean {
  return [number, device, at, uptime, boot, synced].every(Number.isSafeInteger) && Buffer.isBuffer(readings);
}
