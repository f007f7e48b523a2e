import { isCoded, messageOf, type CodedError } from '@city-testbed/runtime';
import { sandboxError } from '../errors.ts';
import type { AppendResult, IncomingBatch, ReadingStore } from '../store/reading-store.ts';
import type { BatchReadings } from './batch-readings.ts';

/** One data message on its way to the store. */
export interface QueuedMessage extends Pick<BatchReadings, 'number' | 'batches' | 'readings' | 'bytes'> {
  readonly gateway: string;
}

export interface QueueLimits {
  readonly queuedReadings: number;
  readonly queuedBytes: number;
}

export interface QueueParts {
  readonly store: Pick<ReadingStore, 'append'>;
  readonly limits: QueueLimits;
  /** After the commit, in order. `fresh`: the batches that hold anything new. */
  readonly onStored: (messages: readonly QueuedMessage[], fresh: readonly IncomingBatch[]) => void;
  /** Not stored, and so not confirmed: the gateways send them again. */
  readonly onFailed: (messages: readonly QueuedMessage[], error: CodedError) => void;
}

/** Appends under way: one is being committed while the next is on its way to the writer. */
const UNDER_WAY = 2;
const READINGS_AN_APPEND = 20_000;

/**
 * Everything that arrives while an append is under way goes into the next one, so the store's calls grow with the load
 * instead of in number. Bounded in readings and bytes; what does not fit is turned away.
 */
export class IngestQueue {
  readonly #parts: QueueParts;
  #waiting: QueuedMessage[] = [];
  #readings = 0;
  #bytes = 0;
  #underWay = 0;
  #scheduled = false;
  #idle: (() => void)[] = [];

  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  /** Readings that are not committed yet. */
  get readings(): number {
    return this.#readings;
  }

  /** False where the queue is full. */
  offer(message: QueuedMessage): boolean {
    const { queuedReadings, queuedBytes } = this.#parts.limits;
    if (this.#readings + message.readings > queuedReadings || this.#bytes + message.bytes > queuedBytes)
      return false;
    this.#readings += message.readings;
    this.#bytes += message.bytes;
    this.#waiting.push(message);
    if (!this.#scheduled) {
      this.#scheduled = true;
      // After all messages of this turn of the event loop.
      setImmediate(() => {
        this.#scheduled = false;
        this.#drain();
      });
    }
    return true;
  }

  /** Resolves when everything that was offered is committed or failed. */
  idle(): Promise<void> {
    if (this.#waiting.length === 0 && this.#underWay === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #drain(): void {
    while (this.#underWay < UNDER_WAY && this.#waiting.length > 0) {
      void this.#append(this.#take());
    }
  }

  #take(): QueuedMessage[] {
    let [count, readings] = [0, 0];
    while (count < this.#waiting.length && readings < READINGS_AN_APPEND) {
      readings += this.#waiting[count++]?.readings ?? 0;
    }
    return this.#waiting.splice(0, count);
  }

  async #append(messages: readonly QueuedMessage[]): Promise<void> {
    this.#underWay++;
    try {
      const batches = messages.flatMap((message) => message.batches);
      const { storedOf } = await this.#parts.store.append(batches);
      this.#parts.onStored(messages, freshOf(batches, storedOf));
    } catch (error) {
      await this.#failed(messages, error);
    } finally {
      for (const { readings, bytes } of messages) {
        this.#readings -= readings;
        this.#bytes -= bytes;
      }
      this.#underWay--;
      this.#drain();
      if (this.#underWay === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  /** One message that the store refuses must not take its neighbours along. */
  async #failed(messages: readonly QueuedMessage[], error: unknown): Promise<void> {
    const [first, ...more] = messages;
    if (first && more.length > 0 && isCoded(error, 'SANDBOX_STORE_READING_INVALID')) {
      for (const message of messages) {
        try {
          const { storedOf } = await this.#parts.store.append(message.batches);
          this.#parts.onStored([message], freshOf(message.batches, storedOf));
        } catch (alone) {
          this.#parts.onFailed([message], coded(alone));
        }
      }
    } else this.#parts.onFailed(messages, coded(error));
  }
}

function freshOf(
  batches: readonly IncomingBatch[],
  storedOf: AppendResult['storedOf'],
): readonly IncomingBatch[] {
  return storedOf ? batches.filter((_, index) => storedOf[index] !== 0) : batches;
}

function coded(error: unknown): CodedError {
  return isCoded(error) ? error : sandboxError('SANDBOX_STORE_FAILED', messageOf(error), { cause: error });
}
