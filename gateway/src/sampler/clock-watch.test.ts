import { createLogger, ManualClock } from '@city-testbed/runtime';
import { describe, expect, it } from 'vitest';
import { isTracking } from './clock-sources.ts';
import { ClockWatch } from './clock-watch.ts';

const start = Date.UTC(2026, 0, 1);
const log = createLogger({ name: 'test', level: 'silent' });

async function watching(mode: 'trusted' | 'ntp') {
  const clock = new ManualClock(start);
  const state: { source: string | undefined; asked: number } = { source: undefined, asked: 0 };
  const synchronised: unknown[] = [];
  const watch = new ClockWatch({
    clock,
    bootOffset: 1000,
    mode,
    onSynchronised: (now) => synchronised.push(now),
    log,
    sources: [
      () => Promise.resolve(undefined),
      () => {
        state.asked += 1;
        return Promise.resolve(state.source);
      },
    ],
  });
  await watch.start();
  return { clock, watch, state, synchronised };
}

describe('the wall clock', () => {
  it('that jumps is told with when and by how much, both ways, once each', async () => {
    const { clock, watch } = await watching('trusted');
    await clock.advance(60_000);
    expect(watch.status).toEqual({ mode: 'trusted', synced: true, source: 'config', jumps: 0 });
    clock.jump(start + 3_660_000);
    await clock.advance(20_000);
    expect(watch.status).toMatchObject({ jumps: 1, lastJump: { byMs: 3_600_000 } });
    clock.jump(start + 80_000);
    watch.look();
    watch.look();
    expect(watch.status).toMatchObject({ jumps: 2, lastJump: { at: start + 80_000, byMs: -3_600_000 } });
    await watch.stop();
  });

  it('that is slewed did not jump', async () => {
    const { clock, watch } = await watching('trusted');
    for (let second = 0; second < 100; second++) {
      await clock.advance(1000);
      clock.jump(clock.now() + 50);
    }
    expect(watch.status.jumps).toBe(0);
    await watch.stop();
  });

  it('is right once a synchroniser says so; that it says so no more is told, and changes nothing', async () => {
    const { clock, watch, state, synchronised } = await watching('ntp');
    await clock.advance(21_000);
    expect(watch.synced).toBe(false);
    expect(state.asked).toBe(5);
    state.source = 'chrony';
    await clock.advance(5000);
    expect(watch.status).toMatchObject({ synced: true, source: 'chrony' });
    expect(synchronised).toEqual([{ at: start + 25_000, uptime: 26_000 }]);
    state.source = undefined;
    await clock.advance(60_000);
    expect(watch.status).toMatchObject({ synced: true, lostAt: start + 85_000 });
    state.source = 'chrony';
    await clock.advance(60_000);
    expect(watch.status.lostAt).toBeUndefined();
    // Asked every five seconds before, every minute after.
    expect(state.asked).toBe(8);
    expect(synchronised).toHaveLength(1);
    await watch.stop();
  });
});

it('chronyd follows a source, but neither its own clock nor none', () => {
  const line = (id: string, leap: string): string =>
    `${id},source,3,1767225600.0,0.0001,0.0,0.0,-1.2,0.0,0.1,0.02,0.001,64.2,${leap}\n`;
  expect(isTracking(line('C0000201', 'Normal'))).toBe(true);
  expect(isTracking(line('C0000201', 'Insert second'))).toBe(true);
  expect(isTracking(line('00000000', 'Not synchronised'))).toBe(false);
  expect(isTracking(line('7F7F0101', 'Normal'))).toBe(false);
  expect(isTracking(undefined)).toBe(false);
  expect(isTracking('506 Cannot talk to daemon')).toBe(false);
});
