import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from '@city-testbed/runtime';
import { describe, expect, it, test, vi } from 'vitest';
import type { Batch } from '../model/reading.ts';
import { Drain } from '../uplink/drain.ts';
import { batchOf, meter } from './outbox.suite.ts';
import type { Overflow } from './outbox.ts';
import { FILE_BASE_BYTES } from './overflow.ts';
import { Pending } from './pending.ts';
import type { SqliteOutbox } from './sqlite-outbox.ts';
import { folder, heardLog, sqlite } from './sqlite.suite.ts';

vi.setConfig({ testTimeout: 30_000 });

const text = 'x'.repeat(60);
const batch = (at: number, device = 'meter-1'): Batch =>
  batchOf(device, at, 0, { readings: [{ alias: 2, value: text }] });
const WAL_BYTES = 4_200_000;

async function filled(
  options: { overflow: Overflow; thinKeep?: number; maxBytes?: number },
  batches: number,
  file = join(folder(), 'o.db'),
): Promise<SqliteOutbox> {
  const outbox = sqlite(file, { maxBytes: 300_000, ...options });
  await outbox.start();
  outbox.declare(meter);
  outbox.declare({ ...meter, id: 'meter-2' });
  for (let at = 1; at <= batches; at++) {
    outbox.append(batch(at, at % 2 === 0 ? 'meter-2' : 'meter-1'));
    if (at % 50 === 0) outbox.commit();
  }
  outbox.commit();
  return outbox;
}

const times = (outbox: SqliteOutbox): number[] => outbox.after(0, 100_000).map(({ at }) => at);

describe('an outbox that is full', () => {
  test('field: overflow drops the oldest, by bytes, and counts what it dropped', async () => {
    const file = join(folder(), 'o.db');
    const outbox = await filled({ overflow: 'drop-oldest' }, 10_000, file);
    const { batches, bytes, dropped, droppedBy } = outbox.status();
    expect(bytes).toBeLessThanOrEqual(300_000);
    expect(bytes).toBeGreaterThan(250_000);
    expect(times(outbox)).toEqual(Array.from({ length: batches }, (_, index) => 10_001 - batches + index));
    expect(droppedBy).toMatchObject({ oldest: 10_000 - batches, newest: 0, thinned: 0 });
    expect(dropped).toBe(10_000 - batches);
    await outbox.stop();
    const again = sqlite(file, { maxBytes: 300_000 });
    await again.start();
    expect(again.status()).toMatchObject({ dropped, droppedBy, batches, bytes });
    await again.stop();
  });

  it('drops the newest where it is told to, and their pulse counts go on', async () => {
    const outbox = await filled({ overflow: 'drop-newest' }, 10_000);
    const { batches, bytes, droppedBy } = outbox.status();
    expect(bytes).toBeLessThanOrEqual(300_000);
    expect(times(outbox)).toEqual(Array.from({ length: batches }, (_, index) => index + 1));
    expect(droppedBy).toMatchObject({ newest: 10_000 - batches, oldest: 0 });
    outbox.append({ ...batch(20_000), counters: new Map([['rain/tips', 7]]) });
    outbox.commit();
    expect(outbox.counter('rain/tips')).toBe(7);
    expect(outbox.status().droppedBy.newest).toBe(10_001 - batches);
    await outbox.stop();
  });

  it.each([2, 10])('thins the oldest part, of every %d batches of a device one stays', async (thinKeep) => {
    const outbox = await filled({ overflow: 'thin', thinKeep }, 20_000);
    const { batches, bytes, droppedBy } = outbox.status();
    expect(bytes).toBeLessThanOrEqual(300_000);
    expect(droppedBy.thinned + droppedBy.oldest).toBe(20_000 - batches);
    // It is thinning that makes the room.
    expect(droppedBy.oldest).toBeLessThan(droppedBy.thinned / 20);
    const kept = times(outbox);
    // The very first is still there, and the newest quarter is whole.
    expect(kept[0]).toBeLessThanOrEqual(2);
    const newest = kept.slice(-Math.floor(batches / 4));
    expect(newest).toEqual(
      Array.from({ length: newest.length }, (_, index) => 20_001 - newest.length + index),
    );
    // Older is coarser: what was thinned is thinned again.
    const gap = (from: number, to: number): number => (kept[to]! - kept[from]!) / (to - from);
    const fifth = Math.floor(kept.length / 5);
    expect(gap(0, fifth)).toBeGreaterThan(2 * gap(kept.length - 1 - fifth, kept.length - 1));
    const devices = new Set(outbox.after(0, 50).map(({ device }) => device));
    expect(devices).toEqual(new Set(['meter-1', 'meter-2']));
    await outbox.stop();
  });

  it('tells once when it begins to lose and once when it is over', async () => {
    const { log, heard } = heardLog();
    const outbox = sqlite(join(folder(), 'o.db'), { maxBytes: 100_000, log });
    await outbox.start();
    outbox.declare(meter);
    for (let at = 1; at <= 5000; at++) {
      outbox.append(batch(at));
      if (at % 100 === 0) outbox.commit();
    }
    expect(heard).toEqual([expect.stringContaining('More readings wait')]);
    const { overflowing, dropped } = outbox.status();
    expect(overflowing).toMatchObject({ where: 'disk', policy: 'drop-oldest', lost: dropped });
    outbox.confirm(outbox.after(0, 5000).map(({ number }) => number));
    outbox.commit();
    expect(outbox.status().overflowing).toBeUndefined();
    expect(heard).toEqual([expect.stringContaining('More'), 'info: the outbox has room again']);
    await outbox.stop();
  });

  it.each<[Overflow, number]>([
    ['drop-oldest', 10],
    ['thin', 2],
    ['thin', 10],
    ['drop-newest', 10],
  ])(
    '%s (%d): the file itself stays within the cap, and free pages are used again',
    async (overflow, thinKeep) => {
      const file = join(folder(), 'o.db');
      const maxBytes = 1_000_000;
      const outbox = await filled({ overflow, thinKeep, maxBytes }, 30_000, file);
      // Several times the cap went through it.
      expect(statSync(file).size).toBeLessThanOrEqual(maxBytes + FILE_BASE_BYTES + 50_000);
      expect(statSync(`${file}-wal`).size).toBeLessThanOrEqual(WAL_BYTES);
      // What is counted is what it takes: no more than a tenth off, where nothing was thinned.
      if (overflow !== 'thin') {
        const { bytes } = outbox.status();
        expect(bytes).toBeGreaterThan(maxBytes * 0.9);
        await outbox.stop();
        expect(statSync(file).size).toBeGreaterThan(bytes * 0.9);
        expect(statSync(file).size).toBeLessThan(bytes * 1.1 + FILE_BASE_BYTES);
      } else await outbox.stop();
    },
  );

  it('takes over another cap and another policy while it runs, with bounded work a commit', async () => {
    const clock = new ManualClock();
    const outbox = sqlite(join(folder(), 'o.db'), { maxBytes: 10_000_000, clock });
    await outbox.start();
    outbox.declare(meter);
    for (let at = 1; at <= 30_000; at++) outbox.append(batch(at));
    outbox.commit();
    const before = outbox.status().batches;
    expect(before).toBe(30_000);
    const settings = { overflow: 'drop-oldest', thinKeep: 5, commitIntervalMs: 100, commitRows: 10 } as const;
    outbox.configure({ ...settings, maxBytes: 100_000 });
    await clock.advance(200);
    const after = outbox.status();
    expect(after.batches).toBeLessThan(before);
    expect(after.bytes).toBeGreaterThan(100_000);
    await clock.advance(1000);
    expect(outbox.status().bytes).toBeLessThanOrEqual(100_000);
    expect(times(outbox).at(-1)).toBe(30_000);
    await outbox.stop();
  });

  it('does not wedge the drain when batches in flight are dropped', async () => {
    const outbox = await filled({ overflow: 'drop-oldest', maxBytes: 100_000 }, 500);
    const held: string[] = [];
    const drain = new Drain({
      outbox,
      window: 20,
      resendAfterMs: 1000,
      devices: () => 2,
      onHeld: (device) => held.push(device),
    });
    drain.restart();
    let now = 0;
    const send = (): number[] => {
      const due = drain.next(now, 100);
      for (const { batch: sent } of due) drain.sent(sent, now);
      return due.map(({ batch: { number } }) => number);
    };
    while (send().length > 0);
    expect(drain.full).toBe(true);
    // Nobody confirms, and all that is in flight goes over the cap.
    for (let at = 501; at <= 4000; at++) {
      outbox.append(batch(at));
      if (at % 100 === 0) outbox.commit();
    }
    outbox.commit();
    now = 2000;
    const sent = new Set<number>();
    const present = outbox.after(0, 10_000).map(({ number }) => number);
    for (let rounds = 0; rounds < 1000 && sent.size < present.length; rounds++) {
      const numbers = send();
      for (const number of numbers) {
        sent.add(number);
        drain.confirmed(number, number, now);
      }
      outbox.confirm(numbers);
    }
    expect(sent).toEqual(new Set(present));
    expect(held).toEqual([]);
    await outbox.stop();
  });
});

