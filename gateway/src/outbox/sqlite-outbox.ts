import type { Database } from 'better-sqlite3';
import { messageOf, type Clock, type Logger } from '@city-testbed/runtime';
import { gatewayError } from '../errors.ts';
import type { Aliases, DeviceDescription } from '../model/device.ts';
import type { Batch, StoredBatch } from '../model/reading.ts';
import { isDiskFault, openDatabase } from './database.ts';
import type { Outbox, OutboxStatus } from './outbox.ts';
import { ranges } from './ranges.ts';
import { Registry } from './registry.ts';
import { Rows } from './rows.ts';
import { Settings } from './settings.ts';

export interface SqliteOutboxOptions {
  readonly file: string;
  /** Bytes of readings that may wait. */
  readonly maxBytes: number;
  readonly commitIntervalMs: number;
  readonly commitRows: number;
  readonly synchronous: 'full' | 'normal';
  /** Identity of this boot of the machine. */
  readonly boot: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Batches that wait in memory while the disk takes nothing. Past it the oldest are dropped and counted. */
const MAX_PENDING = 20_000;

interface Opened {
  readonly database: Database;
  readonly registry: Registry;
  readonly rows: Rows;
  readonly settings: Settings;
}

/** The outbox in one SQLite file. docs/adr/006-outbox.md says why it is as it is. */
export class SqliteOutbox implements Outbox {
  readonly name = 'outbox';
  readonly #options: SqliteOutboxOptions;
  readonly #listeners = new Set<(batches: readonly StoredBatch[]) => void>();
  readonly #releaseListeners = new Set<() => void>();
  /** To be deleted with the next commit, and hidden until then. */
  readonly #confirmed = new Set<number>();
  /** Those of them that nobody stored. */
  readonly #discarded = new Set<number>();
  #pending: Batch[] = [];
  #opened: Opened | undefined;
  #timer: AbortController | undefined;
  #batches = 0;
  #bytes = 0;
  #committed = 0;
  #confirmedCount = 0;
  #fault: string | undefined;

  constructor(options: SqliteOutboxOptions) {
    this.#options = options;
  }

