import type { Database } from 'better-sqlite3';
import type { Batch, StoredBatch } from '../model/reading.ts';
import { decodeReadings, encodeReadings } from './row.ts';

/** Bytes that SQLite needs for a row besides its readings; measured on files of many short rows. */
const ROW_OVERHEAD = 32;

interface Row {
  readonly number: number;
  readonly device: number;
  readonly at: number;
  readonly uptime: number;
  readonly boot: number;
  readonly synced: number;
  readonly readings: Buffer;
}

export interface Extent {
  readonly batches: number;
  readonly bytes: number;
}

export interface RowsOptions {
  readonly database: Database;
  /** Identity of this boot of the machine. */
  readonly boot: string;
  readonly deviceId: (key: number) => string | undefined;
  /** A row that cannot be read. */
  readonly onBroken: (number: number, error: unknown) => void;
}

/** The table of batches: SQL in, model out. Holds no state but prepared statements. */
export class Rows {
  readonly #options: RowsOptions;
  readonly #boot: number;
  readonly #insert;
  readonly #after;
  readonly #newest;
  readonly #get;
  readonly #measure;
  readonly #delete;
  readonly #oldest;

  constructor(options: RowsOptions) {
    this.#options = options;
    const { database, boot } = options;
    database.prepare('INSERT INTO boot (id) VALUES (?) ON CONFLICT (id) DO NOTHING').run(boot);
    this.#boot =
      database.prepare<[string], { key: number }>('SELECT key FROM boot WHERE id = ?').get(boot)?.key ?? 0;
    const sendable = `(synced = 1 OR boot <> ${String(this.#boot)})`;
    this.#insert = database.prepare<[number, number, number, number, number, Buffer]>(
      'INSERT INTO batch (device, at, uptime, boot, synced, readings) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#after = database.prepare<[number, number], Row>(
      `SELECT * FROM batch WHERE number > ? AND ${sendable} ORDER BY number LIMIT ?`,
    );
    this.#newest = database.prepare<[], Row>(
      `SELECT * FROM batch WHERE ${sendable} ORDER BY number DESC LIMIT 1`,
    );
    this.#get = database.prepare<[number], Row>(`SELECT * FROM batch WHERE number = ? AND ${sendable}`);
    this.#measure = database.prepare<[number, number], { batches: number; bytes: number }>(
      'SELECT count(*) AS batches, total(length(readings)) AS bytes FROM batch WHERE number BETWEEN ? AND ?',
    );
    this.#delete = database.prepare<[number, number]>('DELETE FROM batch WHERE number BETWEEN ? AND ?');
    this.#oldest = database.prepare<[number], { number: number; at: number; bytes: number }>(
      'SELECT number, at, length(readings) AS bytes FROM batch ORDER BY number LIMIT ?',
    );
  }

  /** Its number, and the bytes that it takes. */
  insert(batch: Batch, device: number): { number: number; bytes: number } {
    const readings = encodeReadings(batch.readings);
    const { lastInsertRowid } = this.#insert.run(
      device,
      Math.trunc(batch.at),
      Math.trunc(batch.uptime),
      this.#boot,
      batch.synced ? 1 : 0,
      readings,
    );
    return { number: Number(lastInsertRowid), bytes: readings.length + ROW_OVERHEAD };
  }

  after(number: number, limit: number): StoredBatch[] {
    return this.#after.all(number, limit).flatMap((row) => this.#batch(row));
  }

  newest(): StoredBatch | undefined {
    const row = this.#newest.get();
    return row && this.#batch(row)[0];
  }

  get(number: number): StoredBatch | undefined {
    const row = this.#get.get(number);
    return row && this.#batch(row)[0];
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

  /** Deletes the oldest rows until so many bytes are free. */
  deleteOldest(bytes: number): Extent {
    let freed = { batches: 0, bytes: 0 };
    while (freed.bytes < bytes) {
      const rows = this.#oldest.all(256);
      const first = rows[0];
      if (!first) break;
      let last = first.number;
      let sum = freed.bytes;
      for (const row of rows) {
        last = row.number;
        sum += row.bytes + ROW_OVERHEAD;
        if (sum >= bytes) break;
      }
      const gone = this.delete(first.number, last);
      freed = { batches: freed.batches + gone.batches, bytes: freed.bytes + gone.bytes };
    }
    return freed;
  }

  oldestAt(): number | undefined {
    return this.#oldest.get(1)?.at;
  }

  /** Gives the batches of this boot that were taken before the clock was right their time. Says how many. */
  settle(now: { readonly at: number; readonly uptime: number }): number {
    return this.#options.database
      .prepare('UPDATE batch SET at = ? + uptime, synced = 1 WHERE synced = 0 AND boot = ?')
      .run(Math.trunc(now.at - now.uptime), this.#boot).changes;
  }

  /** Keys of the devices that have batches waiting. */
  devices(): ReadonlySet<number> {
    const rows = this.#options.database
      .prepare<[], { device: number }>('SELECT DISTINCT device FROM batch')
      .all();
    return new Set(rows.map(({ device }) => device));
  }

  #batch(row: Row): StoredBatch[] {
    try {
      const device = this.#options.deviceId(row.device);
      if (device === undefined) throw new Error(`its device ${String(row.device)} is unknown`);
      const { number, at, uptime } = row;
      const synced = row.synced === 1;
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
