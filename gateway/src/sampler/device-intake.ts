import type { Sample, Sampled } from '../drivers/driver.ts';
import type { Aliases, ConfiguredDevice, DeviceMetric } from '../model/device.ts';
import type { BadReason, Batch, Reading } from '../model/reading.ts';
import { DerivedMetrics, type MetricReading } from './derived-metrics.ts';
import { ReportFilter } from './report-filter.ts';
import type { Stamp, TimeStamps } from './time-stamps.ts';

export interface DeviceIntakeOptions {
  readonly device: ConfiguredDevice;
  readonly aliases: Aliases;
  readonly times: TimeStamps;
  /** Takes each batch; it must not wait. */
  readonly take: (batch: Batch) => void;
}

/** What a device's polls brought so far. */
export interface PollRecord {
  readonly polls: number;
  readonly badValues: number;
  readonly badReasons: ReadonlyMap<BadReason, number>;
  /** Wall time, ms. */
  readonly lastAnswerAt: number | undefined;
  /** The last poll brought nothing that the device said, also where no request can go unanswered (it streams). */
  readonly silent: boolean;
}

/** Makes batches of what one device showed: time, aliases, and what is worth keeping. */
export class DeviceIntake {
  readonly #options: DeviceIntakeOptions;
  readonly #filter = new ReportFilter();
  readonly #derived: DerivedMetrics;
  /** Pulse counts that no batch has carried yet, since their values were not worth keeping. */
  readonly #unsaved = new Map<string, number>();
  readonly #badReasons = new Map<BadReason, number>();
  #passedOver: { readonly stamp: Stamp; readonly readings: readonly Reading[] } | undefined;
  #record: PollRecord = {
    polls: 0,
    badValues: 0,
    badReasons: new Map(),
    lastAnswerAt: undefined,
    silent: false,
  };

  constructor(options: DeviceIntakeOptions) {
    this.#options = options;
    this.#derived = new DerivedMetrics(options.device);
  }

  get record(): PollRecord {
    return this.#record;
  }

  /** Takes the sample of a poll of these metrics. `observedAt` is monotonic. */
  take(metrics: readonly DeviceMetric[], sample: Sample, observedAt: number): void {
    const { device, aliases, times, take } = this.#options;
    const stamp = times.stamp(device.id, observedAt);
    const alias = (metric: string): number => aliases.get(metric) ?? 0;
    const polled = sample.values.flatMap((value): MetricReading[] => {
      const metric = metrics[value.index];
      return metric ? [{ metric, reading: readingOf(value, alias(metric.name)) }] : [];
    });
    const all = [...polled, ...this.#derived.take(polled, stamp, alias)];
    this.#count(sample, stamp);
    for (const [key, pulses] of sample.counters ?? []) this.#unsaved.set(key, pulses);
    const readings = all
      .filter(({ metric, reading }) => this.#filter.keeps(metric, reading, stamp.uptime))
      .map(({ reading }) => reading);
    if (readings.length > 0) take({ device: device.id, ...stamp, readings, ...this.#counters() });
    else if (sample.counters && all.length > 0) {
      this.#passedOver = { stamp, readings: all.map(({ reading }) => reading) };
    }
  }

  /** The port stops: counts that were not worth keeping yet are kept now, or a restart would lose their pulses. */
  flush(): void {
    if (this.#unsaved.size === 0 || !this.#passedOver) return;
    const { stamp, readings } = this.#passedOver;
    this.#options.take({ device: this.#options.device.id, ...stamp, readings, ...this.#counters() });
  }

  /** Counts that are to be kept with the next batch. */
  #counters(): { counters?: ReadonlyMap<string, number> } {
    if (this.#unsaved.size === 0) return {};
    const counters = new Map(this.#unsaved);
    this.#unsaved.clear();
    this.#passedOver = undefined;
    return { counters };
  }

  #count({ responded, values }: Sample, { at }: Stamp): void {
    const { polls, badValues, lastAnswerAt } = this.#record;
    const silent = !responded || values.every(isUnheard);
    const reasons = values.flatMap((value) => ('reason' in value ? [value.reason] : []));
    for (const reason of reasons) this.#badReasons.set(reason, (this.#badReasons.get(reason) ?? 0) + 1);
    this.#record = {
      polls: polls + 1,
      badValues: badValues + reasons.length,
      badReasons: this.#badReasons,
      lastAnswerAt: silent ? lastAnswerAt : at,
      silent,
    };
  }
}

function readingOf(value: Sampled, alias: number): Reading {
  return 'value' in value ? { alias, value: value.value } : { alias, value: null, reason: value.reason };
}

/** Neither a value nor a fault that the device reported: nothing came, or nothing that could be read. */
function isUnheard(value: Sampled): boolean {
  return 'reason' in value && (value.reason === 'no_response' || value.reason === 'checksum');
}
