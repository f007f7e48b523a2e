import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { workerUrl, type Service } from '@city-testbed/runtime';
import type {
  AppendResult,
  HourCount,
  IncomingBatch,
  ReadingCursorPage,
  ReadingQuery,
  ReadingStore,
  Rollup,
  SeriesSummary,
  StoredReading,
  SummaryQuery,
} from './reading-store.ts';
import { sandboxError } from '../errors.ts';
import { buffersOf, countReadings, PacketEncoder } from './packet.ts';
import type { ReaderThreadOptions } from './reader-worker.ts';
import type { RegistryShelf } from './registry-shelf.ts';
import { WorkerLink } from './worker-link.ts';
import type { WriterThreadOptions } from './writer-worker.ts';

export interface ReadingStoreOptions {
  /** Path of the database; its folder is made. */
  readonly file: string;
  /** Readings that may wait for their commit before append() refuses more. Default 500,000. */
  readonly queuedReadings?: number;
  /** Questions that may wait. Default 200. */
  readonly queuedReads?: number;
  /** A commit waits this long for company, ms. Default 5. */
  readonly groupMs?: number;
  /** ...or until so many readings are there. Default 20,000. */
  readonly groupReadings?: number;
  /** Largest size of the database file; default: none. */
  readonly maxBytes?: number;
}

/** What the store counts; shown at /metrics. */
export interface StoreCounters {
  readonly stored: number;
  readonly repeated: number;
  readonly refused: number;
  readonly failed: number;
  readonly waitingReadings: number;
  readonly waitingQueries: number;
}

export type SqliteReadingStore = ReadingStore &
  Service & { readonly registry: RegistryShelf; counters(): StoreCounters };

const READERS = 2;
/** Calls that may wait beside the bound in readings; checked before a packet takes names along. */
const MOST_APPENDS = 100_000;

/** The readings store in one SQLite file: one thread writes, two read; none of it runs on the caller's thread. */
export function createReadingStore(options: ReadingStoreOptions): SqliteReadingStore {
  return new ThreadedStore(options);
}

class ThreadedStore implements SqliteReadingStore {
  readonly name = 'readings store';
  readonly registry: RegistryShelf;
  readonly #file: string;
  readonly #mostReadings: number;
  readonly #mostReads: number;
  readonly #encoder = new PacketEncoder();
  readonly #writer: WorkerLink;
  readonly #readers: readonly WorkerLink[];
  #waitingReadings = 0;
  #stored = 0;
  #repeated = 0;
  #refused = 0;
  #failed = 0;
  #probing: Promise<void> | undefined;

  constructor(options: ReadingStoreOptions) {
    const { file } = options;
    this.#file = file;
    this.#mostReadings = options.queuedReadings ?? 500_000;
    this.#mostReads = options.queuedReads ?? 200;
    const writing: WriterThreadOptions = {
      file,
      maxBytes: options.maxBytes,
      groupMs: options.groupMs ?? 5,
      groupReadings: options.groupReadings ?? 20_000,
    };
    const reading: ReaderThreadOptions = { file };
    this.#writer = new WorkerLink(
      workerUrl(import.meta.url, './writer-worker'),
      writing,
      MOST_APPENDS + 1000,
    );
    this.#readers = Array.from(
      { length: READERS },
      () => new WorkerLink(workerUrl(import.meta.url, './reader-worker'), reading, this.#mostReads),
    );
    this.registry = {
      load: () => this.#read('registry', null) as ReturnType<RegistryShelf['load']>,
      keep: (documents) => this.#writer.ask('registry', documents).then(() => undefined),
    };
  }

  async start(): Promise<void> {
    mkdirSync(dirname(this.#file), { recursive: true });
    await this.#writer.start(); // first: it makes and upgrades the tables that the readers prepare for
    await Promise.all(this.#readers.map((reader) => reader.start()));
  }

  /** What was accepted is committed; questions that still wait are refused. */
  async stop(): Promise<void> {
    await Promise.all([this.#writer.stop(), ...this.#readers.map((reader) => reader.terminate())]);
  }

  async append(batches: readonly IncomingBatch[]): Promise<AppendResult> {
    const count = countReadings(batches);
    if (count === 0) return { stored: 0, repeated: 0, storedOf: batches.map(() => 0) };
    // A call that is larger than the bound by itself is taken when nothing else waits.
    const tooMany = this.#waitingReadings > 0 && this.#waitingReadings + count > this.#mostReadings;
    if (tooMany || this.#writer.waiting >= MOST_APPENDS) {
      this.#refused += count;
      throw sandboxError('SANDBOX_STORE_BUSY', `${this.#waitingReadings} readings wait for their commit`);
    }
    const packet = this.#encoder.encode(batches);
    this.#waitingReadings += count;
    try {
      const result = (await this.#writer.ask('append', packet, buffersOf(packet))) as AppendResult;
      this.#stored += result.stored;
      this.#repeated += result.repeated;
      return result;
    } catch (error) {
      this.#failed += count;
      throw error;
    } finally {
      this.#waitingReadings -= count;
    }
  }

  series(query: Parameters<ReadingStore['series']>[0]): Promise<readonly Rollup[]> {
    return this.#read('series', query) as Promise<Rollup[]>;
  }

  latest(devices?: readonly string[]): Promise<readonly StoredReading[]> {
    return this.#read('latest', devices) as Promise<StoredReading[]>;
  }

  readings(query: ReadingQuery): Promise<ReadingCursorPage> {
    return this.#read('readings', query) as Promise<ReadingCursorPage>;
  }

  summarise(query: SummaryQuery): Promise<readonly SeriesSummary[]> {
    return this.#read('summarise', query) as Promise<SeriesSummary[]>;
  }

  hourCounts(query: SummaryQuery): Promise<readonly HourCount[]> {
    return this.#read('hourCounts', query) as Promise<HourCount[]>;
  }

  /** Writes and reads for real. Callers at the same time share one probe. */
  probe(): Promise<void> {
    const links = [this.#writer, ...this.#readers];
    this.#probing ??= Promise.all(links.map((link) => link.ask('probe', null)))
      .then(() => undefined)
      .finally(() => (this.#probing = undefined));
    return this.#probing;
  }

  counters(): StoreCounters {
    return {
      stored: this.#stored,
      repeated: this.#repeated,
      refused: this.#refused,
      failed: this.#failed,
      waitingReadings: this.#waitingReadings,
      waitingQueries: this.#readers.reduce((sum, { waiting }) => sum + waiting, 0),
    };
  }

  /** The reader with less to do takes it, so that a short question does not wait behind a long one. */
  #read(kind: string, body: unknown): Promise<unknown> {
    const [first, second] = this.#readers;
    if (!first || !second) return Promise.reject(sandboxError('SANDBOX_STORE_CLOSED', 'no reader'));
    return (second.waiting < first.waiting ? second : first).ask(kind, body);
  }
}
