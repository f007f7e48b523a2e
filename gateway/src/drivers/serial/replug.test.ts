import { createWriteStream } from 'node:fs';
import { profileLibrary } from '@city-testbed/device-profiles';
import { createLogger, ManualClock } from '@city-testbed/runtime';
import { afterEach, expect, test } from 'vitest';
import type { Batch } from '../../model/reading.ts';
import { FieldSampler } from '../../sampler/field-sampler.ts';
import { TimeStamps } from '../../sampler/time-stamps.ts';
import { deviceOf } from '../../testing/profiles.ts';
import { byIdName, endLines, pms5003, serialLine, socat } from '../../testing/serial-line.ts';
import { SerialDriver } from './serial-driver.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
afterEach(endLines);

class CountedDriver extends SerialDriver {
  static failures = 0;

  override async open(): Promise<void> {
    try {
      await super.open();
    } catch (error) {
      CountedDriver.failures += 1;
      throw error;
    }
  }
}

test.skipIf(!socat)(
  'field: a serial port that comes back is opened at once, however long it was away (needs socat)',
  async () => {
    const [before, after] = [await serialLine(), await serialLine()];
    const name = byIdName();
    name.leadTo(before.ours);
    const clock = new ManualClock();
    const batches: Batch[] = [];
    const device = deviceOf(profileLibrary().find('plantower/pms5003'));
    const sampler = new FieldSampler({
      ports: [{ id: 'port-1', kind: 'serial', path: name.path, retryMaxMs: 3_600_000 }],
      devices: [device],
      aliases: ({ metrics }) => new Map(metrics.map((metric, index) => [metric.name, index])),
      createDriver: (port, devices) => {
        if (port.kind !== 'serial') throw new Error(port.kind);
        const context = { clock, log, counters: { counter: () => 0 }, devices };
        return Promise.resolve(new CountedDriver(port, context, { lookMs: 20 }));
      },
      times: new TimeStamps({ clock, bootOffset: 0, mode: 'trusted', onSynchronised: () => undefined }),
      take: (batch) => batches.push(batch),
      clock,
      log,
    });
    const port = () => sampler.status().ports[0];
    await sampler.start();
    while (port()?.open !== true) await soon();

    name.leadTo(undefined);
    await before.cut();
    while (port()?.open === true) await soon();
    // The pause between two tries has doubled with each.
    while (CountedDriver.failures < 8) {
      await clock.advance(10_000);
      await soon();
    }
    expect(port()?.fault).toContain('there is no such device');

    name.leadTo(after.ours);
    while (port()?.open !== true) await soon();
    expect(port()?.fault).toBeUndefined();
    createWriteStream(after.theirs).end(pms5003([4, 5, 6]));
    const heard = () =>
      batches.some(({ readings }) => readings.some(({ reason }) => reason === 'warming_up'));
    while (!heard()) {
      await clock.advance(1000);
      await soon();
    }
    await sampler.stop();
  },
);
