import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Schedule, type Slot } from './schedule.ts';

interface Run {
  readonly polls: { readonly device: string; readonly at: number }[];
  readonly schedule: Schedule;
}

/** Runs a port for a time. `cost` is how long a poll takes; `dead` devices never answer. */
function run(
  slots: readonly Slot[],
  until: number,
  cost: (device: string) => number,
  dead: readonly string[] = [],
): Run {
  const schedule = new Schedule({ slots, start: 0, retryMaxMs: 30_000 });
  const polls: { device: string; at: number }[] = [];
  for (let now = 0; now < until;) {
    const turn = schedule.next(now);
    if ('waitUntil' in turn) {
      expect(turn.waitUntil).toBeGreaterThan(now);
      now = turn.waitUntil;
      continue;
    }
    const { device } = slots[turn.slot]!;
    polls.push({ device, at: now });
    const ended = now + cost(device);
    schedule.done(turn.slot, now, ended, !dead.includes(device));
    now = ended;
  }
  return { polls, schedule };
}

describe('the schedule of a port', () => {
  it('staggers the first polls and does not drift, however long a poll takes', () => {
    const slots = ['a', 'b', 'c', 'd'].map((device) => ({ device, intervalMs: 1000 }));
    const { polls } = run(slots, 10_000, () => 37);
    expect(polls.slice(0, 4)).toEqual([
      { device: 'a', at: 0 },
      { device: 'b', at: 250 },
      { device: 'c', at: 500 },
      { device: 'd', at: 750 },
    ]);
    expect(polls.filter(({ device }) => device === 'b').map(({ at }) => at)).toEqual(
      Array.from({ length: 10 }, (_, n) => 250 + 1000 * n),
    );
  });

  it('skips and counts slots that it cannot keep, and keeps the phase', () => {
    const { polls, schedule } = run([{ device: 'slow', intervalMs: 100 }], 1000, () => 250);
    expect(polls.map(({ at }) => at)).toEqual([0, 300, 600, 900]);
    expect(schedule.missed('slow')).toEqual({ late: 8, silent: 0, closed: 0 });
  });

  it('one dead device on a bus costs the others nothing but its own bounded time-out', () => {
    const slots = Array.from({ length: 20 }, (_, n) => ({ device: `d${String(n)}`, intervalMs: 1000 }));
    const { polls } = run(slots, 60_000, (device) => (device === 'd7' ? 1000 : 10), ['d7']);
    const live = polls.filter(({ device }) => device === 'd3');
    const dead = polls.filter(({ device }) => device === 'd7');
    expect(live.length).toBeGreaterThanOrEqual(54);
    expect(dead.length).toBeLessThanOrEqual(7);
    expect(dead.length).toBeGreaterThanOrEqual(5);
  });

  it('probes one silent device a cycle, also when all but one are dead', () => {
    const slots = Array.from({ length: 20 }, (_, n) => ({ device: `d${String(n)}`, intervalMs: 1000 }));
    const dead = slots.slice(1).map(({ device }) => device);
    const { polls } = run(slots, 200_000, (device) => (device === 'd0' ? 10 : 1000), dead);
    // After each of the dead was found so once, time-outs take at most a fifth of the time.
    const spent = polls.filter(({ device, at }) => device !== 'd0' && at > 30_000).length * 1000;
    expect(spent).toBeLessThanOrEqual(170_000 / 5 + 1000);
    expect(polls.filter(({ device, at }) => device === 'd0' && at > 30_000).length).toBeGreaterThanOrEqual(
      72,
    );
    // And each of them is still tried.
    expect(new Set(polls.filter(({ at }) => at > 30_000).map(({ device }) => device)).size).toBe(20);
  });

  it('tries a silent device ever less often, and takes it back at once when it answers', () => {
    const slots = [{ device: 'a', intervalMs: 500 }];
    const schedule = new Schedule({ slots, start: 0, retryMaxMs: 4000 });
    const probes: number[] = [];
    let now = 0;
    for (let tries = 0; tries < 6; tries++) {
      const turn = schedule.next(now);
      if ('waitUntil' in turn) now = turn.waitUntil;
      probes.push(now);
      schedule.done(0, now, now, false);
    }
    expect(probes).toEqual([0, 1000, 3000, 7000, 11_000, 15_000]);
    expect(schedule.isSilent('a')).toBe(true);
    now = 19_000;
    schedule.done(0, now, now, true);
    expect(schedule.isSilent('a')).toBe(false);
    expect(schedule.next(now)).toEqual({ waitUntil: 19_500 });
  });

  it('polls as fast as possible where the interval is 0, and takes turns', () => {
    const slots = [
      { device: 'a', intervalMs: 0 },
      { device: 'b', intervalMs: 0 },
    ];
    const { polls } = run(slots, 100, () => 1);
    expect(polls).toHaveLength(100);
    expect(polls.filter(({ device }) => device === 'a')).toHaveLength(50);
  });

  it('never starves a live device and never stands still, whatever the costs', () => {
    const device = fc.record({
      intervalMs: fc.integer({ min: 1, max: 5000 }),
      cost: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(fc.array(device, { minLength: 1, maxLength: 8 }), fc.nat(8), (devices, deadCount) => {
        const slots = devices.map(({ intervalMs }, n) => ({ device: String(n), intervalMs }));
        const dead = slots.slice(1, 1 + deadCount).map((slot) => slot.device);
        const { polls } = run(
          slots,
          20_000,
          (id) => (dead.includes(id) ? 500 : devices[Number(id)]!.cost),
          dead,
        );
        expect(new Set(polls.map((poll) => poll.device)).size).toBe(slots.length);
      }),
      { numRuns: 50 },
    );
  });
});
