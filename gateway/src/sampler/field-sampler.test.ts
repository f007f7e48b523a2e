import { createLogger, ManualClock } from '@city-testbed/runtime';
import { afterEach, describe, expect, it } from 'vitest';
import { counting } from '../drivers/counters.ts';
import type { DeviceLink, Driver, Sample, WriteOutcome } from '../drivers/driver.ts';
import { gatewayError } from '../errors.ts';
import type { ConfiguredDevice } from '../model/device.ts';
import type { Batch } from '../model/reading.ts';
import { deviceOf, registers } from '../testing/profiles.ts';
import { FieldSampler } from './field-sampler.ts';
import { TimeStamps } from './time-stamps.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const start = Date.UTC(2026, 0, 1);

/** A port on which every device answers its polls with a count, unless told otherwise. */
class FakeDriver implements Driver {
  isOpen = false;
  opens = 0;
  failsToOpen = false;
  readonly counters = counting();
  readonly reads: string[] = [];
  readonly writes: string[] = [];
  readonly silent = new Set<string>();
  /** A sensor that sends by itself: the poll costs nothing, and finds nothing. */
  readonly quiet = new Set<string>();
  onRead: (device: string) => Promise<void> = () => Promise.resolve();
  #count = 0;

  open(): Promise<void> {
    this.opens += 1;
    if (this.failsToOpen) return Promise.reject(gatewayError('GATEWAY_PORT_OPEN', 'refused'));
    this.isOpen = true;
    return Promise.resolve();
  }
  close(): Promise<void> {
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
          return { responded: true, values: metrics.map((_, index) => ({ index, value: ++this.#count })) };
        },
      }),
      write: (metric, value): Promise<WriteOutcome> => {
        this.reads.push(`write ${id}`);
        this.writes.push(`${id}.${metric}=${String(value)}`);
        return Promise.resolve({ ok: true });
      },
    };
  }
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function sampling(
  devices: readonly ConfiguredDevice[],
  setUp: (driver: FakeDriver) => void = () => undefined,
) {
  const clock = new ManualClock(start);
  const drivers = new Map<string, FakeDriver>();
  const batches: Batch[] = [];
  const ports = [...new Set(devices.map(({ port }) => port))];
  const sampler = new FieldSampler({
    ports: ports.map((id) => ({ id, kind: 'gpio', base: 0, retryMaxMs: 8000 })),
    devices,
    aliases: ({ id, metrics }) =>
      new Map(metrics.map(({ name }, n) => [name, (id === 'device-2' ? 100 : 10) + n])),
    createDriver: async (port) => {
      await settle();
      const driver = new FakeDriver();
      setUp(driver);
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
  return { clock, sampler, batches, driver: drivers.get('port-1')!, drivers };
}

const at = (intervalMs: number, overrides: Partial<ConfiguredDevice> = {}): ConfiguredDevice => {
  const device = deviceOf(registers([0, 1]), overrides);
  return { ...device, metrics: device.metrics.map((metric) => ({ ...metric, intervalMs })) };
};

let loaded = 0;

/** Lets promises settle that no timer drives. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the sampler', () => {
  it('makes one batch of each poll, with the time of the poll, aliases and values', async () => {
    const { clock, batches } = await sampling([at(1000)]);
    await clock.advance(2500);
    expect(batches).toEqual(
      [0, 1000, 2000].map((ms, n) => ({
        device: 'device-1',
        at: start + ms,
        uptime: 5000 + ms,
        synced: true,
        readings: [
          { alias: 10, value: 2 * n + 1 },
          { alias: 11, value: 2 * n + 2 },
        ],
      })),
    );
  });

  it('polls metrics of different intervals for themselves', async () => {
    const device = at(1000);
    const [first, second] = device.metrics;
    const { clock, batches } = await sampling([
      { ...device, metrics: [first!, { ...second!, intervalMs: 3000 }] },
    ]);
    await clock.advance(5999);
    expect(batches.filter(({ readings }) => readings[0]?.alias === 10)).toHaveLength(6);
    expect(batches.filter(({ readings }) => readings[0]?.alias === 11)).toHaveLength(2);
  });

  it('writes down why there is no value, and asks a silent device ever less often', async () => {
    const { clock, batches, driver, sampler } = await sampling([at(1000)], (fake) =>
      fake.silent.add('device-1'),
    );
    await clock.advance(20_000);
    expect(batches[0]?.readings).toEqual([
      { alias: 10, value: null, reason: 'no_response' },
      { alias: 11, value: null, reason: 'no_response' },
    ]);
    expect(batches.map((batch) => batch.at - start)).toEqual([0, 1000, 3000, 7000, 15_000]);
    expect(sampler.status().devices[0]).toMatchObject({ state: 'silent', polls: 5, badValues: 10 });
    driver.silent.clear();
    await clock.advance(3000);
    expect(sampler.status().devices[0]).toMatchObject({ state: 'answering', lastAnswerAt: start + 23_000 });
  });

  it('calls a streaming sensor that fell quiet silent, and does not ask it less often', async () => {
    const { clock, driver, sampler } = await sampling([at(1000)]);
    await clock.advance(2000);
    const heard = sampler.status().devices[0]?.lastAnswerAt;
    driver.quiet.add('device-1');
    await clock.advance(5000);
    expect(sampler.status().devices[0]).toMatchObject({ state: 'silent', lastAnswerAt: heard, polls: 8 });
    driver.quiet.clear();
    await clock.advance(1000);
    expect(sampler.status().devices[0]).toMatchObject({ state: 'answering' });
  });

  it('a slow port never delays another', async () => {
    const { clock, batches } = await sampling(
      [at(1000), at(1000, { id: 'device-2', port: 'port-2' })],
      (driver) =>
        (driver.onRead = (id) => (id === 'device-1' ? new Promise(() => undefined) : Promise.resolve())),
    );
    stops.length = 0; // it never stops: its device never answers
    await clock.advance(5000);
    expect(new Set(batches.map(({ device }) => device))).toEqual(new Set(['device-2']));
    expect(batches).toHaveLength(6);
  });

  it('a port that cannot be opened is tried ever less often, and its devices have no response', async () => {
    const { clock, batches, driver } = await sampling([at(500)], (fake) => (fake.failsToOpen = true));
    await clock.advance(15_000);
    expect(driver.opens).toBe(5);
    expect(batches.every(({ readings }) => readings[0]?.reason === 'no_response')).toBe(true);
    driver.failsToOpen = false;
    await clock.advance(8000);
    expect(batches.at(-1)?.readings[0]?.value).not.toBeNull();
  });

  it('a driver that cannot be loaded is a fault of its port alone', async () => {
    const { clock, batches, sampler } = await sampling(
      [at(1000), at(1000, { id: 'device-2', port: 'port-2' })],
      () => {
        if (++loaded === 1) throw gatewayError('GATEWAY_DRIVER_MISSING', 'no library');
      },
    );
    await clock.advance(2500);
    expect(batches.filter(({ device }) => device === 'device-2')).toHaveLength(3);
    expect(sampler.status().ports[0]).toMatchObject({
      open: false,
      fault: expect.stringContaining('no library') as string,
    });
  });

  it('opens a port again that was lost in the middle of a poll, and loses no reading by it', async () => {
    let hangUps = 1;
    const { clock, batches, driver } = await sampling([at(1000)], (fake) => {
      fake.onRead = () => {
        if (hangUps-- <= 0) return Promise.resolve();
        fake.isOpen = false;
        return Promise.reject(gatewayError('GATEWAY_PORT_LOST', 'closed by the peer'));
      };
    });
    await clock.advance(1500);
    expect(driver.opens).toBe(2);
    expect(batches.map((batch) => [batch.at - start, batch.readings[0]?.value])).toEqual([
      [0, 1],
      [1000, 3],
    ]);
  });

  it('carries out a command at once, before the next poll', async () => {
    const { sampler, driver, clock } = await sampling([at(60_000)]);
    const outcome = sampler.write({ device: 'device-1', metric: 'r0', value: 7 });
    await settle();
    expect(await outcome).toEqual({ ok: true });
    expect(driver.writes).toEqual(['device-1.r0=7']);
    await clock.advance(60_000);
    expect(driver.reads).toEqual(['device-1', 'write device-1', 'device-1']);
    await expect(sampler.write({ device: 'nobody', metric: 'r0', value: 7 })).rejects.toMatchObject({
      code: 'GATEWAY_COMMAND_REFUSED',
    });
  });

  it('finishes and keeps a poll that is under way when it stops', async () => {
    let answer: () => void = () => undefined;
    const { sampler, batches } = await sampling([at(1000)], (driver) => {
      driver.onRead = () => new Promise((resolve) => (answer = resolve));
    });
    const stopped = sampler.stop();
    expect(batches).toEqual([]);
    answer();
    await stopped;
    expect(batches).toHaveLength(1);
  });
});

describe('time stamps', () => {
  const options = { bootOffset: 0, mode: 'trusted' as const, onSynchronised: () => undefined };

  it('of one device grow strictly, also within a millisecond and over a small step back', () => {
    const clock = new ManualClock(start);
    const times = new TimeStamps({ ...options, clock });
    const stamps = [times.stamp('a', 0).at, times.stamp('a', 0).at, times.stamp('b', 0).at];
    clock.jump(start - 500);
    stamps.push(times.stamp('a', 0).at);
    expect(stamps).toEqual([start, start + 1, start, start + 2]);
    expect(times.ahead('a')).toBe(502);
  });

  it('follow a clock that was set', () => {
    const clock = new ManualClock(start);
    const times = new TimeStamps({ ...options, clock });
    times.stamp('a', 0);
    clock.jump(start - 3_600_000);
    expect(times.stamp('a', 0).at).toBe(start - 3_600_000);
  });

  it('are marked until the clock is synchronised, and tell once when it is', async () => {
    const clock = new ManualClock(0);
    const told: unknown[] = [];
    let right = false;
    const times = new TimeStamps({
      clock,
      bootOffset: 100,
      mode: 'ntp',
      onSynchronised: (now) => told.push(now),
      isSynchronised: () => right,
    });
    expect(times.stamp('a', 0)).toEqual({ at: 0, uptime: 100, synced: false });
    right = true;
    await clock.advance(5000);
    clock.jump(start);
    expect(times.stamp('a', 5000)).toEqual({ at: start, uptime: 5100, synced: true });
    times.stamp('a', 5000);
    expect(told).toEqual([{ at: start, uptime: 5100 }]);
  });
});
