import type { MetricValue } from '@city-testbed/device-profiles';
import { createLogger, ManualClock } from '@city-testbed/runtime';
import { counting } from '../drivers/counters.ts';
import type { DeviceLink, Driver, Sample, WriteOutcome } from '../drivers/driver.ts';
import { gatewayError } from '../errors.ts';
import type { ConfiguredDevice } from '../model/device.ts';
import type { Batch } from '../model/reading.ts';
import { FieldSampler } from '../sampler/field-sampler.ts';
import type { SamplerPlan } from '../sampler/sampler.ts';
import { TimeStamps } from '../sampler/time-stamps.ts';
import { deviceOf, registers } from './profiles.ts';

const log = createLogger({ name: 'test', level: 'silent' });
export const start = Date.UTC(2026, 0, 1);

/** A port on which every device answers its polls with a count, unless told otherwise. */
export class FakeDriver implements Driver {
  isOpen = false;
  opens = 0;
  closes = 0;
  failsToOpen = false;
  readonly counters = counting();
  readonly reads: string[] = [];
  readonly writes: string[] = [];
  readonly silent = new Set<string>();
  /** A sensor that sends by itself: the poll costs nothing, and finds nothing. */
  readonly quiet = new Set<string>();
  onRead: (device: string) => Promise<void> = () => Promise.resolve();
  /** What `device.metric` shows; where nothing is set, a count of all reads. */
  readonly shown = new Map<string, MetricValue>();
  /** What it shows are pulse counts, to be kept. */
  countsPulses = false;
  /** Acknowledges commands and does nothing. */
  deaf = false;
  #count = 0;

  open(): Promise<void> {
    this.opens += 1;
    if (this.failsToOpen) return Promise.reject(gatewayError('GATEWAY_PORT_OPEN', 'refused'));
    this.isOpen = true;
    return Promise.resolve();
  }
  close(): Promise<void> {
    if (this.isOpen) this.closes += 1;
    this.isOpen = false;
    return Promise.resolve();
  }
  link({ id }: ConfiguredDevice): DeviceLink {
    return {
      poll: (metrics) => ({
        read: async (): Promise<Sample> => {
          this.reads.push(id);
          await this.onRead(id);
          if (this.silent.has(id) || this.quiet.has(id)) {
            return {
              responded: this.quiet.has(id),
              values: metrics.map((_, index) => ({ index, reason: 'no_response' })),
            };
          }
          const values = metrics.map(({ name }, index) => ({
            index,
            value: this.shown.get(`${id}.${name}`) ?? ++this.#count,
          }));
          const counters = new Map(
            values.map(({ index, value }) => [`${id}/${metrics[index]?.name ?? ''}`, Number(value)]),
          );
          return { responded: true, values, ...(this.countsPulses ? { counters } : {}) };
        },
      }),
      write: (metric, value): Promise<WriteOutcome> => {
        this.reads.push(`write ${id}`);
        this.writes.push(`${id}.${metric}=${String(value)}`);
        if (!this.deaf) this.shown.set(`${id}.${metric}`, value);
        return Promise.resolve({ ok: true });
      },
    };
  }
}

const stops: (() => Promise<void>)[] = [];
/** To be called after each test. */
export async function stopSampling(): Promise<void> {
  for (const stop of stops.splice(0)) await stop();
}

/** The sampler is not stopped after the test: one of its devices never answers. */
export function neverStopped(): void {
  stops.length = 0;
}

/** A sampler on a manual clock and fake drivers. `drivers` holds the newest driver of each port. */
export async function sampling(
  devices: readonly ConfiguredDevice[],
  setUp: (driver: FakeDriver, port: string) => void = () => undefined,
) {
  const clock = new ManualClock(start);
  const drivers = new Map<string, FakeDriver>();
  const batches: Batch[] = [];
  const sampler = new FieldSampler({
    ...planOf(devices),
    aliases: ({ id, metrics }) =>
      new Map(metrics.map(({ name }, n) => [name, (id === 'device-2' ? 100 : 10) + n])),
    createDriver: async (port) => {
      await settle();
      const driver = new FakeDriver();
      setUp(driver, port.id);
      drivers.set(port.id, driver);
      return driver;
    },
    times: new TimeStamps({ clock, bootOffset: 5000, mode: 'trusted', onSynchronised: () => undefined }),
    take: (batch) => batches.push(batch),
    clock,
    log,
  });
  await sampler.start();
  stops.push(() => sampler.stop());
  await settle();
  // Where it could not be made: one that nobody uses.
  const driver = drivers.get('port-1') ?? new FakeDriver();
  return { clock, sampler, batches, driver, drivers };
}

/** The devices, and the ports that they name. */
export function planOf(devices: readonly ConfiguredDevice[]): SamplerPlan {
  const ports = [...new Set(devices.map(({ port }) => port))];
  return { ports: ports.map((id) => ({ id, kind: 'gpio', base: 0, retryMaxMs: 8000 })), devices };
}

/** A device with two metrics, r0 and r1, that are polled at one interval. */
export function at(intervalMs: number, overrides: Partial<ConfiguredDevice> = {}): ConfiguredDevice {
  const device = deviceOf(registers([0, 1]), overrides);
  return { ...device, metrics: device.metrics.map((metric) => ({ ...metric, intervalMs })) };
}

/** Lets promises settle that no timer drives. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
