import { messageOf } from '@city-testbed/runtime';
import { gatewayError } from '../errors.ts';
import type { Activity } from '../model/activity.ts';
import type { Aliases, DeviceDescription } from '../model/device.ts';
import type { Batch, StoredBatch } from '../model/reading.ts';
import { CommitTimer } from './commit-timer.ts';
import { Deletions } from './deletions.ts';
import { DiskGauge } from './disk.ts';
import { exportOutbox, readLines } from './export.ts';
import { isDiskFault, remedyFor, type Remedy } from './faults.ts';
import { Listeners } from './listeners.ts';
import { Losses, Overflowing } from './losses.ts';
import type { ExportRequest, Outbox, OutboxSettings, OutboxStatus, Replaced } from './outbox.ts';
import type { SqliteOutboxOptions } from './options.ts';
import { bytesOver, Thinning } from './overflow.ts';
import { Pending } from './pending.ts';
import { recover } from './recovery.ts';
import { Replacement } from './replacement.ts';
import type { Extent } from './rows.ts';
import { openStore, type Opening, type Store, type StoreOptions } from './store.ts';
import { writeGroup, type Written } from './write-group.ts';

export type { SqliteOutboxOptions } from './options.ts';

/** One transaction takes at most so many batches: after a long fault there may be many. */
const BATCHES_A_COMMIT = 5000;
/** Pause before a commit that failed is tried again, at least. */
const RETRY_MS = 100;
/** An overflow is over when this share of the cap is used. */
const ROOM = 0.9;

