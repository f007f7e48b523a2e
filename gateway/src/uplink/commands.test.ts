import { DataType, type Metric } from '@city-testbed/sparkplug';
import { createLogger, ManualClock, systemClock } from '@city-testbed/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WriteOutcome, WriteRequest } from '../drivers/driver.ts';
import { meter, UplinkBench } from '../testing/uplink-bench.ts';
import { Commands, type CommandResult, type CommandsOptions } from './commands.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const command = (value: Metric['value'], id?: string, expiresAt?: number): Metric => ({
  name: 'power',
  datatype: DataType.Float,
  value: value ?? null,
  properties: {
    ...(id === undefined ? {} : { commandId: { type: DataType.String, value: id } }),
    ...(expiresAt === undefined ? {} : { expiresAt: { type: DataType.UInt64, value: BigInt(expiresAt) } }),
  },
});

describe('commands', () => {
  let clock: ManualClock;
  let writes: WriteRequest[];
  let results: CommandResult[];
  let outcome: Promise<WriteOutcome>;
  beforeEach(() => {
    clock = new ManualClock(1_000_000);
    writes = [];
    results = [];
    outcome = Promise.resolve({ ok: true, value: 42 });
  });
  const commands = (options: Partial<CommandsOptions> = {}): Commands =>
    new Commands({
      devices: () => [meter],
      write: (request) => {
        writes.push(request);
        return outcome;
      },
      clock,
      log,
      ...options,
    });
  const tell = (result: CommandResult): void => void results.push(result);

  it('answers each: carried out with what the device holds now, or with one word why not', async () => {
    const all = commands();
    await all.carryOut('meter-1', [command(42, 'a')], undefined, tell);
    await all.carryOut('meter-1', [{ ...command(1, 'b'), name: 'count' }], undefined, tell);
    await all.carryOut('meter-1', [{ ...command(1, 'c'), name: 'nothing' }], undefined, tell);
    await all.carryOut('meter-1', [command(101, 'd')], undefined, tell);
    await all.carryOut('meter-1', [command(Number.NaN, 'e')], undefined, tell);
    await all.carryOut('meter-1', [command('much', 'f')], undefined, tell);
    await all.carryOut('nobody', [command(1)], undefined, tell);
    expect(results[0]).toEqual({ id: 'a', metric: 'power', ok: true, value: 42, at: 1_000_000 });
    expect(results.slice(1).map(({ id, ok, reason }) => [id, ok, reason])).toEqual([
      ['b', false, 'read_only'],
      ['c', false, 'unknown_metric'],
      ['d', false, 'out_of_range'],
      ['e', false, 'out_of_range'],
      ['f', false, 'wrong_type'],
      [null, false, 'unknown_metric'],
    ]);
    expect(writes).toEqual([{ device: 'meter-1', metric: 'power', value: 42 }]);
  });

  it('says what the device or its port said', async () => {
    outcome = Promise.resolve({ ok: false, reason: 'read_back_differs', value: 7 });
    await commands().carryOut('meter-1', [command(1, 'a')], undefined, tell);
    outcome = Promise.reject(new Error('gone'));
    await commands().carryOut('meter-1', [command(1, 'b')], undefined, tell);
    expect(results).toMatchObject([
      { id: 'a', ok: false, reason: 'read_back_differs', value: 7 },
      { id: 'b', ok: false, reason: 'failed' },
    ]);
  });

  it('counts what is left from when it comes, whatever the clock of the gateway says', async () => {
    const sentAt = 5_000_000;
    await commands().carryOut('meter-1', [command(1, 'a', sentAt + 2000)], sentAt, tell);
    expect(writes).toMatchObject([{ deadline: clock.monotonic() + 2000 }]);
    await commands().carryOut('meter-1', [command(1, 'b', sentAt - 1)], sentAt, tell);
    await commands().carryOut('meter-1', [command(1, 'c', sentAt)], undefined, tell);
    expect(results.slice(1).map(({ reason }) => reason)).toEqual(['expired', 'clock_unsynced']);
    // A right clock also sees that it was long under way.
    const synced = commands({ clockSynced: () => true });
    await synced.carryOut('meter-1', [command(1, 'd', clock.now() - 1)], clock.now() - 5000, tell);
    await synced.carryOut('meter-1', [command(1, 'e', clock.now() + 500)], clock.now() - 500, tell);
    expect(results.at(-2)).toMatchObject({ id: 'd', reason: 'expired' });
    expect(writes.at(-1)).toMatchObject({ deadline: clock.monotonic() + 500 });
  });

  it('carries out one at a time for a device, and so many a second', async () => {
    let done: (outcome: WriteOutcome) => void = () => undefined;
    outcome = new Promise((resolve) => (done = resolve));
    const all = commands({ perSecond: 2 });
    const first = all.carryOut('meter-1', [command(1, 'a')], undefined, tell);
    await all.carryOut('meter-1', [command(2, 'b')], undefined, tell);
    expect(results).toMatchObject([{ id: 'b', reason: 'busy' }]);
    done({ ok: true });
    await first;
    await all.carryOut('meter-1', [command(3, 'c')], undefined, tell);
    expect(results.at(-1)).toMatchObject({ id: 'c', reason: 'too_many' });
    await clock.advance(1000);
    await all.carryOut('meter-1', [command(4, 'd')], undefined, tell);
    expect(results.at(-1)).toMatchObject({ id: 'd', ok: true });
    expect(writes.map(({ value }) => value)).toEqual([1, 4]);
  });

  it('does not carry out the same command twice within a minute, but answers it twice', async () => {
    const all = commands();
    await all.carryOut('meter-1', [command(1, 'a')], undefined, tell);
    await all.carryOut('meter-1', [command(1, 'a')], undefined, tell);
    expect(writes).toHaveLength(1);
    expect(results).toHaveLength(2);
    expect(results[1]).toEqual(results[0]);
    await clock.advance(61_000);
    await all.carryOut('meter-1', [command(1, 'a')], undefined, tell);
    expect(writes).toHaveLength(2);
  });
});

describe('over Sparkplug', () => {
  let bench: UplinkBench;
  beforeEach(async () => {
    bench = await new UplinkBench().start();
  });
  afterEach(() => bench.stop());

  it('a device that can be written declares Command/Result, which is no reading', async () => {
    const readOnly = { ...meter, id: 'sensor', metrics: meter.metrics.slice(0, 1) };
    const box = await bench.box({}, [meter, readOnly]).start();
    await bench.host.connect(bench.broker.url);
    await bench.host.until(() => bench.host.births.has('sensor') && bench.host.births.has('meter-1'));
    const names = (device: string) => bench.host.births.get(device)?.map(({ name }) => name);
    expect(names('meter-1')).toContain('Command/Result');
    expect(names('sensor')).not.toContain('Command/Result');
    bench.write = () => Promise.resolve({ ok: true, value: 42 });
    await bench.host.command([command(42, 'c-1', Date.now() + 5000)], 'meter-1');
    await bench.host.until(() => bench.host.results.length === 1);
    expect(bench.host.results).toMatchObject([
      { device: 'meter-1', result: { id: 'c-1', metric: 'power', ok: true, value: 42 } },
    ]);
    expect(bench.writes[0]?.deadline).toBeGreaterThan(systemClock.monotonic());
    expect(bench.host.readings).toEqual([]);
    box.count(1);
    await box.drained();
  });
});
