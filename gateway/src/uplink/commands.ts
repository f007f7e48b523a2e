import type { Metric } from '@city-testbed/sparkplug';
import { isCoded, messageOf, type Logger } from '@city-testbed/runtime';
import type { WriteOutcome, WriteRequest } from '../drivers/driver.ts';
import { gatewayError } from '../errors.ts';
import type { ConfiguredDevice } from '../model/device.ts';

export interface CommandsOptions {
  /** Those of the configuration as it is now. */
  readonly devices: () => readonly ConfiguredDevice[];
  readonly write: (request: WriteRequest) => Promise<WriteOutcome>;
  readonly log: Logger;
}

/** DCMD writes: checked against the profile, carried out by the driver, logged. The next poll shows what came of them. */
export class Commands {
  readonly #options: CommandsOptions;

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  async carryOut(deviceId: string, metrics: readonly Metric[]): Promise<void> {
    const { log, write } = this.#options;
    for (const metric of metrics) {
      const fields = { device: deviceId, metric: metric.name };
      const checked = this.#check(deviceId, metric);
      if ('refused' in checked) {
        const error = gatewayError('GATEWAY_COMMAND_REFUSED', checked.refused, { context: fields });
        log.warn({ ...error.toJSON(), ...fields }, error.message);
        continue;
      }
      try {
        const outcome = await write(checked.request);
        if (outcome.ok) log.info({ ...fields, value: String(checked.request.value) }, 'command carried out');
        else
          log.warn({ ...fields, code: 'GATEWAY_COMMAND_FAILED', reason: outcome.reason }, 'command failed');
      } catch (error) {
        const why = isCoded(error) ? error.toJSON() : { err: error };
        log.warn(
          { ...why, ...fields, code: 'GATEWAY_COMMAND_FAILED' },
          `command failed: ${messageOf(error)}`,
        );
      }
    }
  }

  #check(deviceId: string, { name, value }: Metric): { request: WriteRequest } | { refused: string } {
    const device = this.#options.devices().find(({ id }) => id === deviceId);
    const metric = device?.metrics.find((candidate) => candidate.name === name);
    if (!metric) return { refused: `${deviceId} has no metric ${name ?? ''}` };
    if (!metric.writable) return { refused: `${metric.name} is read-only` };
    const plain = typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
    const number = metric.datatype !== 'Boolean' && metric.datatype !== 'String';
    const wanted = number ? ['number', 'bigint'] : [metric.datatype.toLowerCase()];
    if (!wanted.includes(typeof plain)) return { refused: `${metric.name} takes a ${wanted.join(' or ')}` };
    if (typeof plain === 'number') {
      const low = metric.low ?? Number.NEGATIVE_INFINITY;
      const high = metric.high ?? Number.POSITIVE_INFINITY;
      // Also refuses NaN, which is in no range.
      if (!(plain >= low && plain <= high)) {
        return { refused: `${metric.name} takes ${String(low)} to ${String(high)}, not ${String(plain)}` };
      }
    }
    return { request: { device: deviceId, metric: metric.name, value: plain as WriteRequest['value'] } };
  }
}
