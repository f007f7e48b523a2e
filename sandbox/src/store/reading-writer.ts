import Sqlite, { type Database, type Statement } from 'better-sqlite3';
import type { AppendResult } from './reading-store.ts';
import { LogKeys } from './log-keys.ts';
import { migrate } from './migrations.ts';
import type { Packet } from './packet.ts';
import { REASON_SHIFT } from './reading-flags.ts';
import { RollupBuckets } from './rollup-buckets.ts';

export interface WriterOptions {
  readonly file: string;
  /** Largest size of the database file; absent: as large as the disk. */
  readonly maxBytes?: number | undefined;
}

/** A record of the device registry on its way to disk; `document` null removes it. */
export interface RegistryDocument {
  readonly kind: 'gateway' | 'device';
  readonly id: string;
  readonly document: string | null;
}

/** Keys of one log entry: an entry stays on its page (WITHOUT ROWID rows past a quarter of a page spill over). */
const KEYS_AN_ENTRY = 200;
const PAGE_BYTES = 4096;

interface Name {
  readonly device: string;
  readonly metric: string;
  /** Row ids; 0 while they are not known. */
  deviceId: number;
  seriesId: number;
}

/** The only one who writes the database. Synchronous: it lives in a thread of its own (writer-worker.ts). */
export class ReadingWriter {
  readonly #db: Database;
  readonly #rollups: RollupBuckets;
  readonly #keys = new LogKeys();
  /** Names and reasons by the numbers of the packets. */
  readonly #names: Name[] = [];
  readonly #reasons: { readonly text: string; id: number }[] = [{ text: '', id: 0 }];
  readonly #insert: Statement;
  readonly #log: Statement;
  readonly #setSeq: Statement;
  readonly #find: Readonly<Record<'device' | 'series' | 'reason', readonly [add: Statement, get: Statement]>>;
  #seq = 0;

