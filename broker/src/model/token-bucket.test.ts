import { expect, test } from 'vitest';
import { KeyedBuckets, TokenBucket } from './token-bucket.ts';

test('a burst passes, then no more than the rate', () => {
  const bucket = new TokenBucket(10, 20, 0);
  expect(bucket.take(20, 0)).toBe(true);
  expect(bucket.take(1, 99)).toBe(false);
  expect(bucket.take(1, 100)).toBe(true);
  expect(bucket.take(1, 100)).toBe(false);
});

test('what is not used does not add up past the burst', () => {
  const bucket = new TokenBucket(10, 20, 0);
  expect(bucket.take(21, 1e9)).toBe(false);
  expect(bucket.take(20, 1e9)).toBe(true);
});

test('each key has its own, and the least used key gives way', () => {
  const buckets = new KeyedBuckets({ perSecond: 1, burst: 1, keys: 2 });
  expect([buckets.take('a', 1, 0), buckets.take('a', 1, 0), buckets.take('b', 1, 0)]).toEqual([
    true,
    false,
    true,
  ]);
  buckets.take('c', 1, 0); // a is forgotten, and starts anew
  expect(buckets.take('a', 1, 0)).toBe(true);
});
