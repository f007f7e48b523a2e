import { expect, test } from 'vitest';
import { ManualClock, systemClock } from './index.ts';

test('sleepers wake in the order in which they are due', async () => {
  const clock = new ManualClock(1000);
  const woken: string[] = [];
  void clock.sleep(20).then(() => woken.push(`b at ${String(clock.now())}`));
  void clock.sleep(10).then(() => woken.push(`a at ${String(clock.now())}`));
  await clock.advance(30);
  expect(woken).toEqual(['a at 1010', 'b at 1020']);
  expect(clock.now()).toBe(1030);
});

test('wall time that jumps leaves monotonic time alone', async () => {
  const clock = new ManualClock(1000);
  clock.jump(0);
  await clock.advance(5);
  expect([clock.now(), clock.monotonic()]).toEqual([5, 5]);
});

test('an aborted sleep ends at once', async () => {
  const abort = new AbortController();
  const slept = systemClock.sleep(60_000, abort.signal);
  abort.abort();
  await expect(slept).resolves.toBeUndefined();
});
