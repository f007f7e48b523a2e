import SqliteDatabase from 'better-sqlite3';

/** Whether the file or the disk is at fault, rather than what was to be written. */
export function isDiskFault(error: unknown): boolean {
  if (error instanceof SqliteDatabase.SqliteError) return !error.code.startsWith('SQLITE_CONSTRAINT');
  // better-sqlite3 on a connection that was closed, because its disk was gone.
  return error instanceof TypeError && error.message.includes('connection is not open');
}

/** Whether the file itself is broken. Result codes: https://www.sqlite.org/rescode.html */
export function isDamage(error: unknown): boolean {
  return (
    error instanceof SqliteDatabase.SqliteError &&
    (error.code.startsWith('SQLITE_CORRUPT') ||
      error.code === 'SQLITE_NOTADB' ||
      error.code === 'SQLITE_IOERR_CORRUPTFS')
  );
}

/**
 * What helps. wait: the disk is full or busy, and the connection is sound. replace: the file is broken. reopen: the
 * connection may be dead, as after an I/O error, a remount or an unmount.
 */
export type Remedy = 'wait' | 'reopen' | 'replace';

export function remedyFor(error: unknown): Remedy {
  if (isDamage(error)) return 'replace';
  if (!isDiskFault(error)) return 'wait';
  const code = error instanceof SqliteDatabase.SqliteError ? error.code : '';
  return /^SQLITE_(FULL|BUSY|LOCKED|NOMEM|TOOBIG)/.test(code) ? 'wait' : 'reopen';
}
