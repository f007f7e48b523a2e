import { readFile, realpath, statfs } from 'node:fs/promises';
import { messageOf, type Clock, type Logger, type Service } from '@city-testbed/runtime';
import { mountOf } from './mounts.ts';
import type { DiskStatus } from './status.ts';

export interface DiskWatchOptions {
  /** Folder of the outbox. It need not exist before the start of the outbox. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly everyMs?: number;
}

/** Looks at the disk now and then, never while somebody waits for the status: a failing card can take its time. */
export class DiskWatch implements Service {
  readonly name = 'disk watch';
  readonly #options: DiskWatchOptions;
  readonly #abort = new AbortController();
  #last: DiskStatus | undefined;
  #problem: string | undefined;

  constructor(options: DiskWatchOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#look();
    void this.#lookForEver();
  }

  stop(): Promise<void> {
    this.#abort.abort();
    return Promise.resolve();
  }

  /** As of the last look; undefined where the system does not say. */
  status(): DiskStatus | undefined {
    return this.#last;
  }

  async #lookForEver(): Promise<void> {
    const { clock, everyMs = 10_000 } = this.#options;
    const { signal } = this.#abort;
    for (;;) {
      await clock.sleep(everyMs, signal);
      if (signal.aborted) return;
      await this.#look();
    }
  }

  async #look(): Promise<void> {
    const { folder, log } = this.#options;
    try {
      const path = await realpath(folder);
      const { bavail, blocks, bsize } = await statfs(path);
      const mount = mountOf(path, await readFile('/proc/self/mountinfo', 'utf8').catch(() => ''));
      this.#last = {
        path,
        ...(mount ? { device: mount.source, type: mount.type } : {}),
        freeBytes: bavail * bsize,
        sizeBytes: blocks * bsize,
        readOnly: mount?.readOnly ?? false,
      };
      this.#problem = undefined;
    } catch (error) {
      this.#last = undefined;
      const problem = messageOf(error);
      if (problem !== this.#problem) log.warn({ err: error, folder }, 'the disk cannot be looked at');
      this.#problem = problem;
    }
  }
}
