import { expect, it } from 'vitest';
import { RateLimit } from './rate-limit.ts';

it('lets half a second through at once, and the rate after that', () => {
  const limit = new RateLimit(100);
  let sent = 0;
  for (let now = 0; now <= 10_000; now += 10) {
    const room = limit.room(now);
    limit.take(room);
    sent += room;
    if (now === 0) expect(room).toBe(50);
  }
  expect(sent).toBe(50 + 10 * 100);
});

it('lets one through, however low the rate', () => {
  const limit = new RateLimit(1);
  expect(limit.room(0)).toBe(1);
  limit.take(1);
  expect(limit.room(999)).toBe(0);
  expect(limit.room(1000)).toBe(1);
});
