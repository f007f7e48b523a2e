import type { Database, Statement } from 'better-sqlite3';
import { DAY_LEVEL, HOUR_LEVEL } from './migrations.ts';
import { OpenRollups } from './open-rollups.ts';
import { QUALITY_MASK, SOURCE_MASK, SYNTHETIC } from './reading-flags.ts';
import { upsertRollup, writeRollup, type Bucket } from './rollup-row.ts';

const MINUTE = 60_000;
const MINUTES_AN_HOUR = 60;
const HOURS_A_DAY = 24;
/** Series and bucket in one number: buckets stay below 2 ** 27 (LAST_TIME / MINUTE), series below 2 ** 26. */
const SERIES_STEP = 2 ** 27;

/** Gathers the new readings of a commit, then adds each touched interval to its table with one statement. */
export class RollupBuckets {
  readonly #minuteTable: Statement;
  readonly #hours: OpenRollups;
  readonly #days: OpenRollups;
  readonly #minutes = new Map<number, Bucket>();
  #current: Bucket | undefined;

  constructor(db: Database) {
    this.#minuteTable = upsertRollup(db, 'rollup_minute');
    this.#hours = new OpenRollups(db, 'rollup_hour', HOUR_LEVEL);
    this.#days = new OpenRollups(db, 'rollup_day', DAY_LEVEL);
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
    for (const bucket of this.#minutes.values()) writeRollup(this.#minuteTable, bucket);
    this.#hours.write([...hours.values()]);
    this.#days.write([...days.values()]);
    this.#clear();
  }

  /** After a roll-back: forgets what was gathered, and learns again what the tables hold. */
  reset(): void {
    this.#clear();
    this.#hours.reload();
    this.#days.reload();
  }

  #clear(): void {
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
