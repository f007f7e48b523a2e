import { afterEach, describe, expect, it } from 'vitest';
import { at, sampling, settle, start, stopSampling } from '../testing/sampling.ts';

afterEach(stopSampling);

describe('a command', () => {
  it('is read back: what the device holds is the outcome, and a reading like any other', async () => {
    const { sampler, batches, clock } = await sampling([at(60_000)]);
    await clock.advance(500);
    expect(await sampler.write({ device: 'device-1', metric: 'r1', value: 7 })).toEqual({
      ok: true,
      value: 7,
    });
    expect(batches.at(-1)).toMatchObject({ at: start + 500, readings: [{ alias: 11, value: 7 }] });
  });

  it('that a device acknowledges and does not do is told as such', async () => {
    const { sampler, driver } = await sampling([at(60_000)]);
    driver.deaf = true;
    driver.shown.set('device-1.r0', 3);
    const outcome = await sampler.write({ device: 'device-1', metric: 'r0', value: 7 });
    expect(outcome).toEqual({ ok: false, reason: 'read_back_differs', value: 3 });
  });

  it('stands on the word of the device where that cannot be read back', async () => {
    const { sampler, driver } = await sampling([at(60_000)]);
    driver.silent.add('device-1');
    expect(await sampler.write({ device: 'device-1', metric: 'r0', value: 7 })).toEqual({ ok: true });
  });

  it('past its deadline never reaches the device, and goes before polls while there is time', async () => {
    let answer: () => void = () => undefined;
    const { sampler, driver, clock } = await sampling([at(1000)], (fake) => {
      fake.onRead = () => new Promise((resolve) => (answer = resolve));
    });
    const late = sampler.write({ device: 'device-1', metric: 'r0', value: 1, deadline: 400 });
    const timely = sampler.write({ device: 'device-1', metric: 'r0', value: 2, deadline: 5000 });
    // The poll under way takes longer than the first may wait, and the next poll is due.
    await clock.advance(1500);
    driver.onRead = () => Promise.resolve();
    answer();
    expect(await late).toEqual({ ok: false, reason: 'expired' });
    expect(await timely).toEqual({ ok: true, value: 2 });
    await settle();
    expect(driver.writes).toEqual(['device-1.r0=2']);
    expect(driver.reads.slice(0, 3)).toEqual(['device-1', 'write device-1', 'device-1']);
  });
});
