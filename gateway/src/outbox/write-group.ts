import type { Logger } from '@city-testbed/runtime';
import type { Batch, StoredBatch } from '../model/reading.ts';
import { isDiskFault } from './faults.ts';
import type { LossCounts, Losses } from './losses.ts';
import { bytesOver, makeRoom, type Cap, type Thinning } from './overflow.ts';
import { ranges } from './ranges.ts';
import { encodeReadings } from './row.ts';
import { ROW_OVERHEAD, type Extent } from './rows.ts';
import type { Rescue } from './rescue.ts';
import type { Store } from './store.ts';

/** What one transaction does. */
export interface Group {
  readonly batches: readonly Batch[];
  /** Numbers to delete because they are stored elsewhere, and because nobody can use them. */
  readonly confirmed: Iterable<number>;
  readonly discarded: Iterable<number>;
  readonly losses: Losses;
  readonly bdSeq: number | undefined;
  readonly settled: boolean;
  readonly rescue: Rescue | undefined;
}

export interface Written {
  /** Sendable ones, for those who listen. */
  readonly stored: readonly StoredBatch[];
  readonly committed: number;
  readonly confirmed: number;
  readonly extent: Extent;
  /** To the cap. */
  readonly lost: LossCounts;
  readonly rescued: Extent;
}

/** Looked at by one commit that goes on with a rescue. */
const RESCUED_A_COMMIT = 2000;

/**
 * Inside a transaction: deletes, inserts, makes room, counts. It changes nothing but the file, so that a transaction
 * that fails leaves nothing behind; `held` is what the file holds before.
 */
export function writeGroup(
  store: Store,
  held: Extent,
  group: Group,
  cap: Cap,
  thinning: Thinning,
  log: Logger,
): Written {
  const { rows, registry, settings } = store;
  let { batches, bytes } = held;
  const gone = (extent: Extent): number => {
    batches -= extent.batches;
    bytes -= extent.bytes;
    return extent.batches;
  };
  let unfit = 0;
  for (const number of group.discarded) unfit += gone(rows.delete(number, number));
  let confirmed = 0;
  for (const [from, to] of ranges(group.confirmed)) confirmed += gone(rows.delete(from, to));

  const stored: StoredBatch[] = [];
  let committed = 0;
  let newest = 0;
  const knownLastAt = rows.lastAt();
  let lastAt = knownLastAt;
  let room =
    cap.overflow === 'drop-newest' ? -bytesOver(store, bytes, cap.maxBytes) : Number.POSITIVE_INFINITY;
  for (const batch of group.batches) {
    const device = registry.find(batch.device);
    if (!device) continue;
    // Counts go on, whatever becomes of the batch.
    if (batch.counters) settings.putCounters(batch.counters);
    const row = encoded(batch, log);
    const size = (row?.length ?? 0) + ROW_OVERHEAD;
    if (row && size > room) {
      newest += 1;
      continue;
    }
    const number = row && insert(store, batch, device.key, row, log);
    if (number === undefined) {
      unfit += 1;
      continue;
    }
    store.gave(number);
    room -= size;
    committed += 1;
    batches += 1;
    bytes += size;
    const { uptime, readings } = batch;
    const at = rows.timeOfNew(batch);
    lastAt = laterOf(lastAt, at ?? batch.at);
    if (at !== undefined) {
      stored.push({ number, device: batch.device, at, uptime, synced: true, readings });
    }
  }
  if (lastAt !== undefined && lastAt !== knownLastAt) rows.remember(lastAt);
  const rescued = group.rescue?.step(store, RESCUED_A_COMMIT) ?? { batches: 0, bytes: 0 };
  batches += rescued.batches;
  bytes += rescued.bytes;

  const made = makeRoom(store, { batches, bytes }, cap, thinning, group.batches.length);
  gone(made.freed);
  if (group.bdSeq !== undefined) settings.put('bd_seq', group.bdSeq);
  if (group.settled) rows.writeSettled();
  group.losses.write(settings, { ...made.lost, newest, unfit });
  return {
    stored,
    committed,
    confirmed,
    extent: { batches, bytes },
    lost: { ...made.lost, newest },
    rescued,
  };
}

/** Undefined for a batch that cannot be kept: it is counted as lost, and the others go on. */
function encoded(batch: Batch, log: Logger): Buffer | undefined {
  try {
    return encodeReadings(batch.readings);
  } catch (error) {
    log.error({ err: error, device: batch.device }, 'a batch that cannot be kept is dropped');
    return undefined;
  }
}

/** The same for one that SQLite refuses for itself. */
function insert(
  { rows }: Store,
  batch: Batch,
  device: number,
  readings: Buffer,
  log: Logger,
): number | undefined {
  try {
    return rows.insert(batch, device, readings);
  } catch (error) {
    if (isDiskFault(error)) throw error;
    log.error({ err: error, device: batch.device }, 'a batch that cannot be kept is dropped');
    return undefined;
  }
}

/** Polls of different ports end out of the order of their times by about a time-out; more than that is a clock set back. */
const OUT_OF_ORDER_MS = 60_000;

/** The last time that was given, of one that is known and the next one. */
function laterOf(known: number | undefined, next: number): number {
  return known !== undefined && next <= known && known - next < OUT_OF_ORDER_MS ? known : next;
}
