import { faultsOf, isCoded, messageOf, type Clock, type Logger } from '@city-testbed/runtime';
import type { ConfigStatus } from '../status/status.ts';
import type { GatewaySettings } from './load.ts';

export interface ReloaderOptions {
  readonly file: string;
  /** Reads the file. Throws CONFIG_*. */
  readonly load: () => Promise<GatewaySettings>;
  /** Takes a faultless configuration over, whole or not at all. */
  readonly apply: (settings: GatewaySettings) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Reads the configuration again when it is asked to. One that is faulty is refused whole, and the old one runs on. */
export class Reloader {
  readonly #options: ReloaderOptions;
  #running: Promise<void> = Promise.resolve();
  #waits = false;
  #loadedAt: number;
  #last: ConfigStatus['lastReload'];

  /** The configuration was just loaded for the first time. */
  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.#loadedAt = options.clock.now();
  }

  /** Resolves when it is done or refused. Who asks while one waits already is served by that one. */
  reload(): Promise<void> {
    if (this.#waits) return this.#running;
    this.#waits = true;
    this.#running = this.#running.then(() => {
      this.#waits = false;
      return this.#reload();
    });
    return this.#running;
  }

  status(): ConfigStatus {
    const { file } = this.#options;
    return { file, loadedAt: this.#loadedAt, ...(this.#last ? { lastReload: this.#last } : {}) };
  }

  async #reload(): Promise<void> {
    const { load, apply, clock, log, file } = this.#options;
    const at = clock.now();
    try {
      const settings = await load();
      await apply(settings);
      const { config } = settings;
      this.#loadedAt = at;
      this.#last = { at, ok: true };
      log.info(
        { file, devices: config.devices.length, ports: config.ports.length },
        'configuration reloaded',
      );
    } catch (error) {
      this.#last = { at, ok: false, problem: messageOf(error) };
      const why = isCoded(error) ? { ...error.toJSON(), faults: faultsOf(error) } : { err: error };
      log.error({ file, ...why }, `configuration refused, the old one runs on: ${messageOf(error)}`);
    }
  }
}
