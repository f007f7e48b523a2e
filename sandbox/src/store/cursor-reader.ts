import type { Database, Statement } from 'better-sqlite3';
import { sandboxError } from '../errors.ts';
import { readLogKeys, type LogKey } from './log-keys.ts';
import type { ReadingCursorPage, ReadingQuery, StoredReading } from './reading-store.ts';
import { readingOf, type ReadingRow } from './reading-row.ts';
import type { SeriesNames } from './series-names.ts';

interface Entry {
  readonly seq: number;
  readonly keys: Uint8Array;
}

/** A place in the order of storing: within log entry `seq`, after `done` of its readings. */
interface Place {
  seq: number;
  done: number;
}

const ENTRIES_A_FETCH = 32;
/** Keys looked at for one page: a page that filters much comes back shorter, with `more`, instead of late. */
const MOST_KEYS = 100_000;

/** The log of one device, read ahead a little. */
class DeviceLog {
  readonly #fetch: Statement;
  readonly #device: number;
  #entries: Entry[] = [];
  #next = 0;
  #after: number;
  #ended = false;

  constructor(fetch: Statement, device: number, after: number) {
    this.#fetch = fetch;
    this.#device = device;
    this.#after = after;
  }

  peek(): Entry | undefined {
    if (this.#next === this.#entries.length && !this.#ended) {
      this.#entries = this.#fetch.all(this.#device, this.#after) as Entry[];
      this.#next = 0;
      this.#after = this.#entries.at(-1)?.seq ?? this.#after;
      this.#ended = this.#entries.length < ENTRIES_A_FETCH;
    }
    return this.#entries[this.#next];
  }

  skip(): void {
    this.#next++;
  }
}

/** Reads on from a cursor: the logs of the granted devices, merged into the order of storing. */
export class CursorReader {
  readonly #names: SeriesNames;
  readonly #fetch: Statement;
  readonly #row: Statement;
  readonly #seq: Statement;

  constructor(db: Database, names: SeriesNames) {
    this.#names = names;
    this.#fetch = db.prepare(
      `SELECT seq, keys FROM log WHERE device = ? AND seq > ? ORDER BY seq LIMIT ${ENTRIES_A_FETCH}`,
    );
    this.#row = db.prepare(
      'SELECT series, observed, delay, flags, value FROM readings WHERE series = ? AND observed = ?',
    );
    this.#seq = db.prepare("SELECT value FROM counter WHERE name = 'seq'").pluck();
  }

  /** Runs inside one read transaction. Throws SANDBOX_STORE_CURSOR_INVALID. */
  page(query: ReadingQuery): ReadingCursorPage {
    const start = query.after === undefined ? { seq: 0, done: 0 } : parseCursor(query.after);
    const last = Number(this.#seq.get());
    // A cursor of another database, e.g. from before this one was set up anew: silence would hide what is new.
    if (start.seq > last + 1) throw foreignCursor(query.after ?? '');
    const granted = this.#names.granted(query.grants);
    const wanted = new Set(granted.map(({ series }) => series));
    const devices = new Set(granted.map(({ deviceId }) => deviceId));
    const logs = [...devices].map((device) => new DeviceLog(this.#fetch, device, start.seq - 1));
    const items: StoredReading[] = [];
    const place: Place = { ...start };
    let budget = MOST_KEYS;
    for (let log = earliest(logs); log; log = earliest(logs)) {
      const entry = log.peek();
      if (!entry) break;
      const keys = readLogKeys(entry.keys);
      if (entry.seq !== place.seq) Object.assign(place, { seq: entry.seq, done: 0 });
      for (const key of keys.slice(place.done)) {
        const reading = this.#reading(key, wanted, query);
        if (budget-- <= 0 || (reading && items.length >= query.limit)) {
          return { items, cursor: formatCursor(place), more: true };
        }
        if (reading) items.push(reading);
        place.done++;
      }
      log.skip();
    }
    if (items.length === 0 && query.after !== undefined) return { items, cursor: query.after, more: false };
    return { items, cursor: last === 0 ? null : formatCursor(place), more: false };
  }

  #reading(
    { series, observed }: LogKey,
    wanted: ReadonlySet<number>,
    query: ReadingQuery,
  ): StoredReading | undefined {
    if (!wanted.has(series)) return undefined;
    if (query.from !== undefined && observed < query.from) return undefined;
    if (query.to !== undefined && observed >= query.to) return undefined;
    const row = this.#row.get(series, observed) as ReadingRow | undefined;
    return row && readingOf(row, this.#names);
  }
}

function earliest(logs: readonly DeviceLog[]): DeviceLog | undefined {
  let first: DeviceLog | undefined;
  let least = Infinity;
  for (const log of logs) {
    const seq = log.peek()?.seq ?? Infinity;
    if (seq >= least) continue;
    first = log;
    least = seq;
  }
  return first;
}

function formatCursor({ seq, done }: Place): string {
  return `${seq}.${done}`;
}

function parseCursor(text: string): Place {
  const [, seq, done] = /^(\d{1,15})\.(\d{1,9})$/.exec(text) ?? [];
  if (seq === undefined || done === undefined) {
    throw foreignCursor(text);
  }
  return { seq: Number(seq), done: Number(done) };
}

function foreignCursor(text: string): Error {
  return sandboxError('SANDBOX_STORE_CURSOR_INVALID', JSON.stringify(text.slice(0, 40)));
}
