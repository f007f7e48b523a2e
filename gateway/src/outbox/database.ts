import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { messageOf, type Logger } from '@city-testbed/runtime';
import { gatewayError } from '../errors.ts';
import { migrate } from './migrations.ts';

export interface DatabaseOptions {
  readonly file: string;
  readonly synchronous: 'full' | 'normal';
  readonly now: () => number;
  readonly log: Logger;
}

/**
 * Opens the outbox file, makes it if it is missing, and brings it up to date. A file that is no database any more is
 * set aside under a new name, with an alarm in the log, and a fresh one is made: a gateway must read on.
 * Throws GATEWAY_OUTBOX_OPEN and GATEWAY_OUTBOX_NEWER.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const { file, log, now } = options;
  const aside = `${file}.damaged-${new Date(now()).toISOString().replaceAll(':', '')}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    return open(options, aside);
  } catch (error) {
    if (!isCorrupt(error)) throw explained(file, error);
    const alarm = gatewayError('GATEWAY_OUTBOX_CORRUPT', `${file} is now ${aside}`, {
      context: { file, aside },
      cause: error,
    });
    log.error({ ...alarm.toJSON() }, alarm.message);
    try {
      renameSync(file, aside);
      // What belongs to the old file would be played into the new one.
      for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
      return open(options, aside);
    } catch (again) {
      throw explained(file, again);
    }
  }
}

function open({ file, synchronous, now, log }: DatabaseOptions, aside: string): Database {
  const database = new SqliteDatabase(file, { timeout: 2000 });
  try {
    // One process owns the file: a second gateway is refused, and WAL needs no shared-memory file.
    database.pragma('locking_mode = EXCLUSIVE');
    database.pragma('journal_mode = WAL');
    database.pragma(`synchronous = ${synchronous}`);
    database.pragma('journal_size_limit = 4194304');
    migrate(database, now());
    return database;
  } catch (error) {
    try {
      // SQLite deletes the log when it closes the file, and the last readings may be nowhere else.
      if (isCorrupt(error) && existsSync(`${file}-wal`)) renameSync(`${file}-wal`, `${aside}-wal`);
    } catch (failure) {
      log.error({ err: failure, file }, 'the log of the damaged file could not be kept');
    }
    database.close();
    throw error;
  }
}

/** Whether the file or the disk is at fault, rather than what was to be written. */
export function isDiskFault(error: unknown): boolean {
  return error instanceof SqliteDatabase.SqliteError && !error.code.startsWith('SQLITE_CONSTRAINT');
}

function isCorrupt(error: unknown): boolean {
  return (
    error instanceof SqliteDatabase.SqliteError &&
    (error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB')
  );
}

function explained(file: string, error: unknown): unknown {
  if (!(error instanceof Error) || ('hint' in error && 'context' in error)) return error;
  return gatewayError('GATEWAY_OUTBOX_OPEN', `${file}: ${messageOf(error)}`, {
    context: { file },
    cause: error,
  });
}
