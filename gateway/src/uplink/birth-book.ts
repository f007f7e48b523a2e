import {
  encodePayload,
  type DataType,
  type DeviceBirth,
  type Metric,
  type NodeBirth,
} from '@city-testbed/sparkplug';
import type { Logger } from '@city-testbed/runtime';
import { BATCH_METRIC } from '../model/device.ts';
import type { NodeMetric } from '../model/node-metric.ts';
import type { StoredBatch } from '../model/reading.ts';
import { LastValues, nodeBirth, type BornDevice } from './births.ts';
import { dataMetrics } from './metrics.ts';
import { nodeMetric } from './node-metrics.ts';

export interface BirthBookOptions {
  readonly version: string;
  /** The devices that are to be born now: those of the configuration, and those with batches left. */
  readonly born: () => readonly BornDevice[];
  readonly nodeMetrics: () => readonly NodeMetric[];
  /** What was read last; given where it outlives one uplink. */
  readonly last?: LastValues;
  readonly log: Logger;
}

/** Who was born in this session and with which metrics, and so how a batch is written. */
export class BirthBook {
  readonly last: LastValues;
  readonly #options: BirthBookOptions;
  readonly #batchAliases = new Map<string, number>();
  readonly #datatypes = new Map<number, DataType>();
  #nodeMetrics: ReadonlyMap<string, DataType> = new Map();
  #born: readonly BornDevice[] = [];

  constructor(options: BirthBookOptions) {
    this.#options = options;
    this.last = options.last ?? new LastValues();
  }

  /** How many devices were born. */
  get size(): number {
    return this.#born.length;
  }

  /** Everybody's births, as it is now. */
  births(): NodeBirth {
    this.#born = this.#options.born();
    this.#batchAliases.clear();
    this.#datatypes.clear();
    const own = this.#ownMetrics();
    this.#nodeMetrics = new Map(own.map(({ name, datatype }) => [name, datatype]));
    const { metrics, devices } = this.#declare(this.#born);
    return { metrics: [...metrics, ...own.map(nodeMetric)], devices };
  }

  /** The birth of one device, as it is now; undefined where there is no such device. */
  birth(device: string): DeviceBirth | undefined {
    const born = this.#options.born().find((candidate) => candidate.device.id === device);
    if (!born) return undefined;
    this.#born = [...this.#born.filter((other) => other.device.id !== device), born];
    return this.#declare([born]).devices[0];
  }

  /** Whether somebody is born only until their last batch is stored. */
  get hasLeaving(): boolean {
    return this.#born.some(({ leaving }) => leaving);
  }

  /** Those that were born and are no more; they are struck out. */
  gone(): string[] {
    const left = new Set(this.#options.born().map(({ device }) => device.id));
    const gone = this.#born.flatMap(({ device }) => (left.has(device.id) ? [] : device.id));
    this.#born = this.#born.filter(({ device }) => left.has(device.id));
    return gone;
  }

  /** The metrics of a batch, in so many messages; the last one carries the batch's number. */
  messages(batch: StoredBatch, parts: number, now: number): Metric[][] {
    const alias = this.#batchAliases.get(batch.device) ?? 0;
    const metrics = dataMetrics(batch, alias, this.#datatypes, now);
    if (parts <= 1) return [metrics];
    const number = metrics.slice(-1);
    // The longest last: what comes before it gets through also where that one never does.
    const readings = metrics.slice(0, -1).sort((a, b) => lengthOf(a) - lengthOf(b));
    const each = Math.ceil(readings.length / parts);
    const messages: Metric[][] = [];
    for (let from = 0; from < readings.length; from += each) messages.push(readings.slice(from, from + each));
    messages.at(-1)?.push(...number);
    return messages;
  }

  /** Payload of such a message, bytes. */
  sizeOf(metrics: readonly Metric[], now: number): number {
    const typed = metrics.map((metric) => {
      const datatype = this.#datatypes.get(metric.alias ?? -1);
      return datatype === undefined ? metric : { ...metric, datatype };
    });
    return encodePayload({ timestamp: now, seq: 255, metrics: typed }, { omitDatatypes: true }).length;
  }

  /** The node's own metrics as they are now; those that NBIRTH did not declare are left out. */
  nodeData(): Metric[] {
    return this.#ownMetrics()
      .filter(({ name, datatype }) => this.#nodeMetrics.get(name) === datatype)
      .map(({ name, value }) => ({ name, value }));
  }

  /** One that cannot be written must not cost the births of all others. */
  #ownMetrics(): readonly NodeMetric[] {
    return this.#options.nodeMetrics().filter((metric) => {
      try {
        encodePayload({ metrics: [nodeMetric(metric)] });
        return true;
      } catch (error) {
        this.#options.log.error({ err: error, metric: metric.name }, 'a metric of the gateway is left out');
        return false;
      }
    });
  }

  /** From now on the metrics of these are known by alias. */
  #declare(born: readonly BornDevice[]): NodeBirth {
    for (const { device, aliases } of born) {
      this.#batchAliases.set(device.id, aliases.get(BATCH_METRIC) ?? 0);
    }
    const birth = nodeBirth(born, this.#options.version, this.last);
    for (const { metrics } of birth.devices) {
      for (const { alias, datatype } of metrics) {
        if (alias !== undefined && datatype !== undefined) this.#datatypes.set(alias, datatype);
      }
    }
    return birth;
  }
}

function lengthOf({ value }: Metric): number {
  return typeof value === 'string' ? value.length : 0;
}
