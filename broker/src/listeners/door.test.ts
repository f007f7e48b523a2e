import { ManualClock } from '@city-testbed/runtime';
import { expect, test } from 'vitest';
import { createDoor, neighbourhood } from './door.ts';

test('an address has its rate, and does not use up that of another', async () => {
  const clock = new ManualClock();
  const door = createDoor({ connectsPerSecond: 2, connections: 100 }, clock, () => 0);
  expect(Array.from({ length: 5 }, () => door('192.0.2.1'))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    'connect_rate',
  ]);
  expect(door('192.0.2.2')).toBeUndefined();
  await clock.advance(500);
  expect(door('192.0.2.1')).toBeUndefined();
});

test('the total is bounded', () => {
  const door = createDoor({ connectsPerSecond: 2, connections: 1 }, new ManualClock(), () => 1);
  expect(door('192.0.2.1')).toBe('too_many_connections');
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::6', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
])('%s belongs to %s', (host, network) => {
  expect(neighbourhood(host)).toBe(network);
});
