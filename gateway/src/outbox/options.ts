import type { Clock, Logger } from '@city-testbed/runtime';
import type { OutboxSettings } from './outbox.ts';

export interface SqliteOutboxOptions {
  readonly file: string;
  /** Bytes of readings that may wait. */
  readonly maxBytes: number;
  /** Default: drop-oldest, and one of 10. */
  readonly overflow?: OutboxSettings['overflow'];
  readonly thinKeep?: number;
  readonly commitIntervalMs: number;
  readonly commitRows: number;
  readonly synchronous: 'full' | 'normal';
  /** Identity of this boot of the machine. */
  readonly boot: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** What may wait in memory while the disk takes nothing. Default: 50,000 batches and 32 MiB. */
  readonly maxPending?: { readonly batches: number; readonly bytes: number };
  /** Confirmed batches are deleted at most this often, unless there are many. Default: 5 commit intervals. */
  readonly deleteEveryMs?: number;
}
