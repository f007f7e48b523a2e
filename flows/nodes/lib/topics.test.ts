import { expect, test } from 'vitest';
import { checkedPrefix, matches, outputTopic, readingsFilter } from './topics.cjs';

test('topics below the prefix', () => {
  expect(readingsFilter('pilots/a/live', '')).toBe('pilots/a/live/devices/+/readings');
  expect(readingsFilter('pilots/a/live', 'aer-1')).toBe('pilots/a/live/devices/aer-1/readings');
  expect(outputTopic('pilots/a/runs/7', 'dust-alert')).toBe('pilots/a/runs/7/out/dust-alert');
  expect(checkedPrefix(' /pilots/a/live/ ')).toBe('pilots/a/live');
});

test('nothing can leave the prefix or widen a subscription', () => {
  for (const name of ['', '#', '+', 'a/b', '..', 'é', undefined, 'a'.repeat(65)]) {
    expect(() => outputTopic('p', name)).toThrow(/no output name/);
  }
  for (const device of ['#', 'a/b', 'A', 'a+'])
    expect(() => readingsFilter('p', device)).toThrow(/no device id/);
  for (const prefix of ['', ' / ', 'pilots/+/live', 'pilots/#'])
    expect(() => checkedPrefix(prefix)).toThrow(/prefix/);
});

test.each([
  ['a/+/c', 'a/b/c', true],
  ['a/+/c', 'a/b/d', false],
  ['a/+/c', 'a/b/c/d', false],
  ['a/b', 'a/b', true],
  ['a/b/c', 'a/b', false],
  ['a/#', 'a/b/c', true],
  ['a/#', 'a', true], // MQTT-4.7.1-2: the parent level too
])('%s and %s: %s', (filter, topic, expected) => {
  expect(matches(filter, topic)).toBe(expected);
});
