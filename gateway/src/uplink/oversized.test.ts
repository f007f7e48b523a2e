import { systemClock } from '@city-testbed/runtime';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { meter, UplinkBench, type UplinkBox } from '../testing/uplink-bench.ts';
import { Suspects } from './suspects.ts';

const talker = {
  ...meter,
  id: 'talker',
  metrics: ['a', 'b', 'c', 'd'].map(
    (name) => ({ name, datatype: 'String', writable: false, intervalMs: 100 }) as const,
  ),
};
const long = (letter: string): string => letter.repeat(3000);

let bench: UplinkBench;
let box: UplinkBox;
beforeEach(async () => {
  bench = await new UplinkBench().start();
  bench.broker.largestPacket = 4000;
  box = await bench.box({ reconnectMaxMs: 20 }, [meter, talker]).start();
});
afterEach(() => bench.stop());

const values = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('field: an oversized message never jams the buffer', async () => {
  for (const value of values(1, 30)) box.count(value);
  box.poll({ a: long('a'), b: long('b'), c: long('c'), d: 'short' }, undefined, 'talker');
  for (const value of values(31, 60)) box.count(value);
  await bench.host.connect(bench.broker.url);
  await box.drained();
  expect(new Set(bench.host.values('count'))).toEqual(new Set(values(1, 60)));
  // It came in parts, and whole.
  for (const letter of ['a', 'b', 'c']) expect(bench.host.values(letter)).toContain(long(letter));
  expect(bench.host.values('d')).toContain('short');
  expect(box.outbox.status().dropped).toBe(0);
  expect(box.uplink.status()).toMatchObject({ refused: 0 });
  expect(box.uplink.status().split).toBeGreaterThanOrEqual(1);
}, 20_000);

test('a reading that is too large by itself is lost and counted, and the others of its batch are not', async () => {
  box.poll({ a: 'x'.repeat(9000), b: 'there' }, undefined, 'talker');
  for (const value of values(1, 5)) box.count(value);
  await bench.host.connect(bench.broker.url);
  // Only while others get through is it sure that it is this one.
  for (let value = 6; box.outbox.status().dropped === 0; value++) {
    box.count(value);
    await systemClock.sleep(50);
  }
  await box.drained();
  expect(bench.host.values('b')).toContain('there');
  expect(bench.host.values('count')).toEqual(expect.arrayContaining(values(1, 5)));
  expect(box.outbox.status().dropped).toBe(1);
  expect(box.uplink.status().refused).toBe(1);
}, 20_000);

test('a link that breaks again and again with the same batch under way loses nothing', async () => {
  bench.host.confirms = false;
  await bench.host.connect(bench.broker.url);
  box.count(1);
  for (let cuts = 1; cuts <= 8; cuts++) {
    const { connects } = box.uplink.status();
    const seen = bench.host.readings.length;
    while (bench.host.readings.length === seen) await systemClock.sleep(2);
    bench.broker.cut('gw-1');
    while (box.uplink.status().connects === connects) await systemClock.sleep(2);
  }
  bench.host.confirms = true;
  await box.drained();
  expect(box.outbox.status().dropped).toBe(0);
  expect(box.uplink.status()).toMatchObject({ refused: 0, split: 0 });
}, 20_000);

describe('suspects', () => {
  it('convicts a batch only when it was cut alone, thrice, and each time after another one got through', () => {
    const suspects = new Suspects(1000);
    expect(suspects.cut([1, 2, 3], 0)).toBeUndefined();
    expect(suspects.active).toBe(false);
    expect(suspects.cut([2, 3], 0)).toBeUndefined();
    expect(suspects.active).toBe(true);
    let verdict: number | undefined;
    for (let times = 0; times < 3; times++) {
      expect(verdict).toBeUndefined();
      suspects.restart();
      expect(suspects.next(0)).toEqual({ proof: true });
      suspects.trying([9], 0);
      expect(suspects.next(10)).toBeUndefined();
      suspects.cleared(9);
      expect(suspects.next(20)).toEqual({ numbers: [2] });
      suspects.trying([2], 20);
      verdict = suspects.cut([2], 30);
    }
    expect(verdict).toBe(2);
  });

  it('acquits what the connection survives, confirmed or not', () => {
    const suspects = new Suspects(1000);
    suspects.cut([1], 0);
    suspects.cut([1], 0);
    suspects.restart();
    suspects.trying([8], 0);
    expect(suspects.next(1000)).toEqual({ numbers: [1] });
    suspects.trying([1], 1000);
    suspects.next(2000);
    expect(suspects.active).toBe(false);
  });
});
