import { dirname } from 'node:path';
import { mkdirSync } from 'node:fs';
import { setAside } from './database.ts';
import { isDamage, type Remedy } from './faults.ts';
import { identityOf, takesWrites } from './disk.ts';
import { moveBack, openStore, replace, type Opening, type Store, type StoreOptions } from './store.ts';

/** A file is given up that could not be opened again so often while its folder takes writes. */
const TRIES = 3;

/**
 * Gets a usable store from one that fails, or throws why there is none yet: then it is tried again later. Whatever
 * happens, aliases and batch numbers go on as they were. `tries`: how often it was tried in vain.
 */
export function recover(
  running: Store,
  remedy: Remedy,
  cause: unknown,
  options: StoreOptions,
  tries: number,
): Opening {
  const { file } = options;
  const folder = dirname(file);
  if (identityOf(file) === undefined) {
    mkdirSync(folder, { recursive: true });
    if (!takesWrites(folder)) throw new Error(`${folder} takes no files`);
    return restore(running, options, 'gone');
  }
  if (running.isElsewhere && running.database.open && running.ownsLog) {
    // Ours was replaced by another file, and our log lies beside that: SQLite would play it into it.
    const aside = setAside(options, 'foreign', ['']);
    return restore(running, options, 'foreign', aside);
  }
  if (remedy === 'replace' && !running.isElsewhere) {
    return replace(options, running, { database: running.database, why: 'damaged', cause });
  }
  running.close();
  if (remedy === 'reopen' && tries >= 2 * TRIES && takesWrites(folder) && !running.isElsewhere) {
    return replace(options, running, { database: undefined, why: 'damaged', cause });
  }
  try {
    return openStore(options, running);
  } catch (error) {
    // The disk is well and the file is not.
    if (tries < TRIES || !takesWrites(folder) || isLocked(error)) throw error;
    return replace(options, running, { database: undefined, why: 'damaged', cause: error });
  }
}

/** Nothing lies where the file should be, and what was there is open still, if all is well. */
function restore(running: Store, options: StoreOptions, why: 'gone' | 'foreign', aside?: string): Opening {
  const where = aside === undefined ? {} : { aside };
  try {
    moveBack(running, options.file);
  } catch (error) {
    if (!isDamage(error) && running.database.open) throw error;
    // Closed, or broken too: what it held is lost, and the fresh file begins with what is known of it.
    const { store, replaced } = replace(options, running, {
      database: running.database,
      why: 'gone',
      cause: error,
    });
    return { store, ...(replaced ? { replaced: { ...replaced, why, ...where } } : {}) };
  }
  const { store } = openStore(options, running);
  return { store, replaced: { why, ...where, aliasesKept: true, lastNumber: store.lastNumber } };
}

/** Another process holds it: that is no damage. */
function isLocked(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && String(cause.code).startsWith('SQLITE_BUSY');
}
