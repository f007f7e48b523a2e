import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { messageOf } from '@city-testbed/runtime';
import { gatewayError } from '../errors.ts';
import { formatOf, head, isWanted, RowReader, type ExportLine } from './export.ts';
import { refuseNewer } from './migrations.ts';
import type { ExportRequest } from './outbox.ts';
import type { Row } from './rows.ts';
import { salvage } from './salvage.ts';
import { readSeed, type Seed } from './seed.ts';

/** What an export of a file brought so far. */
export interface FileTally {
  /** Readings, one a line. */
  lines: number;
  /** Batches that could not be read, at most. */
  unreadable: number;
}

const PIECE_LINES = 500;

/** Whether a gateway has the file open. Only looks: it makes and changes no file. */
export function isInUse(file: string): boolean {
  if (!existsSync(file) || statSync(file).size === 0) return false;
  try {
    const database = new SqliteDatabase(file, { readonly: true, timeout: 0 });
    try {
      // So SQLite makes no shared-memory file, and a lock of another process is the first thing that it meets.
      database.pragma('locking_mode = EXCLUSIVE');
      database.prepare('SELECT count(*) FROM sqlite_schema').get();
    } finally {
      database.close();
    }
    return false;
  } catch (error) {
    return error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY');
  }
}

/**
 * The readings of an outbox file that no gateway uses, with its log if that lies beside it, as text. A damaged file is
 * read row by row as far as it goes; `tally` says how far. The file is never opened for reading by SQLite, let alone
 * written: a copy in the folder for temporary files is. Throws GATEWAY_EXPORT_FILE and GATEWAY_OUTBOX_NEWER.
 */
export async function* exportFile(
  file: string,
  request: ExportRequest,
  tally: FileTally,
): AsyncGenerator<string> {
  const folder = copied(file);
  try {
    yield* read(join(folder, 'outbox.db'), file, request, tally);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function* read(
  copy: string,
  file: string,
  request: ExportRequest,
  tally: FileTally,
): AsyncGenerator<string> {
  const seed = readSeed(copy);
  const database = openCopy(copy, file);
  try {
    yield head(request.format);
    const lines: ExportLine[] = [];
    const text = (): string => lines.splice(0).map(formatOf(request.format)).join('');
    for (const line of linesOf(database, seed, tally)) {
      if (!isWanted(line, request)) continue;
      tally.lines += 1;
      if (lines.push(line) < PIECE_LINES) continue;
      yield text();
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (lines.length > 0) yield text();
  } finally {
    database.close();
  }
}

function* linesOf(database: Database, seed: Seed, tally: FileTally): Generator<ExportLine> {
  const reader = new RowReader(seed);
  // Where nobody knows the last number, there is none so great: they start at the time in ms.
  const limit = seed.lastNumber > 0 ? seed.lastNumber : Date.now() * 2;
  for (const found of salvage(database, limit)) {
    if ('from' in found) {
      const endKnown = found.to < limit || seed.lastNumber > 0;
      tally.unreadable += endKnown ? found.to - found.from + 1 : 1;
      continue;
    }
    const lines = readable(reader, found);
    if (lines) yield* lines;
    else tally.unreadable += 1;
  }
}

function readable(reader: RowReader, row: Row): ExportLine[] | undefined {
  try {
    return reader.lines(row);
  } catch {
    return undefined;
  }
}

function copied(file: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'city-outbox-export-'));
  try {
    copyFileSync(file, join(folder, 'outbox.db'));
    if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, join(folder, 'outbox.db-wal'));
    return folder;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw unreadable(file, error);
  }
}

function openCopy(copy: string, file: string): Database {
  let database: Database | undefined;
  try {
    database = new SqliteDatabase(copy, { readonly: true });
    refuseNewer(Number(database.pragma('user_version', { simple: true })));
    database.prepare('SELECT number FROM batch LIMIT 0');
    return database;
  } catch (error) {
    database?.close();
    throw error instanceof SqliteDatabase.SqliteError ? unreadable(file, error) : error;
  }
}

function unreadable(file: string, error: unknown): Error {
  return gatewayError('GATEWAY_EXPORT_FILE', `${file}: ${messageOf(error)}`, {
    context: { file },
    cause: error,
  });
}