/** The outbox in one SQLite file. docs/adr/006-outbox.md says why it is as it is. */
export class SqliteOutbox implements Outbox {
  readonly name = 'outbox';
  readonly #options: SqliteOutboxOptions;
  readonly #storeOptions: StoreOptions;
  #settings: OutboxSettings;
  readonly #listeners = {
    commit: new Listeners<readonly StoredBatch[]>(),
    release: new Listeners<undefined>(),
    replaced: new Listeners<Replaced>(),
  };
  readonly #deletions: Deletions;
  readonly #pending: Pending;
  readonly #losses = new Losses();
  readonly #overflowing: Overflowing;
  readonly #thinning = new Thinning();
  readonly #replacement: Replacement;
  readonly #timer: CommitTimer;
  readonly #disk: DiskGauge;
  #store: Store | undefined;
  #held: Extent = { batches: 0, bytes: 0 };
  #bdSeq: number | undefined;
  #settled = false;
  #committed = 0;
  #confirmedCount = 0;
  #commits = { failed: 0, lastMs: 0, maxMs: 0 };
  #fault: { readonly message: string; readonly remedy: Remedy; readonly cause: unknown } | undefined;
  #tries = 0;
  /** The cap may have been lowered. */
  #roomWanted = false;

  constructor(options: SqliteOutboxOptions) {
    const { overflow = 'drop-oldest', thinKeep = 10, clock, log } = options;
    this.#options = options;
    this.#settings = { ...options, overflow, thinKeep };
    this.#pending = new Pending(options.maxPending ?? { batches: 50_000, bytes: 33_554_432 });
    this.#overflowing = new Overflowing(log, () => clock.now());
    this.#timer = new CommitTimer(clock, () => this.#commit(false));
    this.#disk = new DiskGauge(options.file, clock);
    this.#deletions = new Deletions(clock.monotonic());
    this.#replacement = new Replacement({ ...options, now: () => clock.now() });
    this.#storeOptions = {
      ...options,
      now: () => clock.now(),
      onBroken: (number, error) => this.#broken(number, error),
    };
  }

  start(): Promise<void> {
    this.#use(openStore(this.#storeOptions));
    this.#disk.measure();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    if (this.#store) {
      this.commit();
      this.#timer.cancel();
      if (this.#pending.size > 0) {
        this.#options.log.error(
          { batches: this.#pending.size },
          'batches that the disk did not take are lost',
        );
      }
      this.#replacement.end();
      this.#store.close();
      this.#store = undefined;
    }
    return Promise.resolve();
  }

  configure(settings: OutboxSettings): void {
    const { maxBytes, overflow, thinKeep, commitIntervalMs, commitRows } = settings;
    this.#settings = { maxBytes, overflow, thinKeep, commitIntervalMs, commitRows };
    this.#roomWanted = true;
    this.#schedule();
  }

  declare(device: DeviceDescription): Aliases {
    try {
      return this.#open.registry.declare(device);
    } catch (error) {
      if (!isDiskFault(error)) throw error;
      this.#troubled(error);
      throw gatewayError('GATEWAY_OUTBOX_COMMIT', messageOf(error), { cause: error });
    }
  }

  withdraw(device: string): void {
    this.#open.registry.withdraw(device);
  }

  undeclared(): readonly { device: DeviceDescription; aliases: Aliases }[] {
    const left = this.#open.registry.undeclared();
    if (left.length === 0) return [];
    const waiting = this.#read(({ rows }) => rows.devices(), new Set<number>());
    return left.filter(({ key }) => waiting.has(key));
  }

  retired(device: string): readonly { name: string; alias: number; datatype: string }[] {
    return this.#open.registry.retired(device);
  }

  append(batch: Batch): void {
    const { log } = this.#options;
    if (!this.#store?.registry.find(batch.device)) {
      // One such batch in a group would hold up all others for ever.
      log.error({ device: batch.device }, 'a batch of a device that was never declared is dropped');
      this.#losses.add('unfit', 1);
      this.#schedule();
      return;
    }
    const { overflow, thinKeep, commitRows } = this.#settings;
    const lost = this.#pending.push(batch, overflow, thinKeep);
    this.#losses.add('memory', lost);
    this.#overflowing.lost('memory', overflow, lost);
    // After a failed commit the timer alone tries again, or every poll would try a full disk.
    if (this.#pending.size >= commitRows && this.#fault === undefined) this.#commit(false);
    else this.#schedule();
  }

  commit(): void {
    this.#commit(true);
  }

  onCommit(listener: (batches: readonly StoredBatch[]) => void): () => void {
    return this.#listeners.commit.add(listener);
  }

  onRelease(listener: () => void): () => void {
    return this.#listeners.release.add(listener);
  }

  onReplaced(listener: (event: Replaced) => void): () => void {
    return this.#listeners.replaced.add(listener);
  }

  after(number: number, limit: number): readonly StoredBatch[] {
    return this.#read(({ rows }) => {
      const batches: StoredBatch[] = [];
      let from = number;
      // Hidden and unreadable ones are made up for: fewer than the limit must mean that there are no more.
      while (batches.length < limit) {
        const page = rows.after(from, limit - batches.length);
        if (page.last === undefined) break;
        from = page.last;
        batches.push(...page.batches.filter((batch) => !this.#deletions.has(batch.number)));
      }
      return batches;
    }, []);
  }

  newest(): StoredBatch | undefined {
    const batch = this.#read(({ rows }) => rows.newest(), undefined);
    return batch && !this.#deletions.has(batch.number) ? batch : undefined;
  }

  get(numbers: readonly number[]): readonly StoredBatch[] {
    return this.#read(
      ({ rows }) =>
        numbers.flatMap((number) => (this.#deletions.has(number) ? [] : (rows.get(number) ?? []))),
      [],
    );
  }

  export(request: ExportRequest): AsyncGenerator<string> {
    const page = (after: number, limit: number) =>
      this.#read(
        (store) =>
          readLines(store.seed, store.rows.rows(after, limit), (number) => this.#deletions.has(number)),
        { lines: [], last: undefined },
      );
    return exportOutbox(page, request);
  }

  confirm(numbers: readonly number[]): void {
    this.#deletions.confirm(numbers);
    if (numbers.length > 0) this.#schedule();
  }

  discard(number: number): void {
    this.#deletions.discarded.add(number);
    this.#schedule();
  }

  settleClock(now: { readonly at: number; readonly uptime: number }): void {
    this.commit();
    const { rows } = this.#open;
    const released = this.#read(() => rows.heldBack(), 1);
    rows.settle(now.at - now.uptime);
    this.#settled = true;
    this.commit();
    if (released === 0) return;
    this.#options.log.info({ batches: released }, 'the clock is right: batches that waited for it may go');
    this.#listeners.release.tell(undefined);
  }

  lastAt(): number | undefined {
    return this.#read(({ rows }) => rows.lastAt(), undefined);
  }

  lastBdSeq(): number | undefined {
    return this.#bdSeq ?? this.#open.settings.get('bd_seq');
  }

  persistBdSeq(bdSeq: number): void {
    this.#bdSeq = bdSeq;
    this.commit();
  }

  counter(key: string): number {
    return this.#open.settings.counter(key);
  }

  status(): OutboxStatus {
    const oldestAt =
      !this.#store || this.#held.batches === 0
        ? undefined
        : this.#read(({ rows }) => rows.oldestAt(), undefined);
    const droppedBy = this.#losses.total(this.#store?.settings);
    const overflowing = this.#overflowing.present;
    const replaced = this.#replacement.status;
    return {
      ...this.#held,
      ...(oldestAt === undefined ? {} : { oldestAt }),
      pending: this.#pending.size,
      pendingBytes: this.#pending.bytes,
      dropped: Object.values(droppedBy).reduce((sum, count) => sum + count, 0),
      droppedBy,
      ...(overflowing ? { overflowing } : {}),
      committed: this.#committed,
      confirmed: this.#confirmedCount,
      commitsFailed: this.#commits.failed,
      lastCommitMs: this.#commits.lastMs,
      maxCommitMs: this.#commits.maxMs,
      ...this.#disk.figures,
      ...(this.#fault === undefined ? {} : { fault: this.#fault.message }),
      ...(replaced ? { replaced } : {}),
    };
  }

  /** The file may not grow past this; SQLite then reports a full disk. Never less than it has now. */
  limitFileBytes(bytes: number): void {
    const { database } = this.#open;
    const page = Number(database.pragma('page_size', { simple: true }));
    database.pragma(`max_page_count = ${String(Math.max(1, Math.ceil(bytes / page)))}`);
  }

  get #open(): Store {
    if (!this.#store) throw gatewayError('GATEWAY_OUTBOX_OPEN', `${this.#options.file} is not open`);
    return this.#store;
  }

  /** Reads, or has the disk looked after and answers as if there were nothing; who listens hears when there is again. */
  #read<T>(read: (store: Store) => T, nothing: T): T {
    const store = this.#open;
    if (!store.database.open) return nothing;
    try {
      return read(store);
    } catch (error) {
      if (!isDiskFault(error)) throw error;
      this.#troubled(error);
      return nothing;
    }
  }

  activity(): Activity {
    const dueAt = this.#store && this.#work !== 'none' ? this.#timer.latest : undefined;
    return { name: this.name, dueAt };
  }

  #commit(all: boolean): void {
    this.#timer.cancel();
    if (!this.#store) return;
    if (this.#isUsable()) {
      let left = this.#isDue(all);
      while (left && this.#commitOnce(all)) left = all && this.#pending.size > 0;
    }
    if (this.#work !== 'none') this.#schedule();
  }

  /** Whether there is something to write now. */
  #isDue(all: boolean): boolean {
    return (
      this.#work === 'commit' ||
      this.#fault !== undefined ||
      (this.#work === 'delete' && (all || this.#deletionWait === 0))
    );
  }

  get #work(): 'commit' | 'delete' | 'none' {
    const waiting =
      this.#pending.size > 0 ||
      this.#losses.waiting ||
      this.#bdSeq !== undefined ||
      this.#settled ||
      this.#roomWanted ||
      this.#replacement.rescue !== undefined ||
      this.#fault !== undefined;
    if (waiting) return 'commit';
    return this.#deletions.size > 0 ? 'delete' : 'none';
  }

  /** How long confirmed batches may still wait to be deleted, ms. */
  get #deletionWait(): number {
    const { clock, deleteEveryMs = 5 * this.#settings.commitIntervalMs } = this.#options;
    return this.#deletions.wait(clock.monotonic(), deleteEveryMs);
  }

  /** One transaction. Whether it succeeded. */
  #commitOnce(all: boolean): boolean {
    const { clock, log } = this.#options;
    const store = this.#open;
    const deleting = all || this.#deletionWait === 0;
    const group = {
      batches: this.#pending.first(BATCHES_A_COMMIT),
      confirmed: deleting ? this.#deletions.confirmed : [],
      discarded: deleting ? this.#deletions.discarded : [],
      losses: this.#losses,
      bdSeq: this.#bdSeq,
      settled: this.#settled,
      rescue: all ? undefined : this.#replacement.rescue,
    };
    const start = clock.monotonic();
    let written: Written;
    try {
      written = store.database
        .transaction(() => writeGroup(store, this.#held, group, this.#settings, this.#thinning, log))
        .immediate();
    } catch (error) {
      store.settings.settle(false);
      this.#replacement.rescue?.again();
      this.#commits.failed += 1;
      this.#tries += 1;
      this.#troubled(error);
      return false;
    }
    store.settings.settle(true);
    const lastMs = clock.monotonic() - start;
    this.#commits = { ...this.#commits, lastMs, maxMs: Math.max(lastMs, this.#commits.maxMs) };
    if (deleting) this.#deletions.done(start);
    this.#succeeded(written, group.batches.length);
    return true;
  }

  #succeeded(written: Written, batches: number): void {
    const { log } = this.#options;
    if (this.#fault) log.info({ pending: this.#pending.size }, 'the outbox takes readings again');
    this.#fault = undefined;
    this.#tries = 0;
    this.#bdSeq = undefined;
    this.#settled = false;
    this.#held = written.extent;
    this.#pending.done(batches);
    this.#losses.written();
    this.#committed += written.committed;
    this.#confirmedCount += written.confirmed;
    this.#tellOverflow(written);
    this.#disk.measure();
    if (written.stored.length > 0) this.#listeners.commit.tell(written.stored);
    if (this.#replacement.wrote(written.rescued.batches)) this.#listeners.release.tell(undefined);
  }

  #tellOverflow({ lost: { oldest = 0, newest = 0, thinned = 0 } }: Written): void {
    const { maxBytes, overflow } = this.#settings;
    this.#overflowing.lost('disk', overflow, oldest + newest + thinned);
    const over = this.#read((store) => bytesOver(store, this.#held.bytes, maxBytes), 0);
    if (over <= (ROOM - 1) * maxBytes) this.#overflowing.over('disk');
    if (this.#pending.size === 0) this.#overflowing.over('memory');
    this.#roomWanted = over > 0 && overflow !== 'drop-newest' && oldest + thinned > 0;
  }

  /** Sees to it that there is a file that can be written. Whether there is. */
  #isUsable(): boolean {
    const store = this.#open;
    const { remedy = 'wait', cause } = this.#fault ?? {};
    if (remedy === 'wait' && store.database.open && !store.isElsewhere) return true;
    try {
      this.#use(recover(store, remedy, cause, this.#storeOptions, this.#tries));
    } catch (error) {
      this.#tries += 1;
      this.#commits.failed += 1;
      this.#troubled(error);
      return false;
    }
    if (this.#fault) this.#fault = { ...this.#fault, remedy: 'wait' };
    // Nothing could be read for a while.
    this.#listeners.release.tell(undefined);
    return true;
  }

  #use({ store, replaced }: Opening): void {
    this.#store = store;
    this.#held = store.extent;
    if (!replaced) return;
    this.#listeners.replaced.tell(this.#replacement.begin(replaced, store));
    if (this.#replacement.rescue) this.#schedule();
  }

  #troubled(error: unknown): void {
    const message = messageOf(error);
    const first = this.#fault === undefined;
    const remedy = this.#fault?.remedy === 'replace' ? 'replace' : remedyFor(error);
    this.#fault = { message, remedy, cause: error };
    if (first) {
      const coded = gatewayError('GATEWAY_OUTBOX_COMMIT', message, { cause: error });
      this.#options.log.error({ ...coded.toJSON(), pending: this.#pending.size }, coded.message);
    }
    this.#schedule();
  }

  #schedule(): void {
    if (!this.#store) return;
    const { commitIntervalMs } = this.#settings;
    if (this.#fault) this.#timer.within(Math.max(commitIntervalMs, RETRY_MS));
    else if (this.#work === 'delete') this.#timer.within(this.#deletionWait);
    else this.#timer.within(commitIntervalMs);
  }

  #broken(number: number, error: unknown): void {
    const coded = gatewayError('GATEWAY_OUTBOX_ROW', `batch ${String(number)}: ${messageOf(error)}`, {
      cause: error,
    });
    this.#options.log.error({ ...coded.toJSON() }, coded.message);
    this.discard(number);
  }
}
