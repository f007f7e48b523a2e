import type { Database } from 'better-sqlite3';
import type { Batch, StoredBatch } from '../model/reading.ts';
import { decodeReadings } from './row.ts';

/** Bytes that SQLite needs for a row besides its readings; measured on files of many short rows. */
export const ROW_OVERHEAD = 32;

/** A row of the table `batch`. */
export interface Row {
  readonly number: number;
  readonly device: number;
  readonly at: number;
  readonly uptime: number;
  readonly boot: number;
  readonly synced: number;
  readonly readings: Buffer;
}

export interface Boot {
  readonly key: number;
  readonly id: string;
  /** Wall time of the boot, once its clock was right. */
  readonly startedAt: number | null;
}

export interface Extent {
  readonly batches: number;
  readonly bytes: number;
}

/** What a look at some rows brought: `last` is the number of the last one, also where it could not be read. */
export interface Page {
  readonly batches: readonly StoredBatch[];
  readonly last: number | undefined;
}

export interface RowsOptions {
  readonly database: Database;
  /** Identity of this boot of the machine. */
  readonly boot: string;
  readonly deviceId: (key: number) => string | undefined;
  /** A row that cannot be read. */
  readonly onBroken: (number: number, error: unknown) => void;
}

/** The table of batches: SQL in, model out. */
export class Rows {
  readonly #options: RowsOptions;
  readonly #boots = new Map<number, Boot>();
  readonly #boot: number;
  readonly #insert;
  readonly #restore;
  readonly #after;
  readonly #newest;
  readonly #get;
  readonly #measure;
  readonly #delete;
  readonly #oldest;
  readonly #between;
  readonly #heldBack;
  readonly #settle;
  readonly #lastAt;
  readonly #setLastAt;
  readonly #firstLastAt;

