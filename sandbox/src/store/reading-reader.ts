import Sqlite, { type Database, type Statement } from 'better-sqlite3';
import type {
  Grant,
  HourCount,
  HourQuery,
  ReadingCursorPage,
  ReadingQuery,
  Rollup,
  SeriesQuery,
  SeriesSummary,
  StoredReading,
  SummaryQuery,
} from './reading-store.ts';
import type { Resolution } from '../contract/index.ts';
import { sandboxError } from '../errors.ts';
import { CursorReader } from './cursor-reader.ts';
import { HourlyCounts } from './hourly-counts.ts';
import { QUALITY_MASK, SOURCE_MASK, SYNTHETIC } from './reading-flags.ts';
import { readingOf, type ReadingRow } from './reading-row.ts';
import { SeriesNames } from './series-names.ts';

/** Intervals of each resolution, ms. */
const tables = {
  '1m': ['rollup_minute', 60_000],
  '1h': ['hours', 3_600_000],
  '1d': ['days', 86_400_000],
} as const;
/** Points that one answer holds at most: it is built in memory. */
const MOST_POINTS = 1_000_000;

interface RollupRow {
  bucket: number;
  count: number;
  bad: number;
  synthetic: number;
  last: number | null;
  low: number | null;
  high: number | null;
  total: number | null;
}

/** Answers questions from a read-only connection. Synchronous: it lives in a thread of its own (reader-worker.ts). */
export class ReadingReader {
  readonly #db: Database;
  readonly #names: SeriesNames;
  readonly #cursor: CursorReader;
  readonly #rollups: Readonly<Record<keyof typeof tables, Statement>>;
  readonly #raw: Statement;
  readonly #last: Statement;
  readonly #counts: Statement;
  readonly #delayAt: Statement;
  readonly #hourly: HourlyCounts;

  constructor(file: string) {
    const db = new Sqlite(file, { readonly: true, fileMustExist: true });
    this.#db = db;
    db.pragma('cache_size = -32768');
    this.#names = new SeriesNames(db);
    this.#cursor = new CursorReader(db, this.#names);
    const rollup = (table: string): Statement =>
      db.prepare(`SELECT bucket, count, bad, synthetic, last, low, high, total FROM ${table}
        WHERE series = ? AND bucket >= ? AND bucket < ? ORDER BY bucket LIMIT ${MOST_POINTS + 1}`);
    this.#rollups = {
      '1m': rollup('rollup_minute'),
      '1h': rollup('hours'),
      '1d': rollup('days'),
    };
    this.#raw = db.prepare(`SELECT series, observed, delay, flags, value FROM readings
      WHERE series = ? AND observed >= ? AND observed < ? ORDER BY observed LIMIT ${MOST_POINTS + 1}`);
    this.#last = db.prepare(`SELECT series, observed, delay, flags, value FROM readings
      WHERE series = ? ORDER BY observed DESC LIMIT 1`);
    this.#counts = db.prepare(`SELECT count(*) FILTER (WHERE flags & ${QUALITY_MASK} = 0) AS good,
        count(*) FILTER (WHERE flags & ${QUALITY_MASK} <> 0) AS bad,
        count(*) FILTER (WHERE flags & ${SOURCE_MASK} = ${SYNTHETIC}) AS synthetic,
        count(*) FILTER (WHERE flags & ${SOURCE_MASK} = 0) AS live
      FROM readings WHERE series = ? AND observed >= ? AND observed < ?`);
    this.#delayAt = db
      .prepare(
        `SELECT delay FROM readings WHERE series = ? AND observed >= ? AND observed < ?
        AND flags & ${SOURCE_MASK} = 0 ORDER BY delay DESC LIMIT 1 OFFSET ?`,
      )
      .pluck();
    this.#hourly = new HourlyCounts(db);
  }

  series(query: SeriesQuery & { readonly resolution: Resolution }): Rollup[] {
    const series = this.#names.find(query.device, query.metric);
    if (series === undefined) return [];
    if (query.resolution === 'raw') {
      const rows = this.#raw.all(series, query.from, query.to) as ReadingRow[];
      return limited(rows).map(rollupOfReading);
    }
    const [, length] = tables[query.resolution];
    const rows = this.#rollups[query.resolution].all(
      series,
      Math.floor(query.from / length),
      Math.ceil(query.to / length),
    ) as RollupRow[];
    return limited(rows).map((row) => ({
      from: row.bucket * length,
      min: row.low ?? row.last,
      max: row.high ?? row.last,
      sum: row.total ?? row.last ?? 0,
      last: row.last,
      count: row.count,
      bad: row.bad,
      synthetic: row.synthetic,
    }));
  }

  latest(devices?: readonly string[]): StoredReading[] {
    const grants = devices?.map((device): Grant => ({ device, metrics: null }));
    const found: StoredReading[] = [];
    for (const { series } of grants ? this.#names.granted(grants) : this.#names.all()) {
      const row = this.#last.get(series) as ReadingRow | undefined;
      if (row) found.push(readingOf(row, this.#names));
    }
    return found;
  }

  readings(query: ReadingQuery): ReadingCursorPage {
    return this.#snapshot(() => this.#cursor.page(query));
  }

  summarise({ grants, from, to }: SummaryQuery): SeriesSummary[] {
    return this.#snapshot(() =>
      this.#names.granted(grants).map(({ series, device, metric }) => {
        const { live, ...counts } = this.#counts.get(series, from, to) as Record<
          'good' | 'bad' | 'synthetic' | 'live',
          number
        >;
        // Nearest rank: the smallest delay that at least 95 of 100 do not exceed, counted from the top.
        const above = live - Math.ceil(0.95 * live);
        const latencyP95Ms = live === 0 ? null : Number(this.#delayAt.get(series, from, to, above));
        return { device, metric, ...counts, latencyP95Ms, latencyCount: live };
      }),
    );
  }

  hourCounts(query: HourQuery): HourCount[] {
    return this.#snapshot(() => {
      const counts = this.#names
        .granted(query.grants)
        .flatMap((series) => this.#hourly.counts(series, query));
      return limited(counts);
    });
  }

  probe(): void {
    this.#db.prepare('SELECT value FROM counter').all();
  }

  /** What the device registry kept, by kind. */
  registry(): { readonly kind: string; readonly document: string }[] {
    return this.#db.prepare('SELECT kind, document FROM registry').all() as {
      kind: string;
      document: string;
    }[];
  }

  close(): void {
    this.#db.close();
  }

  /** Everything inside sees one state of the database, however much is stored meanwhile. */
  #snapshot<T>(read: () => T): T {
    return this.#db.transaction(read).deferred();
  }
}

function rollupOfReading({ observed, flags, value }: ReadingRow): Rollup {
  const good = (flags & QUALITY_MASK) === 0;
  const number = good && typeof value === 'number' ? value : null;
  return {
    from: observed,
    min: number,
    max: number,
    sum: number ?? 0,
    last: number,
    count: good ? 1 : 0,
    bad: good ? 0 : 1,
    synthetic: (flags & SOURCE_MASK) === SYNTHETIC ? 1 : 0,
  };
}

function limited<T>(rows: T[]): T[] {
  if (rows.length <= MOST_POINTS) return rows;
  throw sandboxError('SANDBOX_STORE_RANGE', `more than ${MOST_POINTS} points`);
}
