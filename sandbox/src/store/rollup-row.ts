import type { Database, Statement } from 'better-sqlite3';

/** What one group of new readings adds to one interval of one series. */
export interface Bucket {
  readonly series: number;
  readonly bucket: number;
  count: number;
  bad: number;
  synthetic: number;
  /** ms after the start of the interval; only where `numbers` > 0, as are the four below. */
  lastAt: number;
  last: number;
  low: number;
  high: number;
  total: number;
  numbers: number;
}

export const ROLLUP_COLUMNS = 'series, bucket, count, bad, synthetic, last_at, last, low, high, total';

/** `statement` takes ROLLUP_COLUMNS in their order. */
export function writeRollup(statement: Statement, bucket: Bucket): void {
  const { series, bucket: number, count, bad, synthetic, lastAt, numbers } = bucket;
  const several = numbers > 1;
  statement.run(
    series,
    number,
    count,
    bad,
    synthetic,
    lastAt,
    numbers > 0 ? bucket.last : null,
    several ? bucket.low : null,
    several ? bucket.high : null,
    several ? bucket.total : null,
  );
}

export function upsertRollup(db: Database, table: string): Statement {
  const values = ROLLUP_COLUMNS.replaceAll(/\w+/g, '?');
  return db.prepare(
    `INSERT INTO ${table} (${ROLLUP_COLUMNS}) VALUES (${values}) ON CONFLICT (series, bucket) ${MERGE}`,
  );
}

const later = 'excluded.last IS NULL OR (last IS NOT NULL AND excluded.last_at < last_at)';

/** In a row, NULL in low, high or total means "as last"; NULL in last means that there is no number. */
const both = (column: string, merge: (old: string, added: string) => string): string => `CASE
    WHEN excluded.last IS NULL THEN ${column}
    WHEN last IS NULL THEN excluded.${column}
    ELSE ${merge(`coalesce(${column}, last)`, `coalesce(excluded.${column}, excluded.last)`)}
  END`;

/** Adds the row that could not be inserted to the one that is there. */
export const MERGE = `DO UPDATE SET
  count = count + excluded.count,
  bad = bad + excluded.bad,
  synthetic = synthetic + excluded.synthetic,
  last_at = CASE WHEN ${later} THEN last_at ELSE excluded.last_at END,
  last = CASE WHEN ${later} THEN last ELSE excluded.last END,
  low = ${both('low', (old, added) => `min(${old}, ${added})`)},
  high = ${both('high', (old, added) => `max(${old}, ${added})`)},
  total = ${both('total', (old, added) => `${old} + ${added}`)}`;
