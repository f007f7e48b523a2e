import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeviceDescription } from '../model/device.ts';
import type { Batch, StoredBatch } from '../model/reading.ts';
import type { Outbox } from './outbox.ts';

/** Opens the same outbox again and again, as a gateway that restarts does. */
export interface OutboxUnderTest {
  open(options?: { maxBytes?: number; boot?: string }): Promise<Outbox>;
  /** Ends it as SIGKILL does: nothing pending is written. */
  kill(outbox: Outbox): void;
  dispose(): void;
}

export const meter: DeviceDescription = {
  id: 'meter-1',
  name: 'Meter',
  profile: 'eastron/sdm120',
  metrics: [
    { name: 'voltage', datatype: 'Float', unit: 'V', writable: false, intervalMs: 1000 },
    { name: 'power', datatype: 'Float', unit: 'W', writable: false, intervalMs: 1000 },
  ],
};

export function batchOf(device: string, at: number, value = at, extra: Partial<Batch> = {}): Batch {
  return { device, at, uptime: at, synced: true, readings: [{ alias: 1, value }], ...extra };
}

function numberOf(batch: StoredBatch | undefined): number {
  if (!batch) throw new Error('no such batch');
  return batch.number;
}

/** What every outbox promises. */
export function outboxContract(name: string, create: () => OutboxUnderTest): void {
  describe(`the outbox contract: ${name}`, () => {
    let under: OutboxUnderTest;
    beforeEach(() => {
      under = create();
    });
    afterEach(() => {
      under.dispose();
    });

    async function opened(options?: Parameters<OutboxUnderTest['open']>[0]): Promise<Outbox> {
      const outbox = await under.open(options);
      outbox.declare(meter);
      return outbox;
    }

    function committed(outbox: Outbox, ...batches: Batch[]): StoredBatch[] {
      const seen: StoredBatch[] = [];
      const off = outbox.onCommit((stored) => seen.push(...stored));
      for (const batch of batches) outbox.append(batch);
      outbox.commit();
      off();
      return seen;
    }

    it('tells of a batch only once it is on disk, and gives it back as it was', async () => {
      const outbox = await opened();
      let told = 0;
      outbox.onCommit(() => (told += 1));
      outbox.append(batchOf('meter-1', 1000, 230.2));
      expect(told).toBe(0);
      expect(outbox.after(0, 10)).toEqual([]);
      outbox.commit();
      expect(told).toBe(1);
      expect(outbox.after(0, 10)).toMatchObject([
        { device: 'meter-1', at: 1000, readings: [{ alias: 1, value: 230.2 }] },
      ]);
      await outbox.stop();
    });

    it('keeps what was committed when the process is killed', async () => {
      const outbox = await opened();
      const [first] = committed(outbox, batchOf('meter-1', 1));
      outbox.append(batchOf('meter-1', 2));
      under.kill(outbox);
      const again = await opened();
      expect(again.after(0, 10)).toEqual([first]);
      await again.stop();
    });

    it('never gives a number twice, not even after all rows were deleted and the process restarted', async () => {
      let outbox = await opened();
      const first = committed(outbox, batchOf('meter-1', 1), batchOf('meter-1', 2)).map(
        ({ number }) => number,
      );
      outbox.confirm(first);
      await outbox.stop();
      outbox = await opened();
      expect(outbox.status().batches).toBe(0);
      const [next] = committed(outbox, batchOf('meter-1', 3));
      expect(numberOf(next)).toBeGreaterThan(Math.max(...first));
      await outbox.stop();
    });

    it('hides a confirmed batch at once and deletes it with the next commit', async () => {
      const outbox = await opened();
      const [a, b, c] = committed(
        outbox,
        batchOf('meter-1', 1),
        batchOf('meter-1', 2),
        batchOf('meter-1', 3),
      );
      outbox.confirm([numberOf(b)]);
      expect(outbox.after(0, 10).map(({ at }) => at)).toEqual([1, 3]);
      // Fewer than asked for means that there are no more: what is hidden is made up for.
      expect(outbox.after(0, 2).map(({ at }) => at)).toEqual([1, 3]);
      expect(outbox.get([numberOf(a), numberOf(b)])).toEqual([a]);
      outbox.commit();
      expect(outbox.status()).toMatchObject({ batches: 2, confirmed: 1 });
      expect(outbox.newest()).toEqual(c);
      outbox.confirm([numberOf(b), 999]);
      outbox.commit();
      expect(outbox.status()).toMatchObject({ batches: 2, confirmed: 1 });
      await outbox.stop();
    });

    it('counts a batch that was discarded as dropped and not as confirmed', async () => {
      const outbox = await opened();
      const [a] = committed(outbox, batchOf('meter-1', 1), batchOf('meter-1', 2));
      outbox.discard(numberOf(a));
      outbox.discard(numberOf(a));
      outbox.commit();
      expect(outbox.after(0, 10).map(({ at }) => at)).toEqual([2]);
      expect(outbox.status()).toMatchObject({ batches: 1, dropped: 1, confirmed: 0 });
      await outbox.stop();
    });

    it('reads on from a number, in order, at most so many', async () => {
      const outbox = await opened();
      const stored = committed(outbox, ...[1, 2, 3, 4, 5].map((at) => batchOf('meter-1', at)));
      expect(outbox.after(numberOf(stored[0]), 3)).toEqual(stored.slice(1, 4));
      await outbox.stop();
    });

    it('drops the oldest past the cap, and counts them for the life of the file', async () => {
      let outbox = await opened({ maxBytes: 2000 });
      const text = 'x'.repeat(100);
      for (let at = 1; at <= 30; at++) {
        committed(outbox, batchOf('meter-1', at, 0, { readings: [{ alias: 1, value: text }] }));
      }
      const { batches, bytes, dropped } = outbox.status();
      expect(bytes).toBeLessThanOrEqual(2000);
      expect(dropped).toBe(30 - batches);
      expect(outbox.after(0, 100).map(({ at }) => at)).toEqual(
        Array.from({ length: batches }, (_, index) => 31 - batches + index),
      );
      await outbox.stop();
      outbox = await opened({ maxBytes: 2000 });
      expect(outbox.status()).toMatchObject({ dropped, bytes, batches });
      await outbox.stop();
    });

    it('gives a metric the same alias for ever, and no alias to two metrics', async () => {
      let outbox = await opened();
      const before = outbox.declare(meter);
      const other = outbox.declare({ ...meter, id: 'meter-2' });
      await outbox.stop();
      outbox = await opened();
      const after = outbox.declare({
        ...meter,
        metrics: [
          ...meter.metrics.slice(1),
          { name: 'current', datatype: 'Float', writable: false, intervalMs: 1000 },
        ],
      });
      expect(after.get('power')).toBe(before.get('power'));
      expect([...before.values(), ...other.values()]).not.toContain(after.get('current'));
      expect(new Set([...before.values(), ...other.values()]).size).toBe(6);
      expect(outbox.retired('meter-1')).toEqual([
        { name: 'voltage', alias: before.get('voltage'), datatype: 'Float' },
      ]);
      await outbox.stop();
    });

    it('names devices that are gone from the configuration but have batches waiting', async () => {
      let outbox = await opened();
      outbox.declare({ ...meter, id: 'gone' });
      outbox.declare({ ...meter, id: 'gone-and-empty' });
      const [left] = committed(outbox, batchOf('gone', 1));
      await outbox.stop();
      outbox = await opened();
      expect(outbox.undeclared().map(({ device }) => device.id)).toEqual(['gone']);
      outbox.confirm([numberOf(left)]);
      outbox.commit();
      expect(outbox.undeclared()).toEqual([]);
      await outbox.stop();
    });

    it('keeps bdSeq and pulse counters; a counter is that of the last committed batch', async () => {
      let outbox = await opened();
      expect(outbox.lastBdSeq()).toBeUndefined();
      outbox.persistBdSeq(7);
      committed(outbox, batchOf('meter-1', 1, 1, { counters: new Map([['rain/tips', 41]]) }));
      outbox.append(batchOf('meter-1', 2, 1, { counters: new Map([['rain/tips', 42]]) }));
      under.kill(outbox);
      outbox = await opened();
      expect(outbox.lastBdSeq()).toBe(7);
      expect(outbox.counter('rain/tips')).toBe(41);
      expect(outbox.counter('never')).toBe(0);
      await outbox.stop();
    });

    it('keeps the time of the last batch, also once that is confirmed and gone', async () => {
      let outbox = await opened();
      expect(outbox.lastAt()).toBeUndefined();
      outbox.confirm(committed(outbox, batchOf('meter-1', 7000, 1)).map(numberOf));
      outbox.commit();
      outbox.append(batchOf('meter-1', 8000, 1));
      under.kill(outbox);
      outbox = await opened();
      expect(outbox.after(0, 10)).toEqual([]);
      expect(outbox.lastAt()).toBe(7000);
      await outbox.stop();
    });

    it('keeps the latest of the times whose polls ended out of order, and follows a clock that is set back', async () => {
      const outbox = await opened();
      committed(outbox, batchOf('meter-1', 900_002, 1));
      committed(outbox, batchOf('meter-1', 900_001, 1));
      expect(outbox.lastAt()).toBe(900_002);
      committed(outbox, batchOf('meter-1', 300_000, 1));
      expect(outbox.lastAt()).toBe(300_000);
      await outbox.stop();
    });

    it('holds batches back until the clock is right, then gives them their time', async () => {
      const outbox = await opened();
      let released = 0;
      outbox.onRelease(() => (released += 1));
      expect(committed(outbox, batchOf('meter-1', 5, 1, { synced: false, uptime: 3000 }))).toEqual([]);
      expect(outbox.after(0, 10)).toEqual([]);
      outbox.settleClock({ at: 1_700_000_010_000, uptime: 13_000 });
      expect(released).toBe(1);
      expect(outbox.after(0, 10)).toMatchObject([{ at: 1_700_000_000_000, synced: true }]);
      await outbox.stop();
    });

    it('sends batches of an earlier boot that never had the time as a marked lower bound', async () => {
      let outbox = await opened({ boot: 'first' });
      committed(outbox, batchOf('meter-1', 5, 1, { synced: false }));
      await outbox.stop();
      outbox = await opened({ boot: 'second' });
      expect(outbox.after(0, 10)).toMatchObject([
        { at: 5, readings: [{ alias: 1, value: 1, reason: 'clock_unsynced' }] },
      ]);
      await outbox.stop();
    });

    it('drops and counts a batch that cannot be kept, and takes the others of its group', async () => {
      const outbox = await opened();
      expect(committed(outbox, batchOf('meter-1', Number.NaN, 1), batchOf('meter-1', 2))).toMatchObject([
        { at: 2 },
      ]);
      expect(outbox.status()).toMatchObject({ dropped: 1, batches: 1, pending: 0 });
      await outbox.stop();
    });

    it('drops and counts a batch of a device that nobody declared, and takes the others', async () => {
      const outbox = await opened();
      expect(committed(outbox, batchOf('stranger', 1), batchOf('meter-1', 2))).toMatchObject([{ at: 2 }]);
      expect(outbox.status().dropped).toBe(1);
      await outbox.stop();
    });
  });
}
