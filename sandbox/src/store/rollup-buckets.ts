import type { Database, Statement } from 'better-sqlite3';
import { QUALITY_MASK, SOURCE_MASK, SYNTHETIC } from './reading-flags.ts';

/** What one group of new readings adds to one interval of one series. */
interface Bucket {
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

const MINUTE = 60_000;
const MINUTES_AN_HOUR = 60;
const HOURS_A_DAY = 24;
/** Series and bucket in one number: buckets stay below 2 ** 27 (LAST_TIME / MINUTE), series below 2 ** 26. */
const SERIES_STEP = 2 ** 27;

/** Gathers the new readings of a commit, then adds each touched interval to its table with one statement. */
export class RollupBuckets {
  readonly #tables: readonly [minute: Statement, hour: Statement, day: Statement];
  readonly #minutes = new Map<number, Bucket>();
  #current: Bucket | undefined;

  constructor(db: Database) {
    this.#tables = [upsert(db, 'rollup_minute'), upsert(db, 'rollup_hour'), upsert(db, 'rollup_day')];
  }

  /** `value` is NaN where the reading has no number. Only good readings lend their number. */
  add(series: number, observed: number, value: number, flags: number): void {
    const minute = Math.floor(observed / MINUTE);
    let bucket = this.#current;
    if (bucket?.series !== series || bucket.bucket !== minute) {
      bucket = this.#current = bucketOf(this.#minutes, series, minute);
    }
    if ((flags & SOURCE_MASK) === SYNTHETIC) bucket.synthetic++;
    if ((flags & QUALITY_MASK) !== 0) {
      bucket.bad++;
      return;
    }
    bucket.count++;
    if (!Number.isNaN(value)) addNumbers(bucket, observed - minute * MINUTE, value, value, value, value, 1);
  }

  /** Writes and begins anew. Runs inside the transaction of the readings. */
  write(): void {
    const hours = coarser(this.#minutes, MINUTES_AN_HOUR, MINUTE);
    const days = coarser(hours, HOURS_A_DAY, MINUTE * MINUTES_AN_HOUR);
    for (const [index, buckets] of [this.#minutes, hours, days].entries()) {
      const table = this.#tables[index];
      if (table) for (const bucket of buckets.values()) writeBucket(table, bucket);
    }
    this.clear();
  }

  clear(): void {
    this.#minutes.clear();
    this.#current = undefined;
  }
}

function bucketOf(buckets: Map<number, Bucket>, series: number, bucket: number): Bucket {
  const key = series * SERIES_STEP + bucket;
  let found = buckets.get(key);
  if (!found) {
    found = {
      series,
      bucket,
      count: 0,
      bad: 0,
      synthetic: 0,
      lastAt: 0,
      last: 0,
      low: 0,
      high: 0,
      total: 0,
      numbers: 0,
    };
    buckets.set(key, found);
  }
  return found;
}

function addNumbers(
  to: Bucket,
  lastAt: number,
  last: number,
  low: number,
  high: number,
  total: number,
  numbers: number,
): void {
  const first = to.numbers === 0;
  if (first || lastAt > to.lastAt) {
    to.lastAt = lastAt;
    to.last = last;
  }
  if (first || low < to.low) to.low = low;
  if (first || high > to.high) to.high = high;
  to.total += total;
  to.numbers += numbers;
}

/** Folds intervals into those that are `times` as long; `length` is that of the finer ones, ms. */
function coarser(finer: ReadonlyMap<number, Bucket>, times: number, length: number): Map<number, Bucket> {
  const folded = new Map<number, Bucket>();
  let bucket: Bucket | undefined;
  for (const part of finer.values()) {
    const number = Math.floor(part.bucket / times);
    if (bucket?.series !== part.series || bucket.bucket !== number) {
      bucket = bucketOf(folded, part.series, number);
    }
    bucket.count += part.count;
    bucket.bad += part.bad;
    bucket.synthetic += part.synthetic;
    if (part.numbers > 0) {
      const lastAt = (part.bucket - number * times) * length + part.lastAt;
      addNumbers(bucket, lastAt, part.last, part.low, part.high, part.total, part.numbers);
    }
  }
  return folded;
}

function writeBucket(table: Statement, bucket: Bucket): void {
  const { series, bucket: number, count, bad, synthetic, lastAt, numbers } = bucket;
  const several = numbers > 1;
  table.run(
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

/** In a row, NULL in low, high or total means "as last"; NULL in last means that there is no number. */
function upsert(db: Database, table: string): Statement {
  const later = 'excluded.last IS NULL OR (last IS NOT NULL AND excluded.last_at < last_at)';
  const both = (column: string, merged: string): string => `CASE
      WHEN excluded.last IS NULL THEN ${column}
      WHEN last IS NULL THEN excluded.${column}
      ELSE ${merged.replaceAll('OLD', `coalesce(${column}, last)`).replaceAll('NEW', `coalesce(excluded.${column}, excluded.last)`)}
    END`;
  return db.prepare(`
    INSERT INTO ${table} (series, bucket, count, bad, synthetic, last_at, last, low, high, total)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (series, bucket) DO UPDATE SET
      count = count + excluded.count,
      bad = bad + excluded.bad,
      synthetic = synthetic + excluded.synthetic,
      last_at = CASE WHEN ${later} THEN last_at ELSE excluded.last_at END,
      last = CASE WHEN ${later} THEN last ELSE excluded.last END,
      low = ${both('low', 'min(OLD, NEW)')},
      high = ${both('high', 'max(OLD, NEW)')},
      total = ${both('total', 'OLD + NEW')}`);
}
