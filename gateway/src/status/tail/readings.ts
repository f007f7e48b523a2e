import type { Aliases, ConfiguredDevice } from '../../model/device.ts';
import type { BadReason, StoredBatch } from '../../model/reading.ts';

/** A reading as GET /tail tells it. 64-bit integers are text, as JSON numbers cannot hold them. */
export interface TailReading {
  /** When it was observed, wall time in ms. */
  readonly at: number;
  readonly device: string;
  readonly metric: string;
  readonly value: number | string | boolean | null;
  readonly unit?: string;
  readonly quality: 'good' | 'bad' | 'stale';
  readonly reason?: BadReason;
}

interface Meaning {
  readonly metric: string;
  readonly unit: string | undefined;
}

export interface MeaningsOptions {
  /** The devices of the configuration, as of now. */
  readonly devices: () => readonly ConfiguredDevice[];
  readonly aliases: (device: ConfiguredDevice) => Aliases;
}

/** What aliases mean. Learnt when somebody listens, and again when the devices change. */
export class Meanings {
  readonly #options: MeaningsOptions;
  readonly #byAlias = new Map<number, Meaning>();
  #learntFrom: readonly ConfiguredDevice[] | undefined;

  constructor(options: MeaningsOptions) {
    this.#options = options;
  }

  readings(batch: StoredBatch): TailReading[] {
    this.#learn();
    const { at, device } = batch;
    return batch.readings.map(({ alias, value, reason }) => {
      const { metric, unit } = this.#byAlias.get(alias) ?? {
        metric: `alias ${String(alias)}`,
        unit: undefined,
      };
      return {
        at,
        device,
        metric,
        value: typeof value === 'bigint' ? String(value) : value,
        ...(unit === undefined ? {} : { unit }),
        quality: qualityOf(reason),
        ...(reason === undefined ? {} : { reason }),
      };
    });
  }

  #learn(): void {
    const devices = this.#options.devices();
    if (devices === this.#learntFrom) return;
    this.#learntFrom = devices;
    this.#byAlias.clear();
    for (const device of devices) {
      const aliases = this.#options.aliases(device);
      for (const { name, unit } of device.metrics) {
        const alias = aliases.get(name);
        if (alias !== undefined) this.#byAlias.set(alias, { metric: name, unit });
      }
    }
  }
}

/** As the host is told it: protocol.md, "Device plane". */
function qualityOf(reason: BadReason | undefined): TailReading['quality'] {
  if (reason === undefined) return 'good';
  return reason === 'stale' || reason === 'clock_unsynced' ? 'stale' : 'bad';
}
