import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, ManualClock, systemClock } from '@city-testbed/runtime';
import { afterEach, expect, test } from 'vitest';
import { createDriver } from '../drivers/open-driver.ts';
import type { ConfiguredDevice } from '../model/device.ts';
import type { Batch } from '../model/reading.ts';
import { SqliteOutbox } from '../outbox/sqlite-outbox.ts';
import { good, ModbusPeer } from '../testing/modbus-peer.ts';
import { deviceOf, registers } from '../testing/profiles.ts';
import { FieldSampler } from './field-sampler.ts';
import { Schedule } from './schedule.ts';
import { TimeStamps } from './time-stamps.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A peer on which the units given never answer. */
async function peerWithout(...silent: readonly number[]): Promise<ModbusPeer> {
  const peer = await new ModbusPeer((request) => {
    if (!silent.includes(request.unit)) request.socket.write(good(request));
  }).start();
  cleanUp.push(() => peer.stop());
  return peer;
}

/** A device with two registers so far apart that they take two requests, read every 20 ms. */
function deviceAt(unit: number, port: string): ConfiguredDevice {
  const device = deviceOf(registers([0, 500]), { id: `${port}-${String(unit)}`, unit, port });
  return { ...device, metrics: device.metrics.map((metric) => ({ ...metric, intervalMs: 20 })) };
}

async function sample(
  peers: Readonly<Record<string, ModbusPeer>>,
  devices: readonly ConfiguredDevice[],
  timeoutMs: number,
): Promise<readonly Batch[]> {
  const batches: Batch[] = [];
  const sampler = new FieldSampler({
    ports: Object.entries(peers).map(([id, { port }]) => ({
      id,
      kind: 'modbus-tcp',
      host: '127.0.0.1',
      port,
      timeoutMs,
      retryMaxMs: 30_000,
    })),
    devices,
    aliases: ({ metrics }) => new Map(metrics.map(({ name }, index) => [name, index + 1])),
    createDriver: (port, onPort) =>
      createDriver(port, { clock: systemClock, log, counters: { counter: () => 0 }, devices: onPort }),
    times: new TimeStamps({
      clock: systemClock,
      bootOffset: 0,
      mode: 'trusted',
      onSynchronised: () => undefined,
    }),
    take: (batch) => batches.push(batch),
    clock: systemClock,
    log,
  });
  await sampler.start();
  cleanUp.push(() => sampler.stop());
  return batches;
}

test('field: one dead device on a bus costs the others nothing but its own bounded time-out', async () => {
  const bus = await peerWithout(2);
  const batches = await sample(
    { bus },
    [1, 2, 3].map((unit) => deviceAt(unit, 'bus')),
    50,
  );
  const asked = (): number[] => bus.requests.flatMap(({ unit }, index) => (unit === 2 ? [index] : []));
  while (asked().length < 2) await settle();
  const [first = 0, second = 0] = asked();
  // One request of two, then the others have the bus: dozens of their polls, and not one of them failed.
  const between = bus.requests.slice(first + 1, second).map(({ unit }) => unit);
  expect(between).not.toContain(2);
  for (const unit of [1, 3]) expect(between.filter((other) => other === unit).length).toBeGreaterThan(20);
  const live = batches.filter(({ device }) => device !== 'bus-2').flatMap(({ readings }) => readings);
  expect(live.filter(({ reason }) => reason !== undefined)).toEqual([]);
  expect(bus.connects).toBe(1);
});

test('field: one worker per port, so a slow port never delays another', async () => {
  const [slow, quick] = [await peerWithout(1), await peerWithout()];
  const batches = await sample({ slow, quick }, [deviceAt(1, 'slow'), deviceAt(1, 'quick')], 3000);
  while (batches.length < 20) await settle();
  // The first request on the slow port still waits for its answer.
  expect(new Set(batches.map(({ device }) => device))).toEqual(new Set(['quick-1']));
  expect(slow.requests.length).toBeLessThanOrEqual(1);
});

test('field: back-off is kept per (port, unit), with one probe a cycle', () => {
  const slots = ['live', 'long-dead', 'dead-a', 'dead-b'].map((device) => ({ device, intervalMs: 1000 }));
  const schedule = new Schedule({ slots, start: 0, retryMaxMs: 64_000 });
  const polls: { device: string; at: number }[] = [];
  const died = (at: number, device: string): boolean =>
    device === 'long-dead' || (device !== 'live' && at >= 100_000);
  for (let now = 0; now < 160_000;) {
    const turn = schedule.next(now);
    if ('waitUntil' in turn) {
      now = turn.waitUntil;
      continue;
    }
    const device = slots[turn.slot]?.device ?? '';
    polls.push({ device, at: now });
    const dead = died(now, device);
    const ended = now + (dead ? 500 : 10);
    schedule.done(turn.slot, now, ended, !dead);
    now = ended;
  }
  const of = (name: string): number[] =>
    polls.filter(({ device, at }) => device === name && at >= 100_000).map(({ at }) => at);
  // Silent for long: seldom asked. Silent since now: soon asked again, whatever the other's back-off is.
  expect(of('long-dead').length).toBeLessThanOrEqual(2);
  for (const name of ['dead-a', 'dead-b']) {
    const [lost = 0, probe = 0, next = 0] = of(name);
    expect(probe - lost).toBeLessThan(6000);
    expect(next - probe).toBeGreaterThan(2000);
  }
  // Two probes of whatever units have at least a cycle between them for those that answer.
  const probes = polls.filter(({ device, at }) => died(at, device) && at > 103_000);
  for (const [index, { at }] of probes.slice(1).entries()) {
    const before = probes[index]?.at ?? 0;
    const live = polls.filter((poll) => poll.device === 'live' && poll.at > before && poll.at < at);
    expect(live.length).toBeGreaterThanOrEqual(1);
  }
  expect(of('live').length).toBeGreaterThan(55);
});

