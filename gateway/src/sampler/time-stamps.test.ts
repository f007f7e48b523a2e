import { ManualClock } from '@city-testbed/runtime';
import { describe, expect, it } from 'vitest';
import { TimeStamps } from './time-stamps.ts';

const start = Date.UTC(2026, 0, 1);

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
      sources: [() => Promise.resolve(right ? 'test' : undefined)],
    });
    await times.watch.start();
    expect(times.stamp('a', 0)).toEqual({ at: 0, uptime: 100, synced: false });
    right = true;
    clock.jump(start);
    await clock.advance(5000);
    expect(times.stamp('a', 5000)).toEqual({ at: start + 5000, uptime: 5100, synced: true });
    await clock.advance(120_000);
    expect(told).toEqual([{ at: start + 5000, uptime: 5100 }]);
    expect(times.watch.status).toMatchObject({ mode: 'ntp', synced: true, source: 'test', jumps: 1 });
    await times.watch.stop();
  });
});