  constructor(options: WriterOptions) {
    const db = new Sqlite(options.file);
    this.#db = db;
    db.pragma(`page_size = ${PAGE_BYTES}`);
    db.pragma('journal_mode = WAL');
    // FULL: a commit is on the disk before it is confirmed to a gateway, which then deletes its copy.
    db.pragma('synchronous = FULL');
    db.pragma('cache_size = -65536');
    // 128 MiB: the pages that every commit touches are written back once for many commits.
    db.pragma('wal_autocheckpoint = 32768');
    db.pragma('journal_size_limit = 134217728');
    if (options.maxBytes !== undefined) {
      db.pragma(`max_page_count = ${Math.max(1, Math.floor(options.maxBytes / PAGE_BYTES))}`);
    }
    migrate(db);
    this.#rollups = new RollupBuckets(db);
    this.#insert = db.prepare(
      'INSERT INTO readings (series, observed, delay, flags, value) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.#log = db.prepare('INSERT INTO log (device, seq, keys) VALUES (?, ?, ?)');
    this.#setSeq = db.prepare("UPDATE counter SET value = ? WHERE name = 'seq'");
    this.#find = {
      device: [
        db.prepare('INSERT INTO device (name) VALUES (?) ON CONFLICT DO NOTHING'),
        db.prepare('SELECT id FROM device WHERE name = ?').pluck(),
      ],
      series: [
        db.prepare('INSERT INTO series (device, metric) VALUES (?, ?) ON CONFLICT DO NOTHING'),
        db.prepare('SELECT id FROM series WHERE device = ? AND metric = ?').pluck(),
      ],
      reason: [
        db.prepare('INSERT INTO reason (name) VALUES (?) ON CONFLICT DO NOTHING'),
        db.prepare('SELECT id FROM reason WHERE name = ?').pluck(),
      ],
    };
    this.#seq = Number(db.prepare("SELECT value FROM counter WHERE name = 'seq'").pluck().get());
  }

  /** Names come in order and only once, so each packet must be introduced, even one that is not stored. */
  introduce(packet: Packet): void {
    for (const [device, metric] of packet.newSeries) {
      this.#names.push({ device, metric, deviceId: 0, seriesId: 0 });
    }
    for (const text of packet.newReasons) this.#reasons.push({ text, id: 0 });
  }

  /** Stores introduced packets in one transaction: all of them or, where it throws, none. */
  store(packets: readonly Packet[]): AppendResult[] {
    const seq = this.#seq;
    const write = this.#db.transaction(() => {
      const results = packets.map((packet) => this.#storePacket(packet));
      this.#rollups.write();
      if (this.#seq !== seq) this.#setSeq.run(this.#seq);
      return results;
    });
    try {
      return write.immediate();
    } catch (error) {
      this.#forget(seq);
      throw error;
    }
  }

  keepRegistry(documents: readonly RegistryDocument[]): void {
    const put = this.#db.prepare(
      'INSERT INTO registry VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET document = excluded.document',
    );
    const drop = this.#db.prepare('DELETE FROM registry WHERE kind = ? AND id = ?');
    const keep = this.#db.transaction(() => {
      for (const { kind, id, document } of documents) {
        if (document === null) drop.run(kind, id);
        else put.run(kind, id, document);
      }
    });
    keep.immediate();
  }

  /** Throws where nothing can be written. */
  probe(): void {
    this.#db.prepare("UPDATE counter SET value = value + 1 WHERE name = 'probe'").run();
  }

  close(): void {
    this.#db.close();
  }

  #storePacket(packet: Packet): AppendResult {
    const { starts, received, series, observed, numbers, flags, texts } = packet;
    const storedOf: number[] = [];
    let stored = 0;
    for (let batch = 0; batch < starts.length; batch++) {
      const end = starts[batch + 1] ?? series.length;
      const receivedAt = received[batch] ?? 0;
      const before = stored;
      let device = 0;
      for (let at = starts[batch] ?? 0; at < end; at++) {
        const name = this.#resolve(series[at] ?? 0);
        const time = observed[at] ?? 0;
        const number = numbers[at] ?? NaN;
        const given = flags[at] ?? 0;
        const bits = given >>> REASON_SHIFT === 0 ? given : this.#withReasonId(given);
        const text = texts.size === 0 ? undefined : texts.get(at);
        const value = text === undefined ? (Number.isNaN(number) ? null : number) : Buffer.from(text);
        if (this.#insert.run(name.seriesId, time, receivedAt - time, bits, value).changes === 0) continue;
        stored++;
        device = name.deviceId;
        this.#rollups.add(name.seriesId, time, number, bits);
        this.#keys.add(name.seriesId, time);
        if (this.#keys.count === KEYS_AN_ENTRY) this.#writeLog(device);
      }
      if (this.#keys.count > 0) this.#writeLog(device);
      storedOf.push(stored - before);
    }
    return { stored, repeated: series.length - stored, storedOf };
  }

  #writeLog(device: number): void {
    this.#log.run(device, ++this.#seq, this.#keys.take());
  }

  #resolve(number: number): Name {
    const name = this.#names[number];
    if (!name) throw new RangeError(`series number ${number} was never introduced`);
    if (name.seriesId === 0) {
      name.deviceId = this.#id('device', name.device);
      name.seriesId = this.#id('series', name.deviceId, name.metric);
    }
    return name;
  }

  #withReasonId(flags: number): number {
    const reason = this.#reasons[flags >>> REASON_SHIFT];
    if (!reason) throw new RangeError(`reason number ${flags >>> REASON_SHIFT} was never introduced`);
    if (reason.id === 0) reason.id = this.#id('reason', reason.text);
    return (reason.id << REASON_SHIFT) | (flags & ((1 << REASON_SHIFT) - 1));
  }

  #id(table: 'device' | 'series' | 'reason', ...key: (string | number)[]): number {
    const [add, get] = this.#find[table];
    const found = get.get(...key);
    if (found !== undefined) return Number(found);
    add.run(...key);
    return Number(get.get(...key));
  }

  /** After a roll-back the row ids that it gave out may be given to others. */
  #forget(seq: number): void {
    this.#seq = seq;
    this.#rollups.reset();
    this.#keys.take();
    for (const name of this.#names) name.deviceId = name.seriesId = 0;
    for (const reason of this.#reasons) reason.id = 0;
  }
}