  constructor(options: RowsOptions) {
    this.#options = options;
    const { database, boot } = options;
    database
      .prepare('INSERT INTO boot (id) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM boot WHERE id = ?)')
      .run(boot, boot);
    const boots = database.prepare<[], Boot>('SELECT key, id, started_at AS startedAt FROM boot').all();
    for (const known of boots) this.#boots.set(known.key, known);
    this.#boot = boots.find(({ id }) => id === boot)?.key ?? 0;
    // The parameter is the boot whose batches wait for the clock; none once that is right.
    const sendable = '(synced = 1 OR boot <> ?)';
    this.#insert = database.prepare<[number, number, number, number, number, Buffer]>(
      'INSERT INTO batch (device, at, uptime, boot, synced, readings) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#restore = database.prepare<[number, number, number, number, number, number, Buffer]>(
      `INSERT OR IGNORE INTO batch (number, device, at, uptime, boot, synced, readings)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#after = database.prepare<[number, number, number], Row>(
      `SELECT * FROM batch WHERE number > ? AND ${sendable} ORDER BY number LIMIT ?`,
    );
    this.#newest = database.prepare<[number], Row>(
      `SELECT * FROM batch WHERE ${sendable} ORDER BY number DESC LIMIT 1`,
    );
    this.#get = database.prepare<[number, number], Row>(
      `SELECT * FROM batch WHERE number = ? AND ${sendable}`,
    );
    this.#measure = database.prepare<[number, number], { batches: number; bytes: number }>(
      'SELECT count(*) AS batches, total(length(readings)) AS bytes FROM batch WHERE number BETWEEN ? AND ?',
    );
    this.#delete = database.prepare<[number, number]>('DELETE FROM batch WHERE number BETWEEN ? AND ?');
    this.#oldest = database.prepare<[number], Row>('SELECT * FROM batch ORDER BY number LIMIT ?');
    this.#between = database.prepare<[number, number], Row>(
      'SELECT * FROM batch WHERE number > ? ORDER BY number LIMIT ?',
    );
    this.#heldBack = database.prepare<[number], { count: number }>(
      'SELECT count(*) AS count FROM batch WHERE synced = 0 AND boot = ?',
    );
    this.#settle = database.prepare<[number, number]>('UPDATE boot SET started_at = ? WHERE key = ?');
    this.#lastAt = database.prepare<[], { seq: number }>(
      `SELECT seq FROM sqlite_sequence WHERE name = 'last_at'`,
    );
    this.#setLastAt = database.prepare<[number]>(`UPDATE sqlite_sequence SET seq = ? WHERE name = 'last_at'`);
    this.#firstLastAt = database.prepare<[number]>(
      `INSERT INTO sqlite_sequence (name, seq) VALUES ('last_at', ?)`,
    );
  }

  get boots(): readonly Boot[] {
    return [...this.#boots.values()];
  }

  /** The number that it got. `readings`: its readings, encoded. */
  insert(batch: Batch, device: number, readings: Buffer): number {
    const { lastInsertRowid } = this.#insert.run(
      device,
      Math.trunc(batch.at),
      Math.trunc(batch.uptime),
      this.#boot,
      batch.synced ? 1 : 0,
      readings,
    );
    return Number(lastInsertRowid);
  }

  /** Puts a row in under its own number, unless that is taken. Says what it added. */
  restore({ number, device, at, uptime, boot, synced, readings }: Row): Extent {
    const { changes } = this.#restore.run(number, device, at, uptime, boot, synced, readings);
    return { batches: changes, bytes: changes * (readings.length + ROW_OVERHEAD) };
  }

  /** Sendable ones after a number, ascending. */
  after(number: number, limit: number): Page {
    const rows = this.#after.all(number, this.#waiting, limit);
    return { batches: rows.flatMap((row) => this.#batch(row)), last: rows.at(-1)?.number };
  }

  newest(): StoredBatch | undefined {
    const row = this.#newest.get(this.#waiting);
    return row && this.#batch(row)[0];
  }

  get(number: number): StoredBatch | undefined {
    const row = this.#get.get(number, this.#waiting);
    return row && this.#batch(row)[0];
  }

  /** All rows after a number, held-back ones too, as they are on disk. */
  rows(number: number, limit: number): Row[] {
    return this.#between.all(number, limit);
  }

  /** What there is in a range of numbers, both ends included. */
  extent(from = 0, to = Number.MAX_SAFE_INTEGER): Extent {
    const { batches = 0, bytes = 0 } = this.#measure.get(from, to) ?? {};
    return { batches, bytes: bytes + batches * ROW_OVERHEAD };
  }

  /** Deletes a range, both ends included, and says what that freed. */
  delete(from: number, to: number): Extent {
    const extent = this.extent(from, to);
    if (extent.batches > 0) this.#delete.run(from, to);
    return extent;
  }

  oldest(limit: number): Row[] {
    return this.#oldest.all(limit);
  }

  oldestAt(): number | undefined {
    const row = this.#oldest.get(1);
    return row && this.timeOf(row).at;
  }

  /** When a row was observed, and whether its clock was right then or later in its boot. */
  timeOf({ at, uptime, synced, boot }: Row): { at: number; synced: boolean } {
    if (synced === 1) return { at, synced: true };
    const startedAt = this.#boots.get(boot)?.startedAt ?? null;
    return startedAt === null ? { at, synced: false } : { at: startedAt + uptime, synced: true };
  }

  /** When a batch of this boot was observed, if that is known: see `settle`. */
  timeOfNew({ at, uptime, synced }: Batch): number | undefined {
    if (synced) return Math.trunc(at);
    const startedAt = this.#boots.get(this.#boot)?.startedAt ?? null;
    return startedAt === null ? undefined : startedAt + Math.trunc(uptime);
  }

  /** Observed time of the last batch that was committed; see `remember`. */
  lastAt(): number | undefined {
    return this.#lastAt.get()?.seq;
  }

  /**
   * Keeps the observed time of the last batch beyond its deletion. It stands in sqlite_sequence, whose page is written
   * with every new batch anyhow: in a table of its own it would cost the card a page a commit.
   */
  remember(at: number): void {
    if (this.#setLastAt.run(Math.trunc(at)).changes === 0) this.#firstLastAt.run(Math.trunc(at));
  }

  /** Batches of this boot that wait for the clock. */
  heldBack(): number {
    return this.#waiting === NONE ? 0 : (this.#heldBack.get(this.#boot)?.count ?? 0);
  }

  /** The wall time at which this boot began is known now: its batches have a time from here on. Needs no disk. */
  settle(startedAt: number): void {
    const boot = this.#boots.get(this.#boot);
    if (boot) this.#boots.set(this.#boot, { ...boot, startedAt: Math.trunc(startedAt) });
  }

  /** Writes what `settle` said. */
  writeSettled(): void {
    const startedAt = this.#boots.get(this.#boot)?.startedAt;
    if (typeof startedAt === 'number') this.#settle.run(startedAt, this.#boot);
  }

  /** Keys of the devices that have batches waiting. */
  devices(): ReadonlySet<number> {
    const rows = this.#options.database
      .prepare<[], { device: number }>('SELECT DISTINCT device FROM batch')
      .all();
    return new Set(rows.map(({ device }) => device));
  }

  get #waiting(): number {
    return (this.#boots.get(this.#boot)?.startedAt ?? null) === null ? this.#boot : NONE;
  }

  #batch(row: Row): StoredBatch[] {
    try {
      const device = this.#options.deviceId(row.device);
      if (device === undefined) throw new Error(`its device ${String(row.device)} is unknown`);
      const { number, uptime } = row;
      const { at, synced } = this.timeOf(row);
      const readings = decodeReadings(row.readings);
      if (synced) return [{ number, device, at, uptime, synced, readings }];
      // Of an earlier boot, whose clock nobody can mend any more: sent as a lower bound, and marked.
      const marked = readings.map((reading) =>
        reading.reason === undefined ? { ...reading, reason: 'clock_unsynced' as const } : reading,
      );
      return [{ number, device, at, uptime, synced, readings: marked }];
    } catch (error) {
      this.#options.onBroken(row.number, error);
      return [];
    }
  }
}

/** No boot has it: keys begin at 1. */
const NONE = -1;
