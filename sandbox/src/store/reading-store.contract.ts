import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recomputed } from './plain-rollups.contract.ts';
import type {
  IncomingBatch,
  IncomingReading,
  ReadingCursorPage,
  ReadingStore,
  StoredReading,
} from './reading-store.ts';

/** A store under test: opened on an empty place; `reopen` closes it and opens what it left. */
export interface StoreUnderTest {
  readonly store: ReadingStore;
  reopen(): Promise<ReadingStore>;
  close(): Promise<void>;
}

const T0 = Date.UTC(2026, 2, 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const everything = (device: string) => [{ device, metrics: null }];

function reading(metric: string, observedAt: number, value: IncomingReading['value'] = 1): IncomingReading {
  return { metric, observedAt, value, quality: 'good', reason: null };
}

/** The cursor of a page, for the next one. */
const on = ({ cursor }: ReadingCursorPage): string => cursor ?? 'none';

function batch(
  device: string,
  readings: readonly IncomingReading[],
  more: Partial<IncomingBatch> = {},
): IncomingBatch {
  return { device, receivedAt: T0 + DAY, source: 'live', historical: false, readings, ...more };
}

/** Every implementation of ReadingStore passes this. */
export function readingStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name}: the contract of a readings store`, () => {
    let under: StoreUnderTest;
    let store: ReadingStore;
    beforeEach(async () => {
      under = await open();
      store = under.store;
    });
    afterEach(() => under.close());

    it('gives back every kind of value with its quality, reason, times and source', async () => {
      const readings: IncomingReading[] = [
        reading('number', T0, 21.25),
        reading('zero', T0, 0),
        reading('large', T0, -123_456_789_012),
        reading('yes', T0, true),
        reading('no', T0, false),
        reading('text', T0, '12'),
        reading('name', T0, 'Piața Libertății'),
        reading('empty', T0, ''),
        reading('null', T0, null),
        { metric: 'lost', observedAt: T0, value: null, quality: 'bad', reason: 'no_response' },
        { metric: 'old', observedAt: T0, value: 4.5, quality: 'stale', reason: 'stale' },
      ];
      const sent = batch('a', readings, { receivedAt: T0 + 750, source: 'synthetic', historical: true });
      expect(await store.append([sent])).toMatchObject({ stored: 11, repeated: 0 });
      const { items } = await store.readings({ grants: everything('a'), limit: 100 });
      expect(items).toEqual(
        readings.map((each) => ({
          ...each,
          device: 'a',
          receivedAt: T0 + 750,
          source: 'synthetic',
          historical: true,
        })),
      );
      const early = batch('a', [reading('early', T0)], { receivedAt: T0 - 5000, source: 'replay' });
      await store.append([early]);
      const found = (await store.latest(['a'])).find(({ metric }) => metric === 'early');
      expect(found).toMatchObject({ receivedAt: T0 - 5000, source: 'replay', historical: false });
    });

    it('keeps the first value of a series and time, and counts a re-send as repeated', async () => {
      const first = batch('a', [reading('x', T0, 1), reading('y', T0, 2)]);
      expect(await store.append([first])).toMatchObject({ stored: 2, repeated: 0 });
      const before = await snapshot(store);
      expect(await store.append([first, batch('a', [reading('x', T0, 99)])])).toMatchObject({
        stored: 0,
        repeated: 3,
      });
      expect(await snapshot(store)).toEqual(before);
      const mixed = batch('a', [reading('x', T0, 5), reading('x', T0 + 1, 6), reading('x', T0 + 1, 7)]);
      expect(await store.append([mixed])).toMatchObject({ stored: 1, repeated: 2 });
      expect((await store.latest(['a'])).map(({ value }) => value)).toEqual([6, 2]);
    });

    it('tells calls that share a commit apart', async () => {
      const results = await Promise.all([
        store.append([batch('a', [reading('x', T0)])]),
        store.append([batch('a', [reading('x', T0)])]),
        store.append([batch('b', [reading('x', T0), reading('x', T0 + 1)])]),
        store.append([]),
      ]);
      expect(results).toEqual([
        { stored: 1, repeated: 0, storedOf: [1] },
        { stored: 0, repeated: 1, storedOf: [0] },
        { stored: 2, repeated: 0, storedOf: [2] },
        { stored: 0, repeated: 0, storedOf: [] },
      ]);
      const again = [batch('a', [reading('x', T0)]), batch('a', [reading('x', T0 + 9)])];
      expect(await store.append(again)).toEqual({ stored: 1, repeated: 1, storedOf: [0, 1] });
    });

    it('stores nothing of a call that holds a reading out of bounds', async () => {
      const wrong = [
        reading('x', -1),
        reading('x', 1.5),
        reading('x', 2 ** 45),
        reading('x', T0, NaN),
        reading('x', T0, 'x'.repeat(5000)),
        reading('', T0),
      ];
      for (const each of wrong) {
        await expect(store.append([batch('a', [reading('fine', T0), each])])).rejects.toMatchObject({
          code: 'SANDBOX_STORE_READING_INVALID',
        });
      }
      expect((await store.readings({ grants: everything('a'), limit: 10 })).items).toEqual([]);
      expect(await store.append([batch('a', [reading('fine', T0), reading('x', T0)])])).toMatchObject({
        stored: 2,
      });
    });

    it('reads on from a cursor in the order of storing, late data included, without gaps', async () => {
      const none = await store.readings({ grants: everything('a'), limit: 10 });
      expect(none).toEqual({ items: [], cursor: null, more: false });
      await store.append([batch('a', [reading('x', T0 + 5000, 1), reading('y', T0 + 5000, 2)])]);
      await store.append([batch('b', [reading('x', T0, 3)])]);
      await store.append([batch('a', [reading('x', T0 - 9000, 4)], { historical: true })]);
      const grants = [
        { device: 'a', metrics: ['x', 'y'] },
        { device: 'b', metrics: null },
      ];
      const first = await store.readings({ grants, limit: 1 });
      expect(first).toMatchObject({ items: [{ value: 1 }], more: true });
      const second = await store.readings({ grants, limit: 2, after: on(first) });
      expect(second).toMatchObject({ items: [{ value: 2 }, { value: 3 }], more: true });
      const third = await store.readings({ grants, limit: 5, after: on(second) });
      expect(third).toMatchObject({ items: [{ value: 4, historical: true }], more: false });
      const end = await store.readings({ grants, limit: 5, after: on(third) });
      expect(end).toEqual({ items: [], cursor: third.cursor, more: false });
      await store.append([batch('b', [reading('x', T0 - 1, 5)])]);
      expect((await store.readings({ grants, limit: 5, after: on(third) })).items).toMatchObject([
        { value: 5 },
      ]);
    });

    it('shows only what is granted and within the period', async () => {
      const readings = [0, 1, 2, 3].flatMap((n) => [reading('x', T0 + n, n), reading('secret', T0 + n, n)]);
      await store.append([batch('a', readings), batch('b', readings)]);
      const grants = [
        { device: 'a', metrics: ['x', 'absent'] },
        { device: 'nowhere', metrics: null },
      ];
      const page = await store.readings({ grants, from: T0 + 1, to: T0 + 3, limit: 10 });
      expect(page.items.map(({ device, metric, value }) => [device, metric, value])).toEqual([
        ['a', 'x', 1],
        ['a', 'x', 2],
      ]);
      expect((await store.readings({ grants: [], limit: 10 })).items).toEqual([]);
    });

    it('refuses a cursor that it did not give', async () => {
      for (const after of ['', 'x', '1', '-1.0', "1.0' OR 1", '9'.repeat(40), '999999.0']) {
        await expect(store.readings({ grants: everything('a'), after, limit: 1 })).rejects.toMatchObject({
          code: 'SANDBOX_STORE_CURSOR_INVALID',
        });
      }
    });

    it('reads everything once in pages of any size while more is stored', async () => {
      const devices = ['a', 'b', 'c'];
      for (let n = 0; n < 300; n++) {
        const readings = Array.from({ length: 1 + (n % 3) * 250 }, (_, m) =>
          reading('x', T0 + n * 1000 + m, n),
        );
        if (n % 50 === 0) await store.append(devices.map((device) => batch(device, readings)));
        else void store.append([batch(devices[n % 3] ?? 'a', readings.slice(0, 3))]);
      }
      const last = await store.append([batch('a', [reading('x', T0 - 1, -1)])]);
      expect(last.stored).toBe(1);
      const grants = [...everything('a'), ...everything('c')];
      const all = await store.readings({ grants, limit: 100_000 });
      const paged: StoredReading[] = [];
      let after: string | undefined;
      for (let size = 1, more = true; more; size = (size * 3) % 97) {
        const page = await store.readings({ grants, limit: size, ...(after === undefined ? {} : { after }) });
        expect(page.items.length).toBeLessThanOrEqual(size);
        paged.push(...page.items);
        after = page.cursor ?? undefined;
        more = page.more;
      }
      expect(paged).toEqual(all.items);
      expect(new Set(paged.map(({ device, observedAt }) => `${device} ${observedAt}`)).size).toBe(
        paged.length,
      );
    });

    it('answers the last reading of every metric by observed time', async () => {
      await store.append([
        batch('a', [reading('x', T0, 1), reading('y', T0, 'on')]),
        batch('b', [reading('x', T0, 2)]),
      ]);
      await store.append([batch('a', [reading('x', T0 - 5, 0)])]);
      const values = (all: readonly StoredReading[]) =>
        all.map(({ device, metric, value }) => [device, metric, value]);
      const a = [
        ['a', 'x', 1],
        ['a', 'y', 'on'],
      ];
      expect(values(await store.latest(['a']))).toEqual(a);
      expect(values(await store.latest())).toEqual([...a, ['b', 'x', 2]]);
      expect(await store.latest(['nowhere'])).toEqual([]);
    });

    it('draws a series raw and by minute, hour and UTC day, with gaps left out', async () => {
      const readings = [
        reading('x', T0 + 1000, 4),
        reading('x', T0 + 30_000, -2),
        { metric: 'x', observedAt: T0 + 31_000, value: null, quality: 'bad' as const, reason: 'checksum' },
        reading('x', T0 + 3 * MINUTE, 7),
        reading('x', T0 + DAY, 100),
      ];
      await store.append([batch('a', readings)]);
      const ask = (resolution: 'raw' | '1m' | '1h' | '1d', from = T0, to = T0 + DAY) =>
        store.series({ device: 'a', metric: 'x', from, to, resolution });
      expect(await ask('1m')).toEqual([
        { from: T0, min: -2, max: 4, sum: 2, last: -2, count: 2, bad: 1, synthetic: 0 },
        { from: T0 + 3 * MINUTE, min: 7, max: 7, sum: 7, last: 7, count: 1, bad: 0, synthetic: 0 },
      ]);
      const whole = { from: T0, min: -2, max: 7, sum: 9, last: 7, count: 3, bad: 1, synthetic: 0 };
      expect(await ask('1h')).toEqual([whole]);
      expect(await ask('1d')).toEqual([whole]);
      expect(await ask('1h', T0 + 90_000, T0 + 91_000)).toEqual([whole]); // every interval that the period touches
      expect((await ask('raw')).map(({ from, last, bad }) => [from - T0, last, bad])).toEqual([
        [1000, 4, 0],
        [30_000, -2, 0],
        [31_000, null, 1],
        [3 * MINUTE, 7, 0],
      ]);
      expect(await store.series({ device: 'a', metric: 'none', from: 0, to: T0, resolution: '1h' })).toEqual(
        [],
      );
    });

    it('counts booleans as 0 and 1, and texts and nulls without a number', async () => {
      const readings = [
        reading('on', T0, true),
        reading('on', T0 + 1, false),
        reading('on', T0 + 2, true),
        reading('text', T0, 'x'),
        reading('text', T0 + 1, null),
      ];
      await store.append([batch('a', readings, { source: 'synthetic' })]);
      const ask = (metric: string) =>
        store.series({ device: 'a', metric, from: T0, to: T0 + 1, resolution: '1d' });
      expect(await ask('on')).toEqual([
        { from: T0, min: 0, max: 1, sum: 2, last: 1, count: 3, bad: 0, synthetic: 3 },
      ]);
      expect(await ask('text')).toEqual([
        { from: T0, min: null, max: null, sum: 0, last: null, count: 2, bad: 0, synthetic: 2 },
      ]);
    });

    it('keeps roll-ups equal to a plain recomputation: any order, repeats, late data', async () => {
      const one = fc.record({
        metric: fc.constantFrom('x', 'y'),
        // Few distinct times over two days, so that intervals fill up and times repeat.
        offset: fc.oneof(
          fc.integer({ min: 0, max: 130 }),
          fc.integer({ min: 0, max: 60 }).map((n) => n * 47 * 60),
        ),
        // Quarters add up exactly in any order.
        value: fc.oneof(
          fc.integer({ min: -400, max: 400 }).map((n) => n / 4),
          fc.boolean(),
          fc.constant('text'),
          fc.constant(null),
        ),
        quality: fc.constantFrom('good' as const, 'good' as const, 'bad' as const, 'stale' as const),
        synthetic: fc.boolean(),
      });
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(one, { maxLength: 12 }), { maxLength: 12 }), async (groups) => {
          const device = `device-${run++}`;
          const batches = groups.map((group) =>
            group.map(({ metric, offset, value, quality, synthetic }) =>
              batch(device, [{ metric, observedAt: T0 + offset * 1000, value, quality, reason: null }], {
                source: synthetic ? 'synthetic' : 'live',
              }),
            ),
          );
          await Promise.all(batches.slice(0, 4).map((each) => store.append(each)));
          for (const each of batches.slice(4)) await store.append(each);
          const { items } = await store.readings({ grants: everything(device), limit: 10_000 });
          for (const metric of ['x', 'y']) {
            const own = items.filter((item) => item.metric === metric);
            for (const [resolution, length] of [
              ['1m', MINUTE],
              ['1h', HOUR],
              ['1d', DAY],
            ] as const) {
              const query = { device, metric, from: T0 - DAY, to: T0 + 9 * DAY, resolution };
              expect(await store.series(query)).toEqual(recomputed(own, length));
            }
          }
        }),
        { numRuns: 40 },
      );
    });

    it('summarises counts and the latency of live readings', async () => {
      const live = Array.from({ length: 100 }, (_, n) =>
        batch('a', [reading('x', T0 + n * 1000)], { receivedAt: T0 + n * 1000 + (n + 1) * 10 }),
      );
      const bad = { ...reading('x', T0 + 200_000, null), quality: 'bad' as const };
      await store.append([...live, batch('a', [bad, reading('x', T0 + 900_000)], { source: 'synthetic' })]);
      await store.append([batch('b', [reading('x', T0)], { source: 'synthetic' })]);
      const summary = await store.summarise({
        grants: [...everything('a'), ...everything('b')],
        from: T0,
        to: T0 + 900_000,
      });
      expect(summary).toEqual([
        { device: 'a', metric: 'x', good: 100, bad: 1, synthetic: 1, latencyP95Ms: 950, latencyCount: 100 },
        { device: 'b', metric: 'x', good: 1, bad: 0, synthetic: 1, latencyP95Ms: null, latencyCount: 0 },
      ]);
    });

    it('counts good and bad readings and complete slots an hour', async () => {
      const bad = { ...reading('x', T0 + HOUR, null), quality: 'bad' as const };
      const good = [0, 1, 4 * MINUTE, 5 * MINUTE, HOUR + 59 * MINUTE, 3 * HOUR].map((at) =>
        reading('x', T0 + at),
      );
      await store.append([batch('a', [...good, bad, reading('secret', T0)])]);
      const ask = async (slotMinutes: number) => {
        const grants = [{ device: 'a', metrics: ['x'] }];
        const counts = await store.hourCounts({
          grants,
          from: T0,
          to: T0 + DAY,
          slotMs: slotMinutes * MINUTE,
        });
        return counts.map(({ hour, goodSlots }) => [(hour - T0) / HOUR, goodSlots]);
      };
      const query = { grants: everything('a'), from: T0 + 5, to: T0 + HOUR + 1, slotMs: MINUTE };
      expect((await store.hourCounts(query)).filter(({ metric }) => metric === 'x')).toEqual([
        { device: 'a', metric: 'x', hour: T0, goodSlots: 3, good: 4, bad: 0, synthetic: 0 },
        { device: 'a', metric: 'x', hour: T0 + HOUR, goodSlots: 1, good: 1, bad: 1, synthetic: 0 },
      ]);
      expect(await ask(5)).toEqual([
        [0, 2],
        [1, 1],
        [3, 1],
      ]);
      expect(await ask(60)).toEqual([
        [0, 1],
        [1, 1],
        [3, 1],
      ]);
      expect(await ask(120)).toEqual([
        [0, 1],
        [1, 0],
        [2, 1],
        [3, 0],
      ]);
    });

    it('has everything again after it was closed and opened, and goes on behind the same cursor', async () => {
      const bad = { ...reading('z', T0, null), quality: 'bad' as const, reason: 'no_response' };
      await store.append([batch('a', [reading('x', T0, 1), bad])]);
      const { cursor } = await store.readings({ grants: everything('a'), limit: 10 });
      const before = await snapshot(store);
      store = await under.reopen();
      expect(await snapshot(store)).toEqual(before);
      const lost = { ...reading('z', T0 + 1, null), quality: 'bad' as const, reason: 'checksum' };
      expect(await store.append([batch('a', [reading('x', T0, 2), lost])])).toMatchObject({
        stored: 1,
        repeated: 1,
      });
      const next = await store.readings({ grants: everything('a'), limit: 10, after: cursor ?? 'none' });
      expect(next.items).toMatchObject([{ metric: 'z', reason: 'checksum' }]);
    });

    it('says that it can be written and read', async () => {
      await expect(store.probe()).resolves.toBeUndefined();
      await Promise.all([store.probe(), store.probe()]);
    });
  });
}

async function snapshot(store: ReadingStore): Promise<unknown> {
  const grants = everything('a');
  const { items } = await store.readings({ grants, limit: 1000 });
  const of = (resolution: '1m' | '1h' | '1d') =>
    store.series({ device: 'a', metric: 'x', from: 0, to: T0 + DAY, resolution });
  return [items, await of('1m'), await of('1h'), await of('1d'), await store.latest(['a'])];
}
