import { isSameValue } from '@city-testbed/device-profiles/decode';
import { isCoded, messageOf, type Clock, type Logger } from '@city-testbed/runtime';
import type { DeviceLink, Poll, Sample, WriteOutcome, WriteRequest } from '../drivers/driver.ts';
import type { ConfiguredDevice, DeviceMetric } from '../model/device.ts';
import type { DeviceIntake } from './device-intake.ts';

export interface DeviceCommandsOptions {
  readonly device: ConfiguredDevice;
  readonly link: DeviceLink;
  readonly intake: DeviceIntake;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Writes metrics of one device, and reads back what it made of them. */
export class DeviceCommands {
  readonly #options: DeviceCommandsOptions;
  readonly #polls = new Map<string, Poll>();

  constructor(options: DeviceCommandsOptions) {
    this.#options = options;
  }

  /**
   * Writes, then polls the metric and compares: a device may acknowledge what it does not do. What was read is kept as
   * that of any poll is. Where it cannot be read back, the device's word stands: `ok` without a value.
   * Throws GATEWAY_PORT_* when the port is gone before the write.
   */
  async carryOut({ metric: name, value }: WriteRequest): Promise<WriteOutcome> {
    const { device, link } = this.#options;
    const written = await link.write(name, value);
    const metric = device.metrics.find((candidate) => candidate.name === name);
    const definition = device.definition.metrics.find((candidate) => candidate.name === name);
    if (!written.ok || !metric || !definition) return written;
    const read = await this.#readBack(metric, written);
    if (read === undefined) return { ok: true };
    return isSameValue(definition, value, read)
      ? { ok: true, value: read }
      : { ok: false, reason: 'read_back_differs', value: read };
  }

  /** The value that the device holds now; undefined where it does not say. */
  async #readBack(metric: DeviceMetric, written: WriteOutcome): Promise<WriteOutcome['value']> {
    const { intake, clock } = this.#options;
    const began = clock.monotonic();
    const sample: Sample | undefined =
      written.value === undefined
        ? await this.#poll(metric)
        : { responded: true, values: [{ index: 0, value: written.value }] };
    if (!sample) return undefined;
    intake.take([metric], sample, sample.observedAt ?? began);
    const [first] = sample.values;
    return first && 'value' in first ? first.value : undefined;
  }

  async #poll(metric: DeviceMetric): Promise<Sample | undefined> {
    const { device, link, log } = this.#options;
    const poll = this.#polls.get(metric.name) ?? link.poll([metric]);
    this.#polls.set(metric.name, poll);
    try {
      return await poll.read();
    } catch (error) {
      // The write is done. The port is opened again for the next poll.
      const fields = { device: device.id, metric: metric.name };
      log.warn({ ...fields, ...(isCoded(error) ? error.toJSON() : { err: error }) }, messageOf(error));
      return undefined;
    }
  }
}
