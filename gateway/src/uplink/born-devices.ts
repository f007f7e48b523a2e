import type { Service } from '@city-testbed/runtime';
import type { Aliases, ConfiguredDevice, DeviceDescription } from '../model/device.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { BornDevice } from './births.ts';

interface Declared {
  readonly device: DeviceDescription;
  readonly aliases: Aliases;
}

/**
 * The devices that exist: those of the configuration, and those that left it with batches still waiting, which stay
 * until their last batch is stored.
 */
export class BornDevices implements Service {
  readonly name = 'devices';
  readonly #outbox: Outbox;
  #devices: readonly ConfiguredDevice[];
  #declared: readonly Declared[] = [];
  readonly #aliases = new Map<string, Aliases>();

  constructor(outbox: Outbox, devices: readonly ConfiguredDevice[]) {
    this.#outbox = outbox;
    this.#devices = devices;
  }

  /** The outbox must be open. */
  start(): Promise<void> {
    this.#declare();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  /** The devices of the configuration as it is now. */
  get configured(): readonly ConfiguredDevice[] {
    return this.#devices;
  }

  /**
   * Another configuration. New devices and metrics get their aliases; what left stays born for as long as batches of it
   * wait. Also for an outbox that was replaced: everything is declared in it anew. Then tell the uplink.
   */
  reconfigure(devices: readonly ConfiguredDevice[]): void {
    const stay = new Set(devices.map(({ id }) => id));
    for (const { id } of this.#devices) if (!stay.has(id)) this.#outbox.withdraw(id);
    this.#devices = devices;
    this.#declare();
  }

  aliasesOf(device: { readonly id: string }): Aliases {
    return this.#aliases.get(device.id) ?? new Map();
  }

  born(): readonly BornDevice[] {
    const { batches, pending } = this.#outbox.status();
    const retired = (id: string): BornDevice['retired'] =>
      batches + pending > 0 ? this.#outbox.retired(id) : [];
    return [
      ...this.#declared.map((known) => ({ ...known, leaving: false, retired: retired(known.device.id) })),
      ...this.#outbox
        .undeclared()
        .map((known) => ({ ...known, leaving: true, retired: retired(known.device.id) })),
    ];
  }

  #declare(): void {
    this.#declared = this.#devices.map(({ id, name, profile, location, metrics }) => {
      const device = { id, name, profile, metrics, ...(location ? { location } : {}) };
      const aliases = this.#outbox.declare(device);
      // Those of devices that left are kept: a poll that was under way may still come.
      this.#aliases.set(id, aliases);
      return { device, aliases };
    });
  }
}
