import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { isCoded, messageOf, type Logger } from '@city-testbed/runtime';
import { gatewayError } from '../errors.ts';
import { migrate, refuseNewer } from './migrations.ts';

export interface DatabaseOptions {
  readonly file: string;
  readonly synchronous: 'full' | 'normal';
  readonly now: () => number;
  readonly log: Logger;
}

/** Files that were set aside and are kept; a card that breaks again and again must not fill itself with them. */
const KEPT_ASIDE = 4;
/** A checkpoint after so many pages of log, 4 MB: SQLite's own default, and what the log takes on disk. */
const CHECKPOINT_PAGES = 1000;

/** Opens or makes the file and brings it up to date. The caller closes it when what follows fails. */
export function connect({ file }: DatabaseOptions): Database {
  mkdirSync(dirname(file), { recursive: true });
  return new SqliteDatabase(file, { timeout: 2000 });
}

/** `firstNumber`: in a fresh file, batches get numbers after this. Throws SqliteError and GATEWAY_OUTBOX_NEWER. */
export function prepareDatabase(database: Database, options: DatabaseOptions, firstNumber: number): void {
  // One process owns the file: a second gateway is refused, and WAL needs no shared-memory file.
  database.pragma('locking_mode = EXCLUSIVE');
  // A file of a newer version is left as it is.
  const version = Number(database.pragma('user_version', { simple: true }));
  if (version > 0) refuseNewer(version);
  database.pragma('journal_mode = WAL');
  database.pragma(`synchronous = ${options.synchronous}`);
  database.pragma(`wal_autocheckpoint = ${String(CHECKPOINT_PAGES)}`);
  database.pragma('journal_size_limit = 4194304');
  // Else SQLite keeps up to 16 MB of a growing file in memory, which nobody reads again.
  database.pragma('cache_size = -2048');
  migrate(database, firstNumber);
  for (const table of SMALL_TABLES) refuseDamaged(database, table);
}

/**
 * A broken page of `batch` costs its rows, and is found when they are read. One of these costs more: two devices with
 * the same alias, and no birth is ever valid again.
 */
const SMALL_TABLES = ['device', 'metric', 'boot', 'setting', 'counter'] as const;

/** A table and its indexes, row by row. Throws SqliteError (SQLITE_CORRUPT) where they disagree. */
function refuseDamaged(database: Database, table: (typeof SMALL_TABLES)[number]): void {
  const found = String(database.pragma(`integrity_check(${table})`, { simple: true }));
  if (found !== 'ok') throw new SqliteDatabase.SqliteError(`${table}: ${found}`, 'SQLITE_CORRUPT');
}

/** Renames the file and its log; or only those of the `parts`. Says where it is now. */
export function setAside(
  { file, now, log }: DatabaseOptions,
  why: 'damaged' | 'foreign',
  parts: readonly string[] = ['', '-wal'],
): string {
  const aside = freeName(`${file}.${why}-${new Date(now()).toISOString().replaceAll(':', '')}`);
  // The log too: SQLite deletes it when it closes the file, and the last readings may be nowhere else.
  for (const part of parts) if (existsSync(`${file}${part}`)) renameSync(`${file}${part}`, `${aside}${part}`);
  rmSync(`${file}-shm`, { force: true });
  for (const old of asides(file).slice(0, -KEPT_ASIDE)) {
    log.warn({ file: old }, 'an old file that was set aside is deleted');
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${old}${suffix}`, { force: true });
  }
  return aside;
}

/** When the file or its log was last written, ms: 0 where there is none. */
export function lastWritten(file: string): number {
  const times = [file, `${file}-wal`].map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return Math.ceil(Math.max(...times));
}

/** What to tell of a file that cannot be opened: GATEWAY_OUTBOX_OPEN, unless the error has a code of ours. */
export function explained(file: string, error: unknown): Error {
  if (isCoded(error)) return error;
  return gatewayError('GATEWAY_OUTBOX_OPEN', `${file}: ${messageOf(error)}`, {
    context: { file },
    cause: error,
  });
}

function freeName(wanted: string): string {
  let name = wanted;
  for (let again = 2; existsSync(name) || existsSync(`${name}-wal`); again++)
    name = `${wanted}-${String(again)}`;
  return name;
}

/** Oldest first: their names end in the time. */
function asides(file: string): string[] {
  const folder = dirname(file);
  const pattern = /\.(?:damaged|foreign)-([^/]*)$/;
  return readdirSync(folder)
    .filter(
      (name) => name.startsWith(`${basename(file)}.`) && pattern.test(name) && !/-(?:wal|shm)$/.test(name),
    )
    .sort((a, b) => (pattern.exec(a)?.[1] ?? '').localeCompare(pattern.exec(b)?.[1] ?? ''))
    .map((name) => join(folder, name));
}
