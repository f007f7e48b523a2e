import type { Batch } from '../model/reading.ts';
import type { Overflow } from './outbox.ts';

export interface PendingLimits {
  readonly batches: number;
  /** In memory, about: see `memoryBytes`. */
  readonly bytes: number;
}

/**
 * Batches that were read and are not on disk yet, in order. Only while the disk takes nothing they become many: then the
 * limits hold, and the overflow policy says which give way.
 */
export class Pending {
  readonly #limits: PendingLimits;
  #batches: Batch[] = [];
  #bytes = 0;

  constructor(limits: PendingLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#batches.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Says how many batches were lost for it, itself perhaps. */
  push(batch: Batch, policy: Overflow, keep: number): number {
    const bytes = memoryBytes(batch);
    const full = this.size + 1 > this.#limits.batches || this.#bytes + bytes > this.#limits.bytes;
    if (full && policy === 'drop-newest') return 1;
    this.#batches.push(batch);
    this.#bytes += bytes;
    if (!full) return 0;
    const before = this.size;
    if (policy === 'thin') this.#thin(keep);
    // A share of the limits at once: one by one each new batch would move all others.
    if (this.size === before) this.#dropOldest();
    return before - this.size;
  }

  /** The first ones, at most so many; they stay. */
  first(limit: number): readonly Batch[] {
    return this.#batches.slice(0, limit);
  }

  /** So many of the first are on disk. */
  done(count: number): void {
    const gone = count >= this.size ? this.#batches : this.#batches.slice(0, count);
    this.#bytes -= sum(gone);
    this.#batches = count >= this.size ? [] : this.#batches.slice(count);
  }

  #dropOldest(): void {
    const { batches, bytes } = this.#limits;
    let count = 0;
    let left = this.#bytes;
    for (const batch of this.#batches) {
      if (this.size - count <= batches * 0.98 && left <= bytes * 0.98) break;
      // The newest is kept, whatever its size.
      if (count === this.size - 1) break;
      left -= memoryBytes(batch);
      count += 1;
    }
    this.#batches = this.#batches.slice(count);
    this.#bytes = left;
  }

  /** Of the older half: one of every `keep` of each device. */
  #thin(keep: number): void {
    const half = Math.floor(this.size / 2);
    const seen = new Map<string, number>();
    this.#batches = this.#batches.filter(({ device }, index) => {
      if (index >= half) return true;
      const count = seen.get(device) ?? 0;
      seen.set(device, count + 1);
      return count % keep === 0;
    });
    this.#bytes = sum(this.#batches);
  }
}

/** What a batch takes in memory, rather more than less: an object, and for each reading an object and a number. */
export function memoryBytes({ readings }: Batch): number {
  let bytes = 128;
  for (const { value } of readings) {
    bytes += typeof value === 'string' ? 64 + 2 * value.length : 64;
  }
  return bytes;
}

function sum(batches: readonly Batch[]): number {
  return batches.reduce((bytes, batch) => bytes + memoryBytes(batch), 0);
}
