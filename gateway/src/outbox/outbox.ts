import type { Service } from '@city-testbed/runtime';
import type { Aliases, DeviceDescription } from '../model/device.ts';
import type { Batch, StoredBatch } from '../model/reading.ts';

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
  /** Batches lost for good: to the cap, to a disk that would not take them, or because they could not be sent. Counted for the life of the file. */
  readonly dropped: number;
  readonly committed: number;
  readonly confirmed: number;
  /** Why the last commit failed; absent while all is well. */
  readonly fault?: string;
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

  /** Hears that batches were released which had been held back: older numbers than those already read. */
  onRelease(listener: () => void): () => void;

  /**
   * The oldest batches after a number, ascending; confirmed ones and those held back for the clock are left out.
   * Fewer than the limit means that there are no more.
   */
  after(number: number, limit: number): readonly StoredBatch[];
  /** The last batch, if any. */
  newest(): StoredBatch | undefined;
  /** Batches by number; those that are gone are left out. */
  get(numbers: readonly number[]): readonly StoredBatch[];
  /** These are stored elsewhere: they are deleted with the next commit. Unknown numbers are ignored. */
  confirm(numbers: readonly number[]): void;
  /** This one can never be sent: it is deleted with the next commit and counted as dropped. Unknown numbers are ignored. */
  discard(number: number): void;
  /** The wall clock is now right: batches of this boot that were held back get their time and may go. */
  settleClock(now: { readonly at: number; readonly uptime: number }): void;

  /** Sparkplug bdSeq of the last connection; undefined on the very first start. */
  lastBdSeq(): number | undefined;
  /** On disk when this returns. */
  persistBdSeq(bdSeq: number): void;
  /** A pulse counter as of the last committed batch; 0 where there was none. */
  counter(key: string): number;

  status(): OutboxStatus;
}
