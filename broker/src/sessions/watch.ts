import type { Clock, Logger, Service } from '@city-testbed/runtime';
import type { ClientConnection } from '../listeners/listener.ts';
import type { SessionTable } from './session-table.ts';

export interface WatchOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly connections: ReadonlySet<ClientConnection>;
  readonly table: SessionTable;
  readonly drainTimeoutMs: number;
  /** Forgets the session of a client that stayed away too long. */
  readonly forget: (clientId: string) => Promise<void>;
}

/** Looks after what no packet tells of: clients that stopped reading, and clients that stay away. */
export class Watch implements Service {
  readonly name = 'watch';
  readonly #options: WatchOptions;
  readonly #stopped = new AbortController();
  #ended: Promise<void> = Promise.resolve();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  start(): Promise<void> {
    this.#ended = this.#run();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#ended;
  }

  async #run(): Promise<void> {
    const { clock, connections, table, drainTimeoutMs, forget, log } = this.#options;
    const { signal } = this.#stopped;
    const periodMs = Math.min(1000, drainTimeoutMs / 4);
    while (!signal.aborted) {
      for (const connection of connections) {
        const stalled = connection.stalledMs();
        if (stalled < drainTimeoutMs) continue;
        const detail = `nothing taken for ${Math.round(stalled)} ms, ${connection.queuedBytes} bytes wait`;
        connection.cut('drain_timeout', detail);
      }
      for (const clientId of table.takeExpired()) {
        log.info({ clientId }, 'session of an absent client forgotten');
        await forget(clientId).catch((error: unknown) =>
          log.error({ clientId, err: error }, 'session not forgotten'),
        );
      }
      await clock.sleep(periodMs, signal);
    }
  }
}
