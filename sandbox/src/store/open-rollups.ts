import type { Database, Statement } from 'better-sqlite3';
import { MERGE, ROLLUP_COLUMNS, upsertRollup, writeRollup, type Bucket } from './rollup-row.ts';

/**
 * One level of roll-ups whose newest interval of each series stands in rollup_open. What is older goes to `table`, so an
 * interval is never in both.
 */
export class OpenRollups {
  readonly #level: number;
  /** The open interval of each series. */
  readonly #open = new Map<number, number>();
  readonly #all: Statement;
  readonly #close: Statement;
  readonly #replace: Statement;
  readonly #merge: Statement;
  readonly #older: Statement;

  constructor(db: Database, table: string, level: number) {
    this.#level = level;
    this.#all = db.prepare('SELECT series, bucket FROM rollup_open WHERE level = ?').raw();
    this.#close = db.prepare(`INSERT INTO ${table} (${ROLLUP_COLUMNS})
      SELECT ${ROLLUP_COLUMNS} FROM rollup_open WHERE level = ? AND series = ?
      ON CONFLICT (series, bucket) ${MERGE}`);
    const values = ROLLUP_COLUMNS.replaceAll(/\w+/g, '?');
    const insert = `INTO rollup_open (level, ${ROLLUP_COLUMNS}) VALUES (${level}, ${values})`;
    this.#replace = db.prepare(`REPLACE ${insert}`);
    this.#merge = db.prepare(`INSERT ${insert} ON CONFLICT (level, series) ${MERGE}`);
    this.#older = upsertRollup(db, table);
    this.reload();
  }

  /** Adds the intervals of one commit. */
  write(buckets: readonly Bucket[]): void {
    const newest = new Map<number, number>();
    for (const { series, bucket } of buckets) {
      if (bucket > (newest.get(series) ?? this.#open.get(series) ?? -1)) newest.set(series, bucket);
    }
    for (const [series, bucket] of newest) {
      if (this.#open.has(series)) this.#close.run(this.#level, series);
      this.#open.set(series, bucket);
    }
    for (const each of buckets) {
      if (each.bucket !== this.#open.get(each.series)) writeRollup(this.#older, each);
      else writeRollup(newest.has(each.series) ? this.#replace : this.#merge, each);
    }
  }

  reload(): void {
    this.#open.clear();
    for (const [series, bucket] of this.#all.all(this.#level) as [number, number][])
      this.#open.set(series, bucket);
  }
}
