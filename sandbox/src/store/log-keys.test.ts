import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LogKeys, readLogKeys } from './log-keys.ts';

it('reads back the keys that it wrote, in their order', () => {
  const key = fc.record({
    series: fc.integer({ min: 0, max: 2 ** 26 }),
    observed: fc.maxSafeNat().map((n) => n % 2 ** 42),
  });
  const keys = new LogKeys();
  fc.assert(
    fc.property(fc.array(key), (list) => {
      for (const { series, observed } of list) keys.add(series, observed);
      expect(keys.count).toBe(list.length);
      expect(readLogKeys(keys.take())).toEqual(list);
    }),
  );
});

it('needs about four bytes for a minute of one series after another', () => {
  const keys = new LogKeys();
  for (let n = 0; n < 100; n++) keys.add(7, Date.UTC(2026, 0, 1) + n * 60_000);
  expect(keys.take().length).toBeLessThan(100 * 4 + 10);
});

it('refuses bytes that end within a number', () => {
  expect(() => readLogKeys(Buffer.from([2, 200]))).toThrow(RangeError);
});
