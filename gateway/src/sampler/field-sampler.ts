import { messageOf, type Clock, type Logger } from '@city-testbed/runtime';
import type { Driver, DeviceLink, WriteOutcome, WriteRequest } from '../drivers/driver.ts';
import { gatewayError } from '../errors.ts';
import type { Aliases, ConfiguredDevice, DeviceMetric } from '../model/device.ts';
import type { Port } from '../model/port.ts';
import type { Batch } from '../model/reading.ts';
import { MissingDriver } from './missing-driver.ts';
import { PortWorker, type PollGroup } from './port-worker.ts';
import type { Sampler, SamplerStatus } from './sampler.ts';
import type { TimeStamps } from './time-stamps.ts';

export interface FieldSamplerOptions {
  readonly ports: readonly Port[];
  readonly devices: readonly ConfiguredDevice[];
  /** Aliases of a device; asked once, at start. */
  readonly aliases: (device: ConfiguredDevice) => Aliases;
  readonly createDriver: (port: Port, devices: readonly ConfiguredDevice[]) => Promise<Driver>;
  readonly times: TimeStamps;
  /** Takes each poll; it must not wait. */
  readonly take: (batch: Batch) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** One worker per port, so that a slow port never delays another. */
export class FieldSampler implements Sampler {
  readonly name = 'sampler';
  readonly #options: FieldSamplerOptions;
  readonly #workers = new Map<string, PortWorker>();
  readonly #abort = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: FieldSamplerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { ports, log } = this.#options;
    for (const port of ports) this.#workers.set(port.id, await this.#worker(port));
    this.#running = Promise.all(
      [...this.#workers].map(async ([id, worker]) => {
        try {
          await worker.run(this.#abort.signal);
        } catch (error) {
          // A fault of ours: the port stands still and status says so, the others go on.
          log.fatal({ err: error, port: id }, `worker of port ${id} failed: ${messageOf(error)}`);
        }
      }),
    );
  }

  /** Polls that are under way are finished and handed on. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  write(request: WriteRequest): Promise<WriteOutcome> {
    const device = this.#options.devices.find(({ id }) => id === request.device);
    const worker = device && this.#workers.get(device.port);
    if (!worker)
      return Promise.reject(gatewayError('GATEWAY_COMMAND_REFUSED', `no device ${request.device}`));
    return worker.write(request);
  }

  status(): SamplerStatus {
    const all = [...this.#workers.values()].map((worker) => worker.status());
    return { ports: all.map(({ port }) => port), devices: all.flatMap(({ devices }) => devices) };
  }

  async #worker(port: Port): Promise<PortWorker> {
    const devices = this.#options.devices.filter((device) => device.port === port.id);
    const driver = await this.#driver(port, devices);
    const links = new Map(devices.map((device) => [device.id, driver.link(device)]));
    return new PortWorker({
      ...this.#options,
      port,
      driver,
      groups: devices.flatMap((device) => this.#groups(device, links.get(device.id))),
      write: ({ device, metric, value }) => {
        const link = links.get(device);
        if (!link) throw gatewayError('GATEWAY_COMMAND_REFUSED', `no device ${device}`);
        return link.write(metric, value);
      },
    });
  }

  async #driver(port: Port, devices: readonly ConfiguredDevice[]): Promise<Driver> {
    try {
      return await this.#options.createDriver(port, devices);
    } catch (error) {
      return new MissingDriver(error);
    }
  }

  /** A device's metrics by interval: each interval is polled for itself. */
  #groups(device: ConfiguredDevice, link: DeviceLink | undefined): PollGroup[] {
    if (!link) return [];
    const aliases = this.#options.aliases(device);
    const byInterval = new Map<number, DeviceMetric[]>();
    for (const metric of device.metrics) {
      const metrics = byInterval.get(metric.intervalMs) ?? [];
      metrics.push(metric);
      byInterval.set(metric.intervalMs, metrics);
    }
    return [...byInterval].map(([intervalMs, metrics]) => ({
      device: device.id,
      intervalMs,
      aliases: metrics.map(({ name }) => aliases.get(name) ?? 0),
      poll: link.poll(metrics),
    }));
  }
}
