import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Value } from '@sinclair/typebox/value';
import { ManualClock } from '@city-testbed/runtime';
import { expect, test, vi } from 'vitest';
import { OutboxConfig } from '../config/schema.ts';
import type { Batch, Reading } from '../model/reading.ts';
import { meter } from './outbox.suite.ts';
import type { SqliteOutbox } from './sqlite-outbox.ts';
import { folder, sqlite } from './sqlite.suite.ts';

vi.setConfig({ testTimeout: 60_000 });

const DEVICES = 50;
const REGISTERS = 20;
/** What this thread asked the kernel to write so far, bytes: deterministic, whatever the disk. proc(5), "wchar". */
const written = (): number =>
  Number(/^wchar: (\d+)/m.exec(readFileSync('/proc/thread-self/io', 'utf8'))?.[1] ?? Number.NaN);

/** Twenty FLOAT32 values that change, as those of an electricity meter. */
function poll(device: number, at: number): Batch {
  const readings: Reading[] = [];
  for (let register = 0; register < REGISTERS; register++) {
    const value = Math.fround(230 + Math.sin(at / 1000 + register) * (register + 1.37));
    readings.push({ alias: device * (REGISTERS + 1) + register + 2, value });
  }
  return { device: `meter-${String(device)}`, at, uptime: at, synced: true, readings };
}

function declareAll(outbox: SqliteOutbox): void {
  for (let device = 0; device < DEVICES; device++) {
    const metrics = Array.from({ length: REGISTERS }, (_, index) => ({
      ...meter.metrics[0]!,
      name: `register-${String(index)}`,
    }));
    outbox.declare({ ...meter, id: `meter-${String(device)}`, metrics });
  }
}

const defaults = Value.Default(OutboxConfig, {}) as OutboxConfig;

test.skipIf(!existsSync('/proc/thread-self/io'))(
  'field: an SD card lives: group commit, WAL, few bytes written per reading',
  async () => {
    const clock = new ManualClock();
    const file = join(folder(), 'o.db');
    const outbox = sqlite(file, { ...defaults, file, clock });
    await outbox.start();
    declareAll(outbox);
    // The host confirms each batch two seconds after it was read, as a live sandbox does.
    const waiting: number[][] = [];
    outbox.onCommit((batches) => {
      waiting.push(batches.map(({ number }) => number));
      if (waiting.length > 2) outbox.confirm(waiting.shift() ?? []);
    });
    let commits = 0;
    outbox.onCommit(() => (commits += 1));
    const second = async (): Promise<void> => {
      for (let device = 0; device < DEVICES; device++) {
        outbox.append(poll(device, clock.now()));
        await clock.advance(1000 / DEVICES);
      }
    };
    for (let warm = 0; warm < 30; warm++) await second();
    const [bytesBefore, commitsBefore] = [written(), commits];
    const seconds = 300;
    for (let count = 0; count < seconds; count++) await second();
    const perReading = (written() - bytesBefore) / (seconds * DEVICES * REGISTERS);
    // ADR 006 says 33.5. A reading itself takes about 7 of them.
    expect(perReading).toBeLessThan(35);
    expect(perReading).toBeGreaterThan(7);
    expect(commits - commitsBefore).toBeLessThanOrEqual(seconds + 1);
    expect(outbox.status().batches).toBeLessThan(DEVICES * 10);
    // The pages of what was deleted are used again.
    expect(statSync(file).size).toBeLessThan(500_000);
    await outbox.stop();
  },
);

test('field: memory stays flat while a target is offline for days', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heap = async (): Promise<number> => {
    await new Promise((resolve) => setImmediate(resolve));
    // Memory outside of the heap is let go by the collection after the one that found it unused.
    collect();
    collect();
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return heapUsed + external + arrayBuffers;
  };
  const outbox = sqlite(join(folder(), 'o.db'), { maxBytes: 1_500_000 });
  await outbox.start();
  declareAll(outbox);
  const append = (from: number, to: number): void => {
    for (let at = from; at < to; at++) {
      outbox.append(poll(at % DEVICES, at));
      if (at % 100 === 0) outbox.commit();
    }
    outbox.commit();
  };
  append(1, 7000);
  const before = await heap();
  // 300,000 readings that nobody takes, past the cap on disk; the uplink is not there, so nobody confirms.
  append(7000, 22_000);
  const grown = (await heap()) - before;
  expect(outbox.status().dropped).toBeGreaterThan(1000);
  expect(outbox.status()).toMatchObject({ pending: 0, pendingBytes: 0 });
  // They would take some 20 MB; what is left is what the engine keeps of its own.
  expect(grown).toBeLessThan(2_500_000);
  await outbox.stop();
});