describe('batches that wait in memory', () => {
  const limits = { batches: 100, bytes: 100_000 };

  it.each<[Overflow, (kept: number[]) => void]>([
    [
      'drop-oldest',
      (kept) => expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => 1001 - kept.length + i)),
    ],
    ['drop-newest', (kept) => expect(kept).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))],
    [
      'thin',
      (kept) => {
        expect(kept[0]).toBe(1);
        expect(kept.at(-1)).toBe(1000);
      },
    ],
  ])('%s holds the limit and counts all that it lost', (policy, check) => {
    const pending = new Pending(limits);
    let lost = 0;
    for (let at = 1; at <= 1000; at++) lost += pending.push(batch(at), policy, 3);
    expect(pending.size).toBeLessThanOrEqual(100);
    expect(pending.size).toBeGreaterThan(40);
    expect(lost).toBe(1000 - pending.size);
    check(pending.first(1000).map(({ at }) => at));
  });

  it('is bounded by bytes too, and keeps the newest whatever its size', () => {
    const pending = new Pending({ batches: 1000, bytes: 10_000 });
    for (let at = 1; at <= 1000; at++) pending.push(batch(at), 'drop-oldest', 2);
    expect(pending.bytes).toBeLessThanOrEqual(10_000);
    pending.push(
      batchOf('meter-1', 1001, 0, { readings: [{ alias: 1, value: 'y'.repeat(20_000) }] }),
      'drop-oldest',
      2,
    );
    expect(pending.first(1000).map(({ at }) => at)).toEqual([1001]);
    pending.push(batch(1002), 'drop-oldest', 2);
    expect(pending.first(1000).map(({ at }) => at)).toEqual([1002]);
    pending.done(1);
    expect(pending.bytes).toBe(0);
  });
});
