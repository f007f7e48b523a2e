import type { Service } from '@city-testbed/runtime';
import type { Activity } from '../model/activity.ts';
import type { Aliases, DeviceDescription } from '../model/device.ts';
import type { Batch, StoredBatch } from '../model/reading.ts';

/** What gives way when more waits than `maxBytes`. */
export type Overflow = 'drop-oldest' | 'drop-newest' | 'thin';

/**
 * Why batches were lost for good. `oldest`, `newest`, `thinned`: to the cap, by its policy. `memory`: past what may wait
 * in memory while the disk takes nothing. `unfit`: they could not be kept, read or sent. `earlier`: counted by a version
 * that did not say why.
 */
export type LossCause = 'oldest' | 'newest' | 'thinned' | 'memory' | 'unfit' | 'earlier';

/** What may change while the outbox runs. */
export interface OutboxSettings {
  /** Bytes of readings that may wait, on disk. */
  readonly maxBytes: number;
  readonly overflow: Overflow;
  /** With `thin`: of so many of the oldest batches of a device one is kept. */
  readonly thinKeep: number;
  readonly commitIntervalMs: number;
  readonly commitRows: number;
}

/** A file that could not be used on, and what came of it. */
export interface Replaced {
  readonly at: number;
  /** damaged: SQLite finds it broken. gone: somebody removed it. foreign: another outbox lies in its place. */
  readonly why: 'damaged' | 'gone' | 'foreign';
  /** Where the old file is now; absent where it is gone. */
  readonly aside?: string;
  /** Whether each metric has the alias that it had. Only where not do devices have to be declared and born again. */
  readonly aliasesKept: boolean;
}

/** What the outbox holds and what it had to do; for status, logs and metrics. */
export interface OutboxStatus {
  /** Batches on disk that nobody confirmed yet. */
  readonly batches: number;
  /** Their size in bytes, without the overhead of the file. */
  readonly bytes: number;
  /** Wall time of the oldest of them, ms; absent when empty. */
  readonly oldestAt?: number;
  /** Batches read but not committed yet. */
  readonly pending: number;
  /** What they take in memory, about. */
  readonly pendingBytes: number;
  /** Batches lost for good, for whatever cause. Counted for the life of the file. */
  readonly dropped: number;
  /** The same by cause. */
  readonly droppedBy: Readonly<Record<LossCause, number>>;
  /** Batches are being lost to a cap, since when and how many by now; absent while there is room. */
  readonly overflowing?: {
    readonly where: 'disk' | 'memory';
    readonly policy: Overflow;
    readonly since: number;
    readonly lost: number;
  };
  readonly committed: number;
  readonly confirmed: number;
  /** Commits that failed since the start, and how long those took that did not, ms. */
  readonly commitsFailed: number;
  readonly lastCommitMs: number;
  readonly maxCommitMs: number;
  /** Size of the database and of its write-ahead log. */
  readonly fileBytes: number;
  readonly walBytes: number;
  /** Free on the file system that holds them; absent where it does not say. */
  readonly freeBytes?: number;
  /** Why the last commit failed; absent while all is well. */
  readonly fault?: string;
  /** Since the start the file was replaced: GATEWAY_OUTBOX_CORRUPT where it was damaged. */
  readonly replaced?: Replaced & {
    /** Batches of the old file that are in the new one by now; those that cannot be read, at most. */
    readonly rescued: number;
    readonly unreadable: number;
    /** Whether the old file is still being read. */
    readonly rescuing: boolean;
  };
}

export interface ExportRequest {
  readonly format: 'csv' | 'jsonl';
  /** Observed at or after, and before; wall time, ms. */
  readonly since?: number;
  readonly until?: number;
  readonly device?: string;
}

/**
 * Keeps every batch on disk until somebody has confirmed it. All calls are synchronous and short, and belong to one
 * thread. What was appended is durable once `onCommit` told of it.
 */
export interface Outbox extends Service {
  /** Remembers what a device is and gives each of its metrics an alias, the same as ever. */
  declare(device: DeviceDescription): Aliases;
  /** It left the configuration: from now on it is among the undeclared ones. Unknown ids are ignored. */
  withdraw(device: string): void;
  /** Devices that have batches waiting but were not declared since the start, with all metrics they ever had. */
  undeclared(): readonly { readonly device: DeviceDescription; readonly aliases: Aliases }[];
  /** Metrics that a device had once, has no more, and that batches may still speak of. */
  retired(
    device: string,
  ): readonly { readonly name: string; readonly alias: number; readonly datatype: string }[];

  /** Takes a batch into the present group; it is committed with the group. Never throws and never waits. */
  append(batch: Batch): void;
  /** Commits the present group now. */
  commit(): void;
  /** Hears of every batch as soon as it is on disk, in the order of numbers. Returns what unsubscribes. */
  onCommit(listener: (batches: readonly StoredBatch[]) => void): () => void;

  /** Hears that there are batches of older numbers than those already read: held-back ones that may go, or rescued ones. */
  onRelease(listener: () => void): () => void;

  /**
   * The oldest batches after a number, ascending; confirmed ones and those held back for the clock are left out.
   * Fewer than the limit means that there are no more.
   */
  after(number: number, limit: number): readonly StoredBatch[];
  /** The last batch, if any. */
  newest(): StoredBatch | undefined;
  /**
   * Everything on disk as text, held-back batches included, one line a reading: pieces of some kilobytes. It reads a few
   * hundred batches at a time and lets others work in between; what is committed or deleted meanwhile may be in or not.
   */
  export(request: ExportRequest): AsyncGenerator<string>;
  /** Batches by number; those that are gone are left out. */
  get(numbers: readonly number[]): readonly StoredBatch[];
  /** These are stored elsewhere: hidden at once, and deleted with a commit soon. Unknown numbers are ignored. */
  confirm(numbers: readonly number[]): void;
  /** This one can never be sent: it is hidden at once, deleted with a commit soon, and counted as dropped. Unknown numbers are ignored. */
  discard(number: number): void;
  /** The wall clock is now right: batches of this boot that were held back get their time and may go. */
  settleClock(now: { readonly at: number; readonly uptime: number }): void;

  /** Observed time of the last batch that was committed, also where it is confirmed and gone; undefined: there was none. */
  lastAt(): number | undefined;

  /** Sparkplug bdSeq of the last connection; undefined on the very first start. */
  lastBdSeq(): number | undefined;
  /** On disk when this returns, or with the next commit where the disk takes nothing. */
  persistBdSeq(bdSeq: number): void;
  /** A pulse counter as of the last committed batch; 0 where there was none. */
  counter(key: string): number;

  /** Takes over other limits; the rest of the work is done by the commits that follow. */
  configure(settings: OutboxSettings): void;
  /** Hears that the file was replaced by a fresh one. Returns what unsubscribes. */
  onReplaced(listener: (event: Replaced) => void): () => void;

  status(): OutboxStatus;
  /** Whether commits are tried when they are due; one that a disk refuses counts as tried. */
  activity(): Activity;
}
