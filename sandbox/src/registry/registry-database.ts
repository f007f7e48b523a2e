import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, type Service } from '@city-testbed/runtime';
import Database from 'better-sqlite3';
import { sandboxError } from '../errors.ts';
import { migrations } from './migrations.ts';

/**
 * registry.db: accounts, pilots, credentials, connector queues. Small tables and short statements, so they run on the
 * thread that asks; readings live elsewhere. Not a port: it is the one thing that these stages share beneath theirs.
 */
export type RegistryDatabase = Database.Database;

/**
 * Opens (or makes) the file and brings its schema up to date. The caller closes it with `close()`.
 * Throws SANDBOX_DATABASE_MIGRATION where the file is from a newer version, is no database, or a step failed.
 */
export function createRegistryDatabase(
  file: string,
  steps: readonly string[] = migrations,
): RegistryDatabase {
  let database: RegistryDatabase | undefined;
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    database = new Database(file, { timeout: 5000 });
    database.pragma('journal_mode = WAL');
    // NORMAL: a crash of the process loses nothing; a power cut may lose the last moments, never the file.
    database.pragma('synchronous = NORMAL');
    database.pragma('foreign_keys = ON');
    migrate(database, steps);
    return database;
  } catch (error) {
    database?.close();
    throw sandboxError('SANDBOX_DATABASE_MIGRATION', `${file}: ${messageOf(error)}`, { cause: error });
  }
}

/** Each step in a transaction of its own, counted in the file's user_version. */
function migrate(database: RegistryDatabase, steps: readonly string[]): void {
  const at = Number(database.pragma('user_version', { simple: true }));
  if (at > steps.length) {
    throw new Error(`its schema is version ${at}, this program knows ${steps.length}`);
  }
  for (const [index, step] of steps.entries()) {
    if (index < at) continue;
    database
      .transaction(() => {
        database.exec(step);
        database.pragma(`user_version = ${index + 1}`);
      })
      .immediate();
  }
}

/** Closes the database at its place in the order of stopping. */
export function closingOf(database: RegistryDatabase): Service {
  return {
    name: 'registry database',
    start: () => Promise.resolve(),
    stop: () => {
      database.close();
      return Promise.resolve();
    },
  };
}
