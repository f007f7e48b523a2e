import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from 'better-sqlite3';
import {
  connect,
  explained,
  lastWritten,
  prepareDatabase,
  setAside,
  type DatabaseOptions,
} from './database.ts';
import { identityOf, isSame, takesWrites, type FileIdentity } from './disk.ts';
import { isDamage, isDiskFault } from './faults.ts';
import type { Replaced } from './outbox.ts';
import { Registry } from './registry.ts';
import { Rows, type Extent } from './rows.ts';
import { plant, readSeed, type Seed } from './seed.ts';
import { Settings } from './settings.ts';

export interface StoreOptions extends DatabaseOptions {
  readonly boot: string;
  /** A row that cannot be read. */
  readonly onBroken: (number: number, error: unknown) => void;
}

/** What came of opening: a store, and whether it is a fresh one in the place of another. */
export interface Opening {
  readonly store: Store;
  readonly replaced?: Omit<Replaced, 'at'> & {
    readonly cause?: unknown;
    /** The last batch number of the old file; 0 where nobody knows. */
    readonly lastNumber: number;
  };
}

/** One open outbox file. */
export class Store {
  readonly database: Database;
  readonly registry: Registry;
  readonly rows: Rows;
  readonly settings: Settings;
  readonly extent: Extent;
  readonly #file: string;
  readonly #identity: FileIdentity | undefined;
  /** Of the write-ahead log, once there is one. */
  #log: FileIdentity | undefined;
  readonly #pages;
  #lastNumber: number;

