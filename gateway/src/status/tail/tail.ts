import type { Writable } from 'node:stream';
import type { Clock } from '@city-testbed/runtime';
import type { StoredBatch } from '../../model/reading.ts';
import type { Outbox } from '../../outbox/outbox.ts';
import type { TailStatus } from '../status.ts';
import { Meanings, type MeaningsOptions, type TailReading } from './readings.ts';
import { TailClient } from './tail-client.ts';

export interface TailOptions extends MeaningsOptions {
  readonly outbox: Pick<Outbox, 'onCommit'>;
  readonly clock: Clock;
}

/** Which readings a client asks for; undefined: all. */
export interface TailFilter {
  readonly device?: string | undefined;
  readonly metric?: string | undefined;
}

const MOST_CLIENTS = 5;

/** The live readings, for those who listen: each as soon as it is on disk. Costs nothing while nobody does. */
export class Tail {
  readonly #options: TailOptions;
  readonly #meanings: Meanings;
  readonly #clients = new Map<TailClient, TailFilter>();
  #unsubscribe: (() => void) | undefined;
  #dropped = 0;

  constructor(options: TailOptions) {
    this.#options = options;
    this.#meanings = new Meanings(options);
  }

  status(): TailStatus {
    return { clients: this.#clients.size, dropped: this.#dropped };
  }

  /** Writes readings to `to` as lines of JSON until it closes. False: there are clients enough. */
  add(to: Writable, filter: TailFilter): boolean {
    if (this.#clients.size >= MOST_CLIENTS) return false;
    const client = new TailClient(to);
    this.#clients.set(client, filter);
    this.#unsubscribe ??= this.#options.outbox.onCommit((batches) => this.#tell(batches));
    to.once('close', () => {
      this.#clients.delete(client);
      if (this.#clients.size > 0) return;
      this.#unsubscribe?.();
      this.#unsubscribe = undefined;
    });
    return true;
  }

  /** Everybody is told that there is no more. */
  close(): void {
    for (const client of this.#clients.keys()) client.end();
  }

  #tell(batches: readonly StoredBatch[]): void {
    // Made once for all clients, and only where one can take them.
    let readings: readonly TailReading[] | undefined;
    const made = (): readonly TailReading[] =>
      (readings ??= batches.flatMap((batch) => this.#meanings.readings(batch)));
    const now = this.#options.clock.monotonic();
    for (const [client, filter] of this.#clients) {
      const count = countOf(batches, filter);
      if (count === 0) continue;
      const told = client.tell(() => linesOf(made(), filter), count, now);
      if (!told) this.#dropped += count;
    }
  }
}

/** As many as the batches hold; of a filter by metric this is an upper bound. */
function countOf(batches: readonly StoredBatch[], { device, metric }: TailFilter): number {
  return batches
    .filter((batch) => device === undefined || batch.device === device)
    .reduce(
      (sum, { readings }) => sum + (metric === undefined ? readings.length : Math.min(1, readings.length)),
      0,
    );
}

function linesOf(readings: readonly TailReading[], { device, metric }: TailFilter): string[] {
  return readings
    .filter(
      (reading) =>
        (device === undefined || reading.device === device) &&
        (metric === undefined || reading.metric === metric),
    )
    .map((reading) => `${JSON.stringify(reading)}\n`);
}
