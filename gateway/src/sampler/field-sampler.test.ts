import { afterEach, describe, expect, it } from 'vitest';
import { gatewayError } from '../errors.ts';
import { at, neverStopped, sampling, settle, start, stopSampling } from '../testing/sampling.ts';

afterEach(stopSampling);

let loaded = 0;

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
    neverStopped();
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
    expect(await outcome).toEqual({ ok: true, value: 7 });
    expect(driver.writes).toEqual(['device-1.r0=7']);
    await clock.advance(60_000);
    expect(driver.reads).toEqual(['device-1', 'write device-1', 'device-1', 'device-1']);
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
