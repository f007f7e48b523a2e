import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsedTimes } from './used-times.ts';

const give = (times: UsedTimes, wanted: readonly number[]): number[] => wanted.map((at) => times.give(at));

describe('times of one device', () => {
  it('are those of the clock, also after it was put back, but for those that are used', () => {
    const times = new UsedTimes(1000);
    const first = [10_000, 20_000, 30_000];
    expect(give(times, first)).toEqual(first);
    expect(give(times, [10_000, 15_000, 20_000, 20_001, 30_000])).toEqual([
      10_001, 15_000, 20_001, 20_002, 30_001,
    ]);
  });

  it('grow over a small step back', () => {
    expect(give(new UsedTimes(1000), [10_000, 9500, 10_000])).toEqual([10_000, 10_001, 10_002]);
  });

  it('never repeat, however the clock is set, and also beyond what is remembered', () => {
    const step = fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: 0, max: 3 }) },
      { weight: 1, arbitrary: fc.integer({ min: -50_000, max: 50_000 }) },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 50, maxLength: 300 }), (steps) => {
        const times = new UsedTimes(1000);
        let wall = 1_000_000;
        const given = new Set<number>();
        for (const by of [...steps, ...steps]) {
          wall += by;
          given.add(times.give(wall));
        }
        expect(given.size).toBe(2 * steps.length);
      }),
      { numRuns: 10 },
    );
    const times = new UsedTimes(1000);
    const given = new Set(Array.from({ length: 9000 }, (_, n) => times.give(n * 10)));
    for (let n = 0; n < 9000; n++) given.add(times.give(n * 10));
    expect(given.size).toBe(18_000);
  });

  it('of a clock that was years ahead do not hold up the right ones', () => {
    const times = new UsedTimes(1000);
    const year = 31_536_000_000;
    for (let n = 0; n < 10_000; n++) times.give(10 * year + n * 1000);
    expect(times.give(year)).toBe(year);
  });
});
