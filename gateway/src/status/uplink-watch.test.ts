import { ManualClock } from '@city-testbed/runtime';
import { expect, test } from 'vitest';
import type { UplinkStatus } from '../uplink/uplink.ts';
import { UplinkWatch } from './uplink-watch.ts';

test('tells since when the uplink is as it is, and its rate over the last ten seconds', async () => {
  const clock = new ManualClock(1000);
  let state: UplinkStatus['state'] = 'connecting';
  let published = 0;
  const watch = new UplinkWatch({ uplink: () => ({ state, published }), clock });
  await watch.start();
  expect(watch.status()).toEqual({ since: 1000, batchesPerSecond: 0 });
  state = 'online';
  for (let second = 0; second < 30; second += 1) {
    published += second < 15 ? 100 : 5;
    await clock.advance(1000);
  }
  expect(watch.status()).toEqual({ since: 2000, batchesPerSecond: 5 });
  published = 0; // replaced
  await clock.advance(1000);
  expect(watch.status().batchesPerSecond).toBe(0);
  await watch.stop();
});
