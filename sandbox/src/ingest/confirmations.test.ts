import { ManualClock } from '@city-testbed/runtime';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Confirmations, rangesOf } from './confirmations.ts';

it('writes numbers as ranges that hold each of them and no other', () => {
  expect(rangesOf([5, 3, 4, 9, 9, 1])).toEqual([
    [1, 1],
    [3, 5],
    [9, 9],
  ]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60 })), (numbers) => {
      const back = rangesOf(numbers).flatMap(([from, to]) =>
        Array.from({ length: to - from + 1 }, (_, n) => from + n),
      );
      expect(back).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    }),
  );
});

it('sends at most one message a gateway in 250 ms, with everything that came meanwhile', async () => {
  const clock = new ManualClock();
  const sent: string[] = [];
  const confirmations = new Confirmations(
    clock,
    (gateway, ranges) => sent.push(`${gateway} ${ranges.join(',')}`) > 0,
  );
  confirmations.add('a', 1);
  confirmations.add('a', 2);
  confirmations.add('b', 7);
  await clock.advance(0);
  await Promise.resolve();
  expect(sent).toEqual(['a 1,2', 'b 7,7']);
  confirmations.add('a', 3);
  await clock.advance(200);
  confirmations.add('a', 9);
  expect(sent).toHaveLength(2);
  await clock.advance(60);
  expect(sent.slice(2)).toEqual(['a 3,3,9,9']);
  confirmations.add('a', 10);
  confirmations.stop();
  expect(sent.slice(3)).toEqual(['a 10,10']);
});
