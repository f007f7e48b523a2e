import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, ManualClock } from '@city-testbed/runtime';
import { afterEach, describe, expect, test } from 'vitest';
import { SqliteOutbox } from '../outbox/sqlite-outbox.ts';
import { at, sampling, settle, stopSampling } from '../testing/sampling.ts';
import { stuckParts } from './liveness.ts';

afterEach(stopSampling);

describe('the sampler', () => {
  test('moves while devices answer, are silent, or cannot be reached', async () => {
    const { clock, sampler, driver } = await sampling([at(1000)]);
    const stuck = (): string | undefined => stuckParts(sampler.activities(), clock.monotonic());
    await clock.advance(10_000);
    expect(stuck()).toBeUndefined();
    driver.silent.add('device-1');
    await clock.advance(300_000);
    expect(stuck()).toBeUndefined();
    driver.failsToOpen = true;
    await driver.close();
    await clock.advance(300_000);
    expect(stuck()).toBeUndefined();
  });

  test('hangs once a poll takes longer than its requests may', async () => {
    const { clock, sampler, driver } = await sampling([at(1000)]);
    const stuck = (): string | undefined => stuckParts(sampler.activities(), clock.monotonic());
    let release: () => void = () => undefined;
    driver.onRead = () => new Promise((resolve) => (release = resolve));
    await clock.advance(30_000);
    expect(stuck()).toBeUndefined();
    await clock.advance(600_000);
    expect(stuck()).toMatch(/^port port-1 is \d+ s late$/);
    driver.onRead = () => Promise.resolve();
    release();
    await settle();
    expect(stuck()).toBeUndefined();
  });
});

test('an outbox moves while it commits, has nothing to commit, or is refused by the disk', async () => {
  const clock = new ManualClock();
  const outbox = new SqliteOutbox({
    file: join(mkdtempSync(join(tmpdir(), 'city-liveness-')), 'outbox.db'),
    maxBytes: 1_000_000,
    overflow: 'drop-oldest',
    thinKeep: 10,
    commitIntervalMs: 200,
    commitRows: 500,
    synchronous: 'normal',
    boot: 'boot',
    clock,
    log: createLogger({ name: 'test', level: 'silent' }),
  });
  await outbox.start();
  const stuck = (): string | undefined => stuckParts([outbox.activity()], clock.monotonic());
  outbox.declare({ id: 'd', name: 'd', profile: 'a/b', metrics: [] });
  await clock.advance(3_600_000);
  expect(stuck()).toBeUndefined();
  const batch = {
    device: 'd',
    at: 1,
    uptime: 1,
    synced: true,
    readings: [{ alias: 1, value: 'x'.repeat(10_000) }],
  };
  outbox.append(batch);
  await clock.advance(1000);
  expect(outbox.status()).toMatchObject({ committed: 1, pending: 0 });
  outbox.limitFileBytes(1);
  for (let n = 0; n < 50; n += 1) outbox.append(batch);
  await clock.advance(300_000);
  expect(outbox.status().fault).toBeDefined();
  expect(stuck()).toBeUndefined();
  // No timer fires any more, and nothing is tried.
  expect(stuckParts([outbox.activity()], clock.monotonic() + 600_000)).toMatch(/^outbox is \d+ s late$/);
  await outbox.stop();
});