test('field: poll times do not drift, missed slots are skipped and counted, polls are staggered', () => {
  const slots = ['a', 'b', 'c', 'd'].map((device) => ({ device, intervalMs: 1000 }));
  const schedule = new Schedule({ slots, start: 0, retryMaxMs: 30_000 });
  const polls: { device: string; at: number }[] = [];
  for (let now = 0; now < 60_000;) {
    const turn = schedule.next(now);
    if ('waitUntil' in turn) {
      now = turn.waitUntil;
      continue;
    }
    const device = slots[turn.slot]?.device ?? '';
    polls.push({ device, at: now });
    // Once, the port stands still for 2.3 s; else a poll takes 37 ms.
    const ended = now + (now === 30_250 ? 2300 : 37);
    schedule.done(turn.slot, now, ended, true);
    now = ended;
  }
  expect(polls.slice(0, 4).map(({ at }) => at)).toEqual([0, 250, 500, 750]);
  const times = polls.filter(({ device }) => device === 'b').map(({ at }) => at);
  expect(times.filter((at) => at % 1000 !== 250)).toEqual([]);
  expect(times.at(-1)).toBe(59_250);
  const missed = slots.map(({ device }) => schedule.missed(device).late);
  for (const [index, { device }] of slots.entries()) {
    const taken = polls.filter((poll) => poll.device === device).length;
    expect(taken + (missed[index] ?? 0)).toBe(60);
  }
  expect(missed[1]).toBe(2);
});

test('field: time stamps stay right after a power cut with no clock battery', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'city-time-'));
  cleanUp.push(() => rmSync(dir, { recursive: true, force: true }));
  // The time that the box wrote down last; after each power cut its clock starts there again.
  const remembered = Date.UTC(2026, 0, 1);
  const noon = Date.UTC(2026, 0, 1, 12);

  const boot = async (id: string, mode: 'ntp' | 'trusted') => {
    const clock = new ManualClock(remembered);
    let right = false;
    const outbox = new SqliteOutbox({
      file: join(dir, 'outbox.db'),
      maxBytes: 1_000_000,
      commitIntervalMs: 200,
      commitRows: 500,
      synchronous: 'normal',
      boot: id,
      clock,
      log,
    });
    await outbox.start();
    outbox.declare({
      id: 'meter',
      name: 'Meter',
      profile: 'test/device',
      metrics: [{ name: 'r0', datatype: 'UInt16', writable: false, intervalMs: 1000 }],
    });
    const times = new TimeStamps({
      clock,
      bootOffset: 0,
      mode,
      onSynchronised: (now) => outbox.settleClock(now),
      lastAt: () => outbox.lastAt(),
      sources: [() => Promise.resolve(right ? 'test' : undefined)],
    });
    await times.watch.start();
    return {
      outbox,
      clock,
      read: (value: number) => {
        outbox.append({
          device: 'meter',
          ...times.stamp('meter', clock.monotonic()),
          readings: [{ alias: 1, value }],
        });
        outbox.commit();
      },
      synchronise: async () => {
        right = true;
        clock.jump(noon);
        await clock.advance(5000);
      },
      powerCut: async () => {
        await times.watch.stop();
        await outbox.stop();
      },
    };
  };
  const sendable = (outbox: SqliteOutbox): unknown[] =>
    outbox.after(0, 100).map(({ at, readings }) => [at, readings[0]?.value, readings[0]?.reason]);

  const first = await boot('first', 'ntp');
  first.read(1);
  await first.clock.advance(1000);
  first.read(2);
  expect(sendable(first.outbox)).toEqual([]);
  await first.powerCut();

  const second = await boot('second', 'ntp');
  second.read(3);
  // Nobody can tell when those of the first boot were: a lower bound, and marked.
  const bounds = [
    [remembered, 1, 'clock_unsynced'],
    [remembered + 1000, 2, 'clock_unsynced'],
  ];
  expect(sendable(second.outbox)).toEqual(bounds);
  await second.clock.advance(2000);
  await second.synchronise();
  second.read(4);
  expect(sendable(second.outbox)).toEqual([
    ...bounds,
    [noon - 2000, 3, undefined],
    [noon + 5000, 4, undefined],
  ]);
  await second.powerCut();

  // Without a synchroniser the clock, half an hour behind, must not give times that are used already.
  const third = await boot('third', 'trusted');
  third.clock.jump(noon - 1_800_000);
  third.read(5);
  third.clock.jump(noon + 5000);
  third.read(6);
  const all = third.outbox.after(0, 100).map(({ at }) => at);
  expect(all.slice(-2)).toEqual([noon + 5001, noon + 5002]);
  expect(new Set(all).size).toBe(6);
  await third.powerCut();
});
