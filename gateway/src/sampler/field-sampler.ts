import { isDeepStrictEqual } from 'node:util';
import { messageOf, type Clock, type Logger } from '@city-testbed/runtime';
import type { Driver, WriteOutcome, WriteRequest } from '../drivers/driver.ts';
import { gatewayError } from '../errors.ts';
import type { Activity } from '../model/activity.ts';
import type { Aliases, ConfiguredDevice } from '../model/device.ts';
import type { Port } from '../model/port.ts';
import type { Batch } from '../model/reading.ts';
import type { Waiting } from './command-queue.ts';
import { MissingDriver } from './missing-driver.ts';
import { PortWorker } from './port-worker.ts';
import type { Reconfigured, Sampler, SamplerPlan, SamplerStatus } from './sampler.ts';
import type { TimeStamps } from './time-stamps.ts';

export interface FieldSamplerOptions extends SamplerPlan {
  /** Aliases of a device; asked once, when its port is started. */
  readonly aliases: (device: ConfiguredDevice) => Aliases;
  readonly createDriver: (port: Port, devices: readonly ConfiguredDevice[]) => Promise<Driver>;
  readonly times: TimeStamps;
  /** Takes each poll; it must not wait. */
  readonly take: (batch: Batch) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A port at work. */
interface Running {
  readonly port: Port;
  readonly devices: readonly ConfiguredDevice[];
  readonly worker: PortWorker;
  readonly abort: AbortController;
  /** Resolves once it has ended, with the commands that it did not get to. */
  readonly ended: Promise<readonly Waiting[]>;
}

/** One worker per port, so that a slow port never delays another. */
export class FieldSampler implements Sampler {
  readonly name = 'sampler';
  readonly #options: FieldSamplerOptions;
  readonly #running = new Map<string, Running>();
  #plan: SamplerPlan;
  /** The last change of the plan, which the next one waits for. It never rejects. */
  #changed: Promise<unknown> = Promise.resolve();
  #changes = 0;

  constructor(options: FieldSamplerOptions) {
    this.#options = options;
    this.#plan = options;
  }

  async start(): Promise<void> {
    const made = await Promise.all(this.#plan.ports.map((port) => this.#make(port)));
    for (const { port, devices, worker } of made) this.#run(port, devices, worker);
  }

  /** Polls that are under way are finished and handed on; commands that wait are refused. */
  async stop(): Promise<void> {
    await this.#changed;
    refuse(await this.#end([...this.#running.values()]), 'GATEWAY_COMMAND_FAILED', 'the gateway stops');
  }

  reconfigure(plan: SamplerPlan): Promise<Reconfigured> {
    this.#changes += 1;
    const changed = this.#changed.then(() => this.#change(plan));
    this.#changed = changed.then(
      () => (this.#changes -= 1),
      () => (this.#changes -= 1),
    );
    return changed;
  }

  async write(request: WriteRequest): Promise<WriteOutcome> {
    const running = this.#of(request.device);
    // While ports are changed over, a device may have none for a moment.
    if (!running && this.#changes > 0) {
      await this.#changed;
      return this.write(request);
    }
    if (!running) throw gatewayError('GATEWAY_COMMAND_REFUSED', `no device ${request.device}`);
    return running.worker.write(request);
  }

  status(): SamplerStatus {
    const order = new Map(this.#plan.ports.map(({ id }, index) => [id, index]));
    const all = [...this.#running.values()]
      .sort((a, b) => (order.get(a.port.id) ?? 0) - (order.get(b.port.id) ?? 0))
      .map(({ worker }) => worker.status());
    return { ports: all.map(({ port }) => port), devices: all.flatMap(({ devices }) => devices) };
  }

  activities(): readonly Activity[] {
    return [...this.#running.values()].map(({ port, worker }) => ({
      name: `port ${port.id}`,
      dueAt: worker.dueAt,
    }));
  }

  async #change(plan: SamplerPlan): Promise<Reconfigured> {
    this.#plan = plan;
    const kept = new Set<string>();
    for (const port of plan.ports) {
      const running = this.#running.get(port.id);
      if (!running) continue;
      const before = { port: running.port, devices: running.devices };
      if (isDeepStrictEqual(before, { port, devices: devicesOn(plan, port) })) kept.add(port.id);
    }
    // Everything that changes is closed before anything is opened: a line may have moved to a port of another name.
    const ending = [...this.#running.values()].filter(({ port }) => !kept.has(port.id));
    const waiting = await this.#end(ending, ({ port }) => this.#running.delete(port.id));
    const fresh = plan.ports.filter(({ id }) => !kept.has(id));
    const made = await Promise.all(fresh.map((port) => this.#make(port)));
    for (const { port, devices, worker } of made) this.#run(port, devices, worker);
    this.#handOn(waiting);
    const restarted = fresh.filter(({ id }) => ending.some(({ port }) => port.id === id)).map(({ id }) => id);
    const stopped = ending.map(({ port }) => port.id).filter((id) => !restarted.includes(id));
    return { kept: [...kept], restarted, stopped };
  }

  /** Commands that waited on a port that was changed over: for those devices that are still there. */
  #handOn(waiting: readonly Waiting[]): void {
    for (const command of waiting) {
      const running = this.#of(command.request.device);
      if (running) running.worker.write(command.request).then(command.resolve, command.reject);
      else refuse([command], 'GATEWAY_COMMAND_REFUSED', `device ${command.request.device} was removed`);
    }
  }

  async #make(port: Port): Promise<{ port: Port; devices: readonly ConfiguredDevice[]; worker: PortWorker }> {
    const devices = devicesOn(this.#plan, port);
    const driver = await this.#driver(port, devices);
    const worker = new PortWorker({ ...this.#options, port, devices, driver });
    return { port, devices, worker };
  }

  #run(port: Port, devices: readonly ConfiguredDevice[], worker: PortWorker): void {
    const abort = new AbortController();
    const ended = worker.run(abort.signal).catch((error: unknown): readonly Waiting[] => {
      // A fault of ours: the port stands still and status says so, the others go on.
      const { log } = this.#options;
      const why = `worker of port ${port.id} failed: ${messageOf(error)}`;
      log.fatal({ err: error, port: port.id }, why);
      refuse(worker.abandon(why), 'GATEWAY_COMMAND_FAILED', why);
      return [];
    });
    this.#running.set(port.id, { port, devices, worker, abort, ended });
  }

  /** Ends workers, and says which commands they did not get to. */
  async #end(
    ending: readonly Running[],
    each: (ended: Running) => unknown = () => undefined,
  ): Promise<readonly Waiting[]> {
    for (const { abort } of ending) abort.abort();
    const waiting = ending.map(async (running) => {
      const left = await running.ended;
      each(running);
      return left;
    });
    return (await Promise.all(waiting)).flat();
  }

  async #driver(port: Port, devices: readonly ConfiguredDevice[]): Promise<Driver> {
    try {
      return await this.#options.createDriver(port, devices);
    } catch (error) {
      return new MissingDriver(error);
    }
  }

  #of(device: string): Running | undefined {
    return [...this.#running.values()].find(({ devices }) => devices.some(({ id }) => id === device));
  }
}

function devicesOn({ devices }: SamplerPlan, port: Port): readonly ConfiguredDevice[] {
  return devices.filter((device) => device.port === port.id);
}

function refuse(
  waiting: readonly Waiting[],
  code: 'GATEWAY_COMMAND_REFUSED' | 'GATEWAY_COMMAND_FAILED',
  why: string,
): void {
  for (const { reject } of waiting) reject(gatewayError(code, why));
}
