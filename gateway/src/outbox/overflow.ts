import type { LossCounts } from './losses.ts';
import type { Overflow } from './outbox.ts';
import { ROW_OVERHEAD, type Extent, type Row } from './rows.ts';
import type { Store } from './store.ts';

/** Pages of the file that hold no batches: tables, indexes, descriptions of devices. */
export const FILE_BASE_BYTES = 131_072;
/** Rows that one commit looks at to make room, at least; a cap that was lowered is reached within some commits. */
const ROWS_A_COMMIT = 4096;
const CHUNK = 256;

export interface Cap {
  readonly maxBytes: number;
  readonly overflow: Overflow;
  readonly thinKeep: number;
}

export interface Room {
  readonly freed: Extent;
  readonly lost: LossCounts;
}

/**
 * Bytes over the cap; negative where there is room. Batches count with what they take in a file that is packed, and as
 * the pages that they really take, where that is more.
 */
export function bytesOver(store: Store, countedBytes: number, maxBytes: number): number {
  return Math.max(countedBytes, store.usedBytes() - FILE_BASE_BYTES) - maxBytes;
}

/**
 * Thinning: of every `keep` batches of a device one stays. A pass begins with the oldest batch and covers the older
 * half of the file; the next pass begins there again. So what was thinned is thinned again, pass by pass: the older a
 * batch, the fewer neighbours it has, and the newer half is never touched. A restart begins a new pass.
 */
export class Thinning {
  #cursor = 0;
  #left = 0;
  #freed = 0;
  readonly #seen = new Map<number, number>();

  /** Frees what is over the cap, or as much as it can with so many rows looked at. */
  free(store: Store, over: (freed: number) => number, keep: number, batches: number, budget: number): Extent {
    let freed = { batches: 0, bytes: 0 };
    let left = budget;
    let passes = 0;
    while (left > 0 && over(freed.bytes) > 0) {
      if (this.#left <= 0) {
        // A pass that freed nothing: each device has less than two batches in it.
        if (passes++ > 0 && this.#freed === 0) break;
        this.#begin(batches - freed.batches);
      }
      const rows = store.rows.rows(this.#cursor, Math.min(CHUNK, this.#left, left));
      const last = rows.at(-1);
      if (!last) {
        this.#left = 0;
        if (this.#freed === 0) break;
        continue;
      }
      this.#cursor = last.number;
      this.#left -= rows.length;
      left -= rows.length;
      const gone = this.#thin(store, rows, keep);
      this.#freed += gone.batches;
      freed = { batches: freed.batches + gone.batches, bytes: freed.bytes + gone.bytes };
    }
    return freed;
  }

  #begin(batches: number): void {
    this.#cursor = 0;
    this.#left = Math.ceil(batches / 2);
    this.#freed = 0;
    this.#seen.clear();
  }

  #thin(store: Store, rows: readonly Row[], keep: number): Extent {
    const [first, last] = [rows[0], rows.at(-1)];
    const kept = rows.filter(({ device }) => {
      const seen = this.#seen.get(device) ?? 0;
      this.#seen.set(device, seen + 1);
      return seen % keep === 0;
    });
    if (!first || !last || kept.length === rows.length) return { batches: 0, bytes: 0 };
    // All out and the kept ones in again: SQLite joins pages only when they are nearly empty.
    let { batches, bytes } = store.rows.delete(first.number, last.number);
    for (const row of kept) {
      const back = store.rows.restore(row);
      batches -= back.batches;
      bytes -= back.bytes;
    }
    return { batches, bytes };
  }
}

/** Inside a transaction, after its inserts: makes room as the policy says, with bounded work. */
export function makeRoom(store: Store, held: Extent, cap: Cap, thinning: Thinning, inserted: number): Room {
  const over = (freed: number): number => bytesOver(store, held.bytes - freed, cap.maxBytes);
  if (cap.overflow === 'drop-newest' || over(0) <= 0) return { freed: { batches: 0, bytes: 0 }, lost: {} };
  const budget = Math.max(ROWS_A_COMMIT, 4 * inserted);
  let thinned: Extent = { batches: 0, bytes: 0 };
  if (cap.overflow === 'thin') {
    thinned = thinning.free(store, over, cap.thinKeep, held.batches, budget);
  }
  // What thinning cannot free, because nothing is left to thin, is made up for by the oldest.
  let oldest: Extent = { batches: 0, bytes: 0 };
  for (let left = budget; left > 0 && over(thinned.bytes + oldest.bytes) > 0; left -= CHUNK) {
    const gone = dropOldest(store, over(thinned.bytes + oldest.bytes));
    if (gone.batches === 0) break;
    oldest = { batches: oldest.batches + gone.batches, bytes: oldest.bytes + gone.bytes };
  }
  return {
    freed: { batches: thinned.batches + oldest.batches, bytes: thinned.bytes + oldest.bytes },
    lost: { thinned: thinned.batches, oldest: oldest.batches },
  };
}

/** Deletes the oldest rows, at most a chunk of them, until so many bytes are free. */
function dropOldest({ rows }: Store, bytes: number): Extent {
  const oldest = rows.oldest(CHUNK);
  const first = oldest[0];
  if (!first) return { batches: 0, bytes: 0 };
  let last = first;
  let sum = 0;
  for (const row of oldest) {
    last = row;
    sum += row.readings.length + ROW_OVERHEAD;
    if (sum >= bytes) break;
  }
  return rows.delete(first.number, last.number);
}
