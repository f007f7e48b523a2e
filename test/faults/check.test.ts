import { expect, test } from 'vitest';
import { check, isClean, type Stored, type Verdict } from './check.ts';
import { Truth } from './truth.ts';

// The judge is judged: each fault that the harness looks for is made up here, and found.

const begin = Date.UTC(2026, 0, 1);
const at = (second: number): number => begin + second * 1000;

/** A device that served 1 to 10, one each second. */
function served(): Truth {
  const truth = new Truth();
  truth.declare('d', ['m']);
  for (let second = 1; second <= 10; second++) {
    truth.serve('d', 'm', truth.ask('d', at(second)), 'good', at(second));
  }
  return truth;
}

const all = (): Stored[] =>
  Array.from({ length: 10 }, (_, index) => ({ value: index + 1, reason: null, observedAt: at(index + 1) }));

function judged(truth: Truth, stored: readonly Stored[]): Verdict {
  return check({
    ...{ truth, stored: new Map([['d/m', stored]]), until: at(11) },
    ...{ longestGapMs: 3000, gapsFrom: begin },
  });
}

const without = (...values: number[]): Stored[] => all().filter(({ value }) => !values.includes(value!));

test('what was served and is stored is clean', () => {
  const verdict = judged(served(), all());
  expect(isClean(verdict)).toBe(true);
  expect(verdict).toMatchObject({ served: 10, stored: 10 });
});

test('a value that is missing is lost', () => {
  expect(judged(served(), without(4)).lost).toHaveLength(1);
});

test('a value that stands at two times is doubled', () => {
  const again = { value: 4, reason: null, observedAt: at(5.5) };
  expect(judged(served(), [...all(), again]).doubled).toHaveLength(1);
});

test('a later value at an earlier time is out of order', () => {
  const swapped = all().map((reading) => ({
    ...reading,
    observedAt: reading.value === 4 ? at(5) : reading.value === 5 ? at(4) : reading.observedAt,
  }));
  expect(judged(served(), swapped).reordered).toHaveLength(1);
});

test('a value that nobody served, or that was spoiled, is invented', () => {
  const truth = served();
  truth.serve('d', 'm', truth.ask('d', at(10.5)), 'spoiled', at(10.5));
  const spoiled = { value: 11, reason: null, observedAt: at(10.5) };
  const unknown = { value: 99, reason: null, observedAt: at(10.6) };
  expect(judged(truth, [...all(), spoiled, unknown]).invented).toHaveLength(2);
});

test('a time at which it was not observed is told', () => {
  const off = all().map((reading) => ({ ...reading, observedAt: reading.observedAt + 60_000 }));
  expect(judged(served(), off).mistimed).toHaveLength(10);
  const truth = served();
  truth.clock.push({ at: 0, offset: 60_000, exact: true });
  expect(isClean(judged(truth, off))).toBe(true);
});

test('a kill excuses the end of what was served before it, and only that', () => {
  const truth = served();
  truth.excuse({ from: at(4), to: at(7.5), why: 'killed', endOnly: true });
  expect(judged(truth, without(6, 7))).toMatchObject({ lost: [], excused: new Map([['killed', 2]]) });
  // 7 was committed, so 6 was before it.
  expect(judged(truth, without(6)).lost).toHaveLength(1);
  // 3 was served too early to be waiting for a commit.
  expect(judged(truth, without(3, 4, 5, 6, 7)).lost).toHaveLength(1);
});

test('an excuse for a number of values covers no more, and one that needs an alarm nothing without it', () => {
  const truth = served();
  truth.excuse({ from: at(1), to: at(10), why: 'frozen', most: 1 });
  expect(judged(truth, without(4)).lost).toHaveLength(0);
  expect(judged(truth, without(4, 5)).lost).toHaveLength(1);
  const damaged = served();
  let alarm = false;
  damaged.excuse({ from: at(1), to: at(10), why: 'damaged', provided: () => alarm });
  expect(judged(damaged, without(4)).lost).toHaveLength(1);
  alarm = true;
  expect(judged(damaged, without(4)).lost).toHaveLength(0);
});

test('a device that is not asked for long, or is called silent while it answers, is a gap that needs a reason', () => {
  const truth = served();
  truth.asked.set('d', [at(1), at(2), at(7), at(8), at(9), at(10)]);
  const silent = { value: null, reason: 'no_response', observedAt: at(4) };
  expect(judged(truth, [...all(), silent]).gapsUnexplained).toHaveLength(2);
  truth.pause('down', undefined, at(2)).to = at(7);
  expect(judged(truth, [...all(), silent])).toMatchObject({ gapsUnexplained: [], gapsExplained: 2 });
});
