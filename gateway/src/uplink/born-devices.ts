import type { Service } from '@city-testbed/runtime';
import type { Aliases, ConfiguredDevice } from '../model/device.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { BornDevice } from './births.ts';

/**
 * The devices that exist: those of the configuration, and those that left it with batches still waiting, which stay
 * until their last batch is stored.
 */
export class BornDevices implements Service {
  readonly name = 'devices';
  readonly #outbox: Outbox;
  readonly #devices: readonly ConfiguredDevice[];
  readonly #aliases = new Map<string, Aliases>();
  #configured: readonly BornDevice[] = [];
  #leaving = false;

  constructor(outbox: Outbox, devices: readonly ConfiguredDevice[]) {
    this.#outbox = outbox;
    this.#devices = devices;
  }

  /** The outbox must be open. */
  start(): Promise<void> {
    const waiting = this.#outbox.status().batches > 0;
    this.#configured = this.#devices.map(({ id, name, profile, location, metrics }) => {
      const device = { id, name, profile, metrics, ...(location ? { location } : {}) };
      const aliases = this.#outbox.declare(device);
      this.#aliases.set(id, aliases);
      return { device, aliases, retired: waiting ? this.#outbox.retired(id) : [] };
    });
    this.#leaving = this.#outbox.undeclared().length > 0;
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  aliasesOf(device: { readonly id: string }): Aliases {
    return this.#aliases.get(device.id) ?? new Map();
  }

  born(): readonly BornDevice[] {
    if (!this.#leaving) return this.#configured;
    const leaving = this.#outbox.undeclared();
    this.#leaving = leaving.length > 0;
    return [
      ...this.#configured,
      ...leaving.map((known) => ({ ...known, retired: this.#outbox.retired(known.device.id) })),
    ];
  }
}