  start(): Promise<void> {
    const { clock, boot } = this.#options;
    const database = openDatabase({ ...this.#options, now: () => clock.now() });
    const registry = new Registry(database);
    const rows = new Rows({
      database,
      boot,
      deviceId: (key) => registry.idOf(key),
      onBroken: (number, error) => this.#broken(number, error),
    });
    this.#opened = { database, registry, rows, settings: new Settings(database) };
    ({ batches: this.#batches, bytes: this.#bytes } = rows.extent());
    return Promise.resolve();
  }

  stop(): Promise<void> {
    if (this.#opened) {
      this.commit();
      this.#timer?.abort();
      this.#opened.database.close();
      this.#opened = undefined;
    }
    return Promise.resolve();
  }

  declare(device: DeviceDescription): Aliases {
    return this.#open.registry.declare(device);
  }

  withdraw(device: string): void {
    this.#open.registry.withdraw(device);
  }

  undeclared(): readonly { device: DeviceDescription; aliases: Aliases }[] {
    const left = this.#open.registry.undeclared();
    if (left.length === 0) return [];
    const waiting = this.#open.rows.devices();
    return left.filter(({ key }) => waiting.has(key));
  }

  retired(device: string): readonly { name: string; alias: number; datatype: string }[] {
    return this.#open.registry.retired(device);
  }

  append(batch: Batch): void {
    if (!this.#opened?.registry.find(batch.device)) {
      // One such batch in a group would hold up all others for ever.
      this.#options.log.error(
        { device: batch.device },
        'a batch of a device that was never declared is dropped',
      );
      this.#lose(1);
      return;
    }
    this.#pending.push(batch);
    if (this.#pending.length > MAX_PENDING) {
      this.#pending.shift();
      this.#lose(1);
    }
    // After a failed commit the timer alone tries again, or every poll would try a full disk.
    if (this.#pending.length >= this.#options.commitRows && this.#fault === undefined) this.commit();
    else this.#schedule();
  }

  commit(): void {
    this.#timer?.abort();
    this.#timer = undefined;
    if (!this.#opened || (this.#pending.length === 0 && this.#confirmed.size === 0)) return;
    let stored: StoredBatch[];
    try {
      stored = this.#opened.database.transaction(() => this.#write(this.#open)).immediate();
    } catch (error) {
      this.#failed(error);
      return;
    }
    this.#fault = undefined;
    this.#pending = [];
    this.#confirmed.clear();
    this.#discarded.clear();
    this.#committed += stored.length;
    if (stored.length > 0) for (const listener of this.#listeners) listener(stored);
  }

  onCommit(listener: (batches: readonly StoredBatch[]) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  onRelease(listener: () => void): () => void {
    this.#releaseListeners.add(listener);
    return () => void this.#releaseListeners.delete(listener);
  }

  after(number: number, limit: number): readonly StoredBatch[] {
    const batches: StoredBatch[] = [];
    let from = number;
    // Confirmed rows are deleted with the next commit. Fewer than the limit must mean that there are no more.
    while (batches.length < limit) {
      const rows = this.#open.rows.after(from, limit - batches.length);
      const last = rows.at(-1);
      if (!last) break;
      from = last.number;
      batches.push(...rows.filter((row) => !this.#confirmed.has(row.number)));
    }
    return batches;
  }

  newest(): StoredBatch | undefined {
    const batch = this.#open.rows.newest();
    return batch && !this.#confirmed.has(batch.number) ? batch : undefined;
  }

  get(numbers: readonly number[]): readonly StoredBatch[] {
    return numbers.flatMap((number) =>
      this.#confirmed.has(number) ? [] : (this.#open.rows.get(number) ?? []),
    );
  }

  confirm(numbers: readonly number[]): void {
    for (const number of numbers) this.#confirmed.add(number);
    if (this.#confirmed.size > 0) this.#schedule();
  }

  discard(number: number): void {
    this.#discarded.add(number);
    // Hidden from now on.
    this.confirm([number]);
  }

  settleClock(now: { readonly at: number; readonly uptime: number }): void {
    this.commit();
    const released = this.#open.rows.settle(now);
    if (released === 0) return;
    this.#options.log.info({ batches: released }, 'the clock is right: batches that waited for it may go');
    for (const listener of this.#releaseListeners) listener();
  }

  lastBdSeq(): number | undefined {
    return this.#open.settings.get('bd_seq');
  }

  persistBdSeq(bdSeq: number): void {
    this.#open.settings.set('bd_seq', bdSeq);
  }

  counter(key: string): number {
    return this.#open.settings.counter(key);
  }

  status(): OutboxStatus {
    const oldestAt = this.#opened?.rows.oldestAt();
    return {
      batches: this.#batches,
      bytes: this.#bytes,
      ...(oldestAt === undefined ? {} : { oldestAt }),
      pending: this.#pending.length,
      dropped: this.#opened?.settings.get('dropped') ?? 0,
      committed: this.#committed,
      confirmed: this.#confirmedCount,
      ...(this.#fault === undefined ? {} : { fault: this.#fault }),
    };
  }

  /** The file may not grow past this; SQLite then reports a full disk. Never less than it has now. */
  limitFileBytes(bytes: number): void {
    const { database } = this.#open;
    const page = Number(database.pragma('page_size', { simple: true }));
    database.pragma(`max_page_count = ${String(Math.max(1, Math.ceil(bytes / page)))}`);
  }

  get #open(): Opened {
    if (!this.#opened) throw gatewayError('GATEWAY_OUTBOX_OPEN', `${this.#options.file} is not open`);
    return this.#opened;
  }

  /** Inside the transaction. Sizes change only once it succeeded, so they are returned through the caller's state. */
  #write({ rows, registry, settings }: Opened): StoredBatch[] {
    let batches = this.#batches;
    let bytes = this.#bytes;
    let confirmed = 0;
    for (const number of this.#discarded) {
      const gone = rows.delete(number, number);
      batches -= gone.batches;
      bytes -= gone.bytes;
      settings.add('dropped', gone.batches);
    }
    for (const [from, to] of ranges(this.#confirmed)) {
      const gone = rows.delete(from, to);
      batches -= gone.batches;
      bytes -= gone.bytes;
      confirmed += gone.batches;
    }
    const stored: StoredBatch[] = [];
    for (const batch of this.#pending) {
      const device = registry.find(batch.device);
      if (!device) continue;
      const row = this.#insert(rows, batch, device.key);
      if (!row) continue;
      batches += 1;
      bytes += row.bytes;
      const { at, uptime, synced, readings } = batch;
      if (synced)
        stored.push({
          number: row.number,
          device: batch.device,
          at: Math.trunc(at),
          uptime,
          synced,
          readings,
        });
      if (batch.counters) settings.setCounters(batch.counters);
    }
    const over = bytes - this.#options.maxBytes;
    if (over > 0) {
      const gone = rows.deleteOldest(over);
      batches -= gone.batches;
      bytes -= gone.bytes;
      settings.add('dropped', gone.batches);
      this.#options.log.warn({ batches: gone.batches }, 'outbox full: the oldest batches were dropped');
    }
    this.#batches = batches;
    this.#bytes = bytes;
    this.#confirmedCount += confirmed;
    return stored;
  }

  /** Undefined for a batch that SQLite or the encoder refuses for itself: it is counted as lost, and the others go on. */
  #insert(rows: Rows, batch: Batch, device: number): { number: number; bytes: number } | undefined {
    try {
      return rows.insert(batch, device);
    } catch (error) {
      if (isDiskFault(error)) throw error;
      this.#options.log.error({ err: error, device: batch.device }, 'a batch that cannot be kept is dropped');
      this.#lose(1);
      return undefined;
    }
  }

  #failed(error: unknown): void {
    const first = this.#fault === undefined;
    this.#fault = messageOf(error);
    const coded = gatewayError('GATEWAY_OUTBOX_COMMIT', this.#fault, { cause: error });
    if (first) this.#options.log.error({ ...coded.toJSON(), pending: this.#pending.length }, coded.message);
    // What #write counted did not happen.
    const open = this.#open;
    try {
      ({ batches: this.#batches, bytes: this.#bytes } = open.rows.extent());
    } catch {
      // The disk cannot be read either; the next commit that succeeds corrects the sizes.
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer || !this.#opened) return;
    const timer = new AbortController();
    this.#timer = timer;
    const { clock, commitIntervalMs } = this.#options;
    void clock.sleep(commitIntervalMs, timer.signal).then(() => {
      if (!timer.signal.aborted) this.commit();
    });
  }

  #broken(number: number, error: unknown): void {
    const coded = gatewayError('GATEWAY_OUTBOX_ROW', `batch ${String(number)}: ${messageOf(error)}`, {
      cause: error,
    });
    this.#options.log.error({ ...coded.toJSON() }, coded.message);
    const gone = this.#open.rows.delete(number, number);
    this.#batches -= gone.batches;
    this.#bytes -= gone.bytes;
    this.#lose(gone.batches);
  }

  #lose(batches: number): void {
    try {
      this.#opened?.settings.add('dropped', batches);
    } catch (error) {
      this.#options.log.error({ err: error, batches }, 'lost batches could not be counted');
    }
  }
}
