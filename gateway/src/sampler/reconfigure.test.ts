import { afterEach, describe, expect, it } from 'vitest';
import { at, planOf, sampling, settle, start, stopSampling } from '../testing/sampling.ts';

afterEach(stopSampling);

const other = at(1000, { id: 'device-2', port: 'port-2' });

describe('a changed configuration', () => {
  it('touches only the ports that it changes: the others lose neither connection nor slot', async () => {
    const { clock, sampler, batches, drivers } = await sampling([at(1000), other]);
    await clock.advance(2500);
    const before = drivers.get('port-1');
    const changed = await sampler.reconfigure(
      planOf([at(1000), at(500, { id: 'device-2', port: 'port-2' })]),
    );
    expect(changed).toEqual({ kept: ['port-1'], restarted: ['port-2'], stopped: [] });
    await clock.advance(2499);
    expect(drivers.get('port-1')).toBe(before);
    expect(before).toMatchObject({ opens: 1, closes: 0 });
    const times = batches.filter(({ device }) => device === 'device-1').map((batch) => batch.at - start);
    expect(times).toEqual([0, 1000, 2000, 3000, 4000]);
    expect(batches.filter((batch) => batch.device === 'device-2' && batch.at >= start + 2500)).toHaveLength(
      5,
    );
    expect(sampler.status().devices.map(({ id }) => id)).toEqual(['device-1', 'device-2']);
  });

  it('keeps the poll under way, and closes what it changes before it opens anything', async () => {
    let answer: () => void = () => undefined;
    const { sampler, batches, drivers } = await sampling([at(1000)], (driver) => {
      driver.onRead = () => new Promise((resolve) => (answer = resolve));
    });
    const first = drivers.get('port-1')!;
    // The same line under another name.
    const changed = sampler.reconfigure(planOf([at(1000, { port: 'port-9' })]));
    await settle();
    expect(first.isOpen).toBe(true);
    expect(drivers.has('port-9')).toBe(false);
    answer();
    expect(await changed).toEqual({ kept: [], restarted: [], stopped: ['port-1'] });
    expect(batches).toHaveLength(1);
    expect(first).toMatchObject({ isOpen: false, closes: 1 });
    await settle();
    expect(drivers.get('port-9')?.isOpen).toBe(true);
    answer();
  });

  it('refuses commands that wait for a device that is gone, and carries out the others', async () => {
    let answer: (() => void) | undefined;
    let made = 0;
    const { sampler, drivers } = await sampling([at(1000), at(1000, { id: 'device-3' })], (driver) => {
      if (made++ === 0) driver.onRead = () => new Promise((resolve) => (answer = resolve));
    });
    const first = drivers.get('port-1')!;
    const gone = sampler.write({ device: 'device-1', metric: 'r0', value: 1 });
    const refused = expect(gone).rejects.toMatchObject({ code: 'GATEWAY_COMMAND_REFUSED' });
    const stays = sampler.write({ device: 'device-3', metric: 'r0', value: 2 });
    const changed = sampler.reconfigure(planOf([at(1000, { id: 'device-3' })]));
    answer?.();
    while (first.isOpen) await settle();
    // The port is between its two lives.
    const meanwhile = sampler.write({ device: 'device-3', metric: 'r0', value: 3 });
    await changed;
    expect([await stays, await meanwhile]).toEqual([
      { ok: true, value: 2 },
      { ok: true, value: 3 },
    ]);
    await refused;
    expect(first.writes).toEqual([]);
    expect(drivers.get('port-1')?.writes).toEqual(['device-3.r0=2', 'device-3.r0=3']);
  });
});
