import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IncomingBatch } from './reading-store.ts';
import { readingStoreContract } from './reading-store.contract.ts';
import { createReadingStore } from './sqlite-reading-store.ts';

const started = (store: ReturnType<typeof createReadingStore>) =>
  store.start(new AbortController().signal).then(() => store);

readingStoreContract('SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-store-'));
  const file = join(folder, 'readings.db');
  let store = await started(createReadingStore({ file }));
  return {
    store,
    reopen: async () => {
      await store.stop();
      return (store = await started(createReadingStore({ file })));
    },
    close: async () => {
      await store.stop();
      rmSync(folder, { recursive: true });
    },
  };
});

const T0 = Date.UTC(2026, 2, 1);
const page = (device: string, from: number, count: number): IncomingBatch => ({
  device,
  receivedAt: T0,
  source: 'live',
  historical: false,
  readings: Array.from({ length: count }, (_, n) => ({
    metric: 'x',
    value: n + 0.5,
    quality: 'good',
    reason: null,
    observedAt: T0 + (from + n) * 1000,
  })),
});

describe('the SQLite store on its machine', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-store-'));
    file = join(folder, 'deeper', 'readings.db');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('rejects an append that finds the disk full, stores nothing of it, and goes on when there is room', async () => {
    const store = await started(createReadingStore({ file, maxBytes: 300_000 }));
    await store.append([page('a', 0, 100)]);
    await expect(store.append([page('a', 1000, 20_000)])).rejects.toMatchObject({
      code: 'SANDBOX_STORE_DISK_FULL',
    });
    const { items } = await store.readings({ grants: [{ device: 'a', metrics: null }], limit: 1000 });
    expect(items).toHaveLength(100);
    expect(await store.append([page('b', 0, 10)])).toMatchObject({ stored: 10, repeated: 0 });
    expect(store.counters()).toMatchObject({ stored: 110, failed: 20_000, waitingReadings: 0 });
    await store.stop();
    const roomy = await started(createReadingStore({ file }));
    expect(await roomy.append([page('a', 1000, 20_000)])).toMatchObject({ stored: 20_000, repeated: 0 });
    const [day] = await roomy.series({ device: 'a', metric: 'x', from: T0, to: T0 + 1, resolution: '1d' });
    expect(day).toMatchObject({ count: 20_100 });
    await roomy.stop();
  });

  it('refuses what goes over its queue, and takes it later', async () => {
    const store = await started(createReadingStore({ file, queuedReadings: 100 }));
    const large = store.append([page('a', 0, 500)]); // larger than the queue by itself: taken, as nothing waits
    await expect(store.append([page('b', 0, 1)])).rejects.toMatchObject({ code: 'SANDBOX_STORE_BUSY' });
    expect(await large).toMatchObject({ stored: 500 });
    expect(await store.append([page('b', 0, 1)])).toMatchObject({ stored: 1 });
    expect(store.counters()).toMatchObject({ refused: 1 });
    await store.stop();
  });

  it('bounds the questions that wait', async () => {
    const store = await started(createReadingStore({ file, queuedReads: 2 }));
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => store.latest()));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    const refused = answers.find(({ status }) => status === 'rejected');
    expect(refused).toMatchObject({ reason: { code: 'SANDBOX_STORE_BUSY' } });
    await store.stop();
  });

  it('commits what it accepted before it stops, and refuses afterwards', async () => {
    const store = await started(createReadingStore({ file, groupMs: 10_000 }));
    const accepted = store.append([page('a', 0, 3)]);
    await store.stop();
    expect(await accepted).toMatchObject({ stored: 3, repeated: 0 });
    await expect(store.append([page('a', 9, 1)])).rejects.toMatchObject({ code: 'SANDBOX_STORE_CLOSED' });
    await expect(store.latest()).rejects.toMatchObject({ code: 'SANDBOX_STORE_CLOSED' });
    await store.stop();
  });

  it('does not start on a database of a newer version, nor on a file that is none', async () => {
    const store = await started(createReadingStore({ file }));
    await store.stop();
    const db = new Sqlite(file);
    db.pragma('user_version = 99');
    db.close();
    await expect(started(createReadingStore({ file }))).rejects.toMatchObject({
      code: 'SANDBOX_STORE_MIGRATION',
    });
    const folderAsFile = createReadingStore({ file: folder });
    await expect(started(folderAsFile)).rejects.toMatchObject({ code: 'SANDBOX_STORE_FAILED' });
    await folderAsFile.stop();
  });

  it('brings a database of the first version up to date, roll-ups included', async () => {
    let store = await started(createReadingStore({ file }));
    await store.append([page('a', 0, 5000), page('b', 0, 10)]);
    const ask = async () => {
      const query = { metric: 'x', from: 0, to: T0 + 86_400_000 } as const;
      const of = (device: string, resolution: '1h' | '1d') => store.series({ ...query, device, resolution });
      return [await of('a', '1h'), await of('a', '1d'), await of('b', '1h'), await of('b', '1d')];
    };
    const before = await ask();
    await store.stop();
    const db = new Sqlite(file);
    const columns = 'series, bucket, count, bad, synthetic, last_at, last, low, high, total';
    db.exec(`INSERT INTO rollup_hour SELECT ${columns} FROM rollup_open WHERE level = 1;
      INSERT INTO rollup_day SELECT ${columns} FROM rollup_open WHERE level = 2;
      DROP VIEW hours; DROP VIEW days; DROP TABLE rollup_open; PRAGMA user_version = 1`);
    db.close();
    store = await started(createReadingStore({ file }));
    expect(await ask()).toEqual(before);
    await store.append([page('a', 5000, 5000)]);
    const [hours, days] = await ask();
    expect(hours?.map(({ count }) => count)).toEqual([3600, 3600, 2800]);
    expect(days?.map(({ count }) => count)).toEqual([10_000]);
    await store.stop();
  });

  it('keeps what the device registry gives it', async () => {
    let store = await started(createReadingStore({ file }));
    await store.registry.keep([
      { kind: 'device', id: 'a', document: '{"id":"a"}' },
      { kind: 'device', id: 'b', document: '{}' },
    ]);
    await store.registry.keep([
      { kind: 'device', id: 'a', document: '{"id":"a","name":"A"}' },
      { kind: 'device', id: 'b', document: null },
    ]);
    await store.stop();
    store = await started(createReadingStore({ file }));
    expect(await store.registry.load()).toEqual([{ kind: 'device', document: '{"id":"a","name":"A"}' }]);
    await store.stop();
  });
});