  constructor(database: Database, options: StoreOptions, seed: Seed | undefined, declared: Iterable<string>) {
    prepareDatabase(
      database,
      options,
      Math.max(options.now(), seed?.lastNumber ?? 0, lastWritten(options.file)),
    );
    this.database = database;
    this.#file = options.file;
    this.#identity = identityOf(options.file);
    this.registry = new Registry(database, declared);
    this.settings = new Settings(database);
    this.rows = new Rows({
      database,
      boot: options.boot,
      deviceId: (key) => this.registry.byKey(key)?.device.id,
      onBroken: options.onBroken,
    });
    this.extent = this.rows.extent();
    this.#lastNumber =
      database.prepare<[], { seq: number }>(`SELECT seq FROM sqlite_sequence WHERE name = 'batch'`).get()
        ?.seq ?? 0;
    this.#pages = database.prepare<[], { pages: number; free: number; size: number }>(
      `SELECT c.page_count AS pages, f.freelist_count AS free, s.page_size AS size
       FROM pragma_page_count c, pragma_freelist_count f, pragma_page_size s`,
    );
  }

  get lastNumber(): number {
    return this.#lastNumber;
  }

  /** This number was given. */
  gave(number: number): void {
    this.#lastNumber = Math.max(this.#lastNumber, number);
  }

  /** Bytes of the file that are in use: free pages are used again. */
  usedBytes(): number {
    const { pages, free, size } = this.#pages.get() ?? { pages: 0, free: 0, size: 0 };
    return (pages - free) * size;
  }

  /** Whether the path stands for this file no longer: it was removed, or its disk is another one. */
  get isElsewhere(): boolean {
    if (!isSame(identityOf(this.#file), this.#identity)) return true;
    this.#log = identityOf(`${this.#file}-wal`) ?? this.#log;
    return false;
  }

  /** Whether the log beside that path is the one that this store writes. */
  get ownsLog(): boolean {
    return this.#log !== undefined && isSame(identityOf(`${this.#file}-wal`), this.#log);
  }

  get seed(): Seed {
    const { known } = this.registry;
    return {
      devices: known.map(({ key, device }) => ({ key, description: device })),
      metrics: known.flatMap(({ key }) => this.registry.metricsOf(key)),
      boots: this.rows.boots,
      settings: this.settings.values,
      counters: this.settings.counters,
      lastNumber: this.#lastNumber,
      lastAt: this.#lastAt,
      complete: true,
    };
  }

  /** 0 where the file does not say any more. */
  get #lastAt(): number {
    try {
      return this.rows.lastAt() ?? 0;
    } catch {
      return 0;
    }
  }

  /** Whether every alias of a seed means the same here. */
  agreesWith({ devices, metrics }: Seed): boolean {
    return devices.every(({ key, description: { id } }) => {
      const aliases = this.registry.find(id)?.aliases;
      return metrics.every(({ device, name, alias }) => device !== key || aliases?.get(name) === alias);
    });
  }

  /** Never gives out numbers up to this again. */
  skipTo(number: number): void {
    this.database.prepare(`UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'batch'`).run(number);
    this.gave(number);
  }

  close(): void {
    this.database.close();
  }
}

/**
 * Opens the file, or makes it. A file that is broken is set aside and a fresh one made in its place, with the aliases of
 * `running` (what was known in this process) or what can be read of the old file. So is one that is not that of
 * `running`. Throws GATEWAY_OUTBOX_OPEN and GATEWAY_OUTBOX_NEWER.
 */
export function openStore(options: StoreOptions, running?: Store): Opening {
  const { file } = options;
  const declared = running?.registry.declared ?? [];
  const seed = running?.seed;
  let database: Database | undefined;
  try {
    database = connect(options);
    const store = new Store(database, options, seed, declared);
    const isNew = store.registry.known.length === 0 && store.extent.batches === 0;
    if (!seed || store.agreesWith(seed)) {
      if (seed) store.skipTo(seed.lastNumber);
      return { store };
    }
    if (!isNew) return replace(options, running, { database, why: 'foreign' });
    store.close();
    return replace(options, running, { database, why: 'gone' });
  } catch (error) {
    if (isDamage(error) || (isUnreadable(error) && takesWrites(dirname(file)))) {
      return replace(options, running, { database, why: 'damaged', cause: error });
    }
    database?.close();
    throw explained(file, error);
  }
}

/** A fresh file in the place of one that cannot be used on. Throws GATEWAY_OUTBOX_OPEN. */
export function replace(
  options: StoreOptions,
  running: Store | undefined,
  old: { readonly database: Database | undefined; readonly why: Replaced['why']; readonly cause?: unknown },
): Opening {
  const { file } = options;
  const { why, cause } = old;
  let database: Database | undefined;
  try {
    const written = lastWritten(file);
    let aside: string | undefined;
    if (why === 'gone') removeFile(file);
    else aside = setAside(options, why);
    // After the renaming: SQLite deletes the log by its name, which is then that of nobody.
    old.database?.close();
    const seed = running?.seed ?? (aside === undefined ? undefined : readSeed(aside));
    database = connect(options);
    prepareDatabase(database, options, Math.max(options.now(), seed?.lastNumber ?? 0, written));
    if (seed) plant(database, seed);
    const store = new Store(database, options, seed, running?.registry.declared ?? []);
    return {
      store,
      replaced: {
        why,
        ...(aside === undefined ? {} : { aside }),
        aliasesKept: seed?.complete ?? false,
        lastNumber: seed?.lastNumber ?? 0,
        ...(cause === undefined ? {} : { cause }),
      },
    };
  } catch (error) {
    database?.close();
    throw explained(file, error);
  }
}

/**
 * The file was removed while it was open: SQLite still reads it, so all of it is written anew where it was. Throws
 * SqliteError, and leaves the store open then.
 */
export function moveBack(store: Store, file: string): void {
  const fresh = `${file}.new`;
  rmSync(fresh, { force: true });
  try {
    store.database.prepare('VACUUM INTO ?').run(fresh);
    const opened = openSync(fresh, 'r+');
    fsyncSync(opened);
    closeSync(opened);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
  // SQLite would play the log of the old file into the new one.
  store.close();
  rmSync(`${file}-wal`, { force: true });
  renameSync(fresh, file);
}

function removeFile(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
}

/** A part of the file that the disk does not give back. */
function isUnreadable(error: unknown): boolean {
  return (
    isDiskFault(error) &&
    error instanceof Error &&
    'code' in error &&
    (error.code === 'SQLITE_IOERR_READ' || error.code === 'SQLITE_IOERR_SHORT_READ')
  );
}
