import { rmSync } from 'node:fs';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { decodeReadings } from './row.ts';
import type { Extent, Row } from './rows.ts';
import { salvage, type Gap } from './salvage.ts';
import type { Store } from './store.ts';

/**
 * Brings the batches of a damaged file, which was set aside, into the one that took its place: a few at a time, so that
 * reading goes on. The damaged file is only read.
 */
export class Rescue {
  readonly #file: string;
  readonly #lastKnown: number;
  readonly #last: number;
  #boots: ReadonlyMap<number, string>;
  #database: Database | undefined;
  #found: Iterator<Row | Gap> | undefined;
  #unreadable = 0;

  /**
   * `lastKnown`: the last number that the old file gave; 0 where nobody knows. `limit`: no batch of it has a greater one.
   */
  constructor(file: string, lastKnown: number, limit: number) {
    this.#file = file;
    this.#lastKnown = lastKnown;
    this.#last = lastKnown > 0 ? lastKnown : limit;
    this.#boots = new Map();
    try {
      this.#database = new SqliteDatabase(file, { readonly: true, timeout: 0 });
      this.#boots = bootsOf(this.#database);
      this.#found = salvage(this.#database, this.#last);
    } catch {
      // Nothing of it can be read; it stays where it is.
      this.close();
    }
  }

  /** Batches that cannot be read, at most: numbers that were given. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** What it did last was undone: from the beginning. What is there already is left as it is. */
  again(): void {
    if (!this.#database) return;
    this.#unreadable = 0;
    this.#found = salvage(this.#database, this.#last);
  }

  get isOver(): boolean {
    return this.#found === undefined;
  }

  /** Inside a transaction: looks at the next rows, at most so many. */
  step(store: Store, limit: number): Extent {
    let added = { batches: 0, bytes: 0 };
    for (let count = 0; count < limit && this.#found; count++) {
      const { value, done } = this.#next();
      if (done) {
        this.close();
        break;
      }
      if ('from' in value) {
        const endKnown = value.to < this.#last || this.#lastKnown > 0;
        this.#unreadable += endKnown ? value.to - value.from + 1 : 1;
        continue;
      }
      const row = this.#fitted(store, value);
      if (!row) {
        this.#unreadable += 1;
        continue;
      }
      const more = store.rows.restore(row);
      added = { batches: added.batches + more.batches, bytes: added.bytes + more.bytes };
    }
    return added;
  }

  close(): void {
    this.#found = undefined;
    this.#database?.close();
    this.#database = undefined;
    // Made by reading it; the log stays.
    rmSync(`${this.#file}-shm`, { force: true });
  }

  #next(): { value: Row | Gap; done: false } | { value?: undefined; done: true } {
    const next = this.#found?.next();
    return next && !next.done ? { value: next.value, done: false } : { done: true };
  }

  /** The row as the fresh file takes it; undefined where it makes no sense there. */
  #fitted({ registry, rows }: Store, row: Row): Row | undefined {
    if (row.number > this.#last) return undefined;
    try {
      const aliases = new Set(registry.byKey(row.device)?.aliases.values());
      if (!decodeReadings(row.readings).every(({ alias }) => aliases.has(alias))) return undefined;
    } catch {
      return undefined;
    }
    if (row.synced === 1) return row;
    const id = this.#boots.get(row.boot);
    // Of a boot that is not known: never of the present one, or it could get a wrong time.
    return { ...row, boot: rows.boots.find((boot) => boot.id === id)?.key ?? 0 };
  }
}

function bootsOf(database: Database): ReadonlyMap<number, string> {
  const boots = database.prepare<[], { key: number; id: string }>('SELECT key, id FROM boot').all();
  return new Map(boots.map(({ key, id }) => [key, id]));
}
