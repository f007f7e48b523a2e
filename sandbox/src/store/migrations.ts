import type { Database } from 'better-sqlite3';
import { messageOf } from '@city-testbed/runtime';
import { sandboxError } from '../errors.ts';

export const HOUR_LEVEL = 1;
export const DAY_LEVEL = 2;

const rollupColumns = `bucket INTEGER NOT NULL,
    count INTEGER NOT NULL,
    bad INTEGER NOT NULL,
    synthetic INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    last REAL,
    low REAL,
    high REAL,
    total REAL`;

const rollup = (name: string): string => `
  CREATE TABLE ${name} (
    series INTEGER NOT NULL,
    ${rollupColumns},
    PRIMARY KEY (series, bucket)
  ) WITHOUT ROWID;`;

const columns = 'series, bucket, count, bad, synthetic, last_at, last, low, high, total';

const newestAreOpen = (level: number, table: string): string => `
  INSERT INTO rollup_open SELECT ${level}, ${columns} FROM ${table} AS newest
    WHERE bucket = (SELECT max(bucket) FROM ${table} WHERE series = newest.series);
  DELETE FROM ${table} WHERE (series, bucket) IN (SELECT series, bucket FROM rollup_open WHERE level = ${level});`;

const closedAndOpen = (level: number, table: string): string =>
  `SELECT ${columns} FROM ${table} UNION ALL SELECT ${columns} FROM rollup_open WHERE level = ${level}`;

/**
 * Forward only: the number of a migration is its place in this list, from 1. Never change one that was released.
 *
 * readings: the readings themselves, clustered by series and time. delay = received - observed, ms; value is a text as
 *   BLOB, so that no text is taken for a number; flags see reading-flags.ts.
 * log: the order of storing. One entry a batch, with the keys of what was new (log-keys.ts); read per device, so that a
 *   reader with few devices never passes over the rest.
 * rollup_*: bucket = observed / (60 000 | 3 600 000 | 86 400 000), whole part, UTC. last_at = ms of the last number
 *   after the start of the bucket. low, high and total are NULL while they equal `last` (one number), which keeps the
 *   minutes of a series that is read once a minute small.
 * rollup_open: the newest hour and day of each series, which nearly every commit touches: side by side they take a few
 *   pages instead of two for each series. They move to rollup_hour and rollup_day when a newer one begins, so those
 *   hold older intervals only. Views hours and days: both together.
 * registry: devices and gateways as JSON (registered-devices.ts).
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE device (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    device INTEGER NOT NULL REFERENCES device (id),
    metric TEXT NOT NULL,
    UNIQUE (device, metric)
  );
  CREATE TABLE reason (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE readings (
    series INTEGER NOT NULL,
    observed INTEGER NOT NULL,
    delay INTEGER NOT NULL,
    flags INTEGER NOT NULL,
    value REAL,
    PRIMARY KEY (series, observed)
  ) WITHOUT ROWID;
  CREATE TABLE log (
    device INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    keys BLOB NOT NULL,
    PRIMARY KEY (device, seq)
  ) WITHOUT ROWID;
  CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO counter VALUES ('seq', 0), ('probe', 0);
  CREATE TABLE registry (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;
  ${rollup('rollup_minute')}
  ${rollup('rollup_hour')}
  ${rollup('rollup_day')}`,
  `
  CREATE TABLE rollup_open (
    level INTEGER NOT NULL,
    series INTEGER NOT NULL,
    ${rollupColumns},
    PRIMARY KEY (level, series)
  ) WITHOUT ROWID;
  ${newestAreOpen(HOUR_LEVEL, 'rollup_hour')}
  ${newestAreOpen(DAY_LEVEL, 'rollup_day')}
  CREATE VIEW hours AS ${closedAndOpen(HOUR_LEVEL, 'rollup_hour')};
  CREATE VIEW days AS ${closedAndOpen(DAY_LEVEL, 'rollup_day')};`,
];

/** Brings the database to this version in one transaction. Throws SANDBOX_STORE_MIGRATION. */
export function migrate(db: Database): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version > migrations.length) {
    throw sandboxError(
      'SANDBOX_STORE_MIGRATION',
      `it has version ${version}, this sandbox knows ${migrations.length}`,
    );
  }
  const upgrade = db.transaction(() => {
    for (const sql of migrations.slice(version)) db.exec(sql);
    db.pragma(`user_version = ${migrations.length}`);
  });
  try {
    upgrade.immediate();
  } catch (error) {
    throw sandboxError('SANDBOX_STORE_MIGRATION', messageOf(error), { cause: error });
  }
}
