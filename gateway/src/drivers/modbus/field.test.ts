import { afterEach, describe, expect, test } from 'vitest';
import { ManualClock, systemClock, type Clock } from '@city-testbed/runtime';
import { modbusBench, valuesOf, type Bench, type BenchOptions } from '../../testing/modbus-bench.ts';
import { deviceOf, registers } from '../../testing/profiles.ts';

// What users of other gateways ask for: one test for each of their lines.

const benches: Bench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.stop();
});
async function open(options: BenchOptions): Promise<Bench> {
  const bench = await modbusBench(options);
  benches.push(bench);
  return bench;
}

/** A clock that a test moves, and that says how many wait for it. */
class WatchedClock extends ManualClock {
  asleep = 0;

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.asleep += 1;
    await super.sleep(ms, signal);
    this.asleep -= 1;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

const one = deviceOf(registers([0]), { id: 'one', unit: 1 });
const two = deviceOf(registers([0]), { id: 'two', unit: 2 });

describe.each(['tcp', 'rtu'] as const)('%s framing', (framing) => {
  test('field: an unanswered read does not reset a shared TCP link', async () => {
    const { peer, driver } = await open({
      framing,
      devices: [one, two],
      timeoutMs: 200,
      deed: ({ unit }) => (unit === 2 ? 'never' : 'good'),
    });
    const [alive, dead] = [one, two].map((device) => driver.link(device).poll(device.metrics));
    for (let round = 0; round < 5; round++) {
      expect(valuesOf(await dead!.read())).toEqual(['no_response']);
      expect(valuesOf(await alive!.read())).toEqual([1000]);
    }
    expect(driver.isOpen).toBe(true);
    expect(peer.connects).toBe(1);
  });

  test('field: a foreign or late frame is discarded; it never answers the next request and never disconnects the port', async () => {
    const { peer, driver } = await open({
      framing,
      devices: [one, two],
      timeoutMs: 200,
      deed: (_, nth) =>
        (['late', 'good', 'foreign-unit', 'foreign-function', 'good'] as const)[nth - 1] ?? 'good',
    });
    const [first, second] = [one, two].map((device) => driver.link(device).poll(device.metrics));
    expect(valuesOf(await first!.read())).toEqual(['no_response']);
    // The answer to unit 1 comes in the same packet, before that to unit 2.
    expect(valuesOf(await second!.read())).toEqual([2000]);
    expect(valuesOf(await first!.read())).toEqual(['no_response']); // unit 2 spoke
    expect(valuesOf(await first!.read())).toEqual(['no_response']); // another function
    expect(valuesOf(await first!.read())).toEqual([1000]);
    expect(driver.counters).toMatchObject({ timeouts: 3, strayFrames: 3 });
    expect(driver.isOpen).toBe(true);
    expect(peer.connects).toBe(1);
  });

  test('field: one bad register marks itself bad, the rest of the read goes on; a merged range that fails is split, and the split remembered', async () => {
    const wide = deviceOf(registers(Array.from({ length: 40 }, (_, index) => index)));
    const { peer, driver } = await open({ framing, devices: [wide] });
    peer.words.missing.add(17);
    const wanted = wide.metrics.map((_, index) => (index === 17 ? 'exception_2' : 1000 + index));
    const poll = driver.link(wide).poll(wide.metrics);
    const requests = async (): Promise<number> => {
      const before = peer.asked.length;
      const sample = await poll.read();
      expect(valuesOf(sample)).toEqual(wanted);
      expect(sample?.responded).toBe(true);
      return peer.asked.length - before;
    };
    expect(await requests()).toBeGreaterThan(3);
    // Those below, the bad one, those above.
    expect(await requests()).toBe(3);
    expect(await requests()).toBe(3);
    expect(peer.asked.slice(-3).map(({ address, quantity }) => [address, quantity])).toEqual([
      [0, 17],
      [17, 1],
      [18, 22],
    ]);
  });

  test('field: one request at a time on a bus', async () => {
    const wide = deviceOf(registers([0, 10, 20]));
    const { peer, driver } = await open({ framing, devices: [wide, two], timeoutMs: 5000 });
    peer.before = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const polls = [wide, two].map((device) => driver.link(device).poll(device.metrics));
    const samples = await Promise.all([polls[0]!.read(), polls[1]!.read(), polls[0]!.read()]);
    expect(samples.map(valuesOf)).toEqual([[1000, 1010, 1020], [2000], [1000, 1010, 1020]]);
    expect(peer.asked).toHaveLength(7);
    expect(peer.mostAtOnce).toBe(1);
  });

  test('field: optional pause between requests and after connecting', async () => {
    const clock = new WatchedClock();
    const paced = deviceOf(registers([0, 10], 'quirks: { pauseMs: 200, connectDelayMs: 3000 }'));
    const { peer, driver } = await open({ framing, devices: [paced], timeoutMs: 5000, clock });
    const heardAt: number[] = [];
    peer.before = () => void heardAt.push(clock.monotonic());
    const poll = driver.link(paced).poll(paced.metrics);
    const polls = { ended: false };
    const over = Promise.all([poll.read(), poll.read()]).then(() => (polls.ended = true));
    while (!polls.ended && clock.monotonic() < 10_000) {
      // Whoever was let go by the clock has been to the peer and back before it goes on.
      await until(() => clock.asleep > 0 || polls.ended);
      await clock.advance(50);
    }
    await over;
    expect(heardAt).toEqual([3000, 3200, 3400, 3600]);
  });

  test('field: reconnect on a transport error only, never because of a Modbus exception', async () => {
    const { peer, driver } = await open({
      framing,
      devices: [one],
      timeoutMs: 200,
      deed: ({ functionCode }, nth) => {
        if (nth <= 11) return { exception: nth };
        if (nth <= 13) return functionCode === 6 ? { exception: 4 } : 'never';
        return nth === 15 ? 'hang-up' : 'good';
      },
    });
    const link = driver.link(one);
    const poll = link.poll(one.metrics);
    for (let code = 1; code <= 11; code++)
      expect(valuesOf(await poll.read())).toEqual([`exception_${String(code)}`]);
    expect(valuesOf(await poll.read())).toEqual(['no_response']);
    expect(await link.write('r0', 1)).toEqual({ ok: false, reason: 'exception_4' });
    expect(valuesOf(await poll.read())).toEqual([1000]);
    expect(peer.connects).toBe(1);
    expect(driver.isOpen).toBe(true);
    // The peer hangs up: that, and only that, is for the port to be opened again.
    await expect(poll.read()).rejects.toMatchObject({ code: 'GATEWAY_PORT_LOST' });
    expect(driver.isOpen).toBe(false);
    await driver.open();
    expect(valuesOf(await poll.read())).toEqual([1000]);
    expect(peer.connects).toBe(2);
  });
});

test('field: a late frame never answers the next request, which asks for the same over Modbus TCP', async () => {
  const { peer, driver } = await open({
    devices: [one],
    timeoutMs: 200,
    deed: (_, nth) => (nth === 1 ? 'late' : 'good'),
  });
  const poll = driver.link(one).poll(one.metrics);
  peer.words.holding.set(0, 666);
  expect(valuesOf(await poll.read())).toEqual(['no_response']);
  peer.words.holding.set(0, 42);
  expect(valuesOf(await poll.read())).toEqual([42]);
  expect(driver.counters).toMatchObject({ timeouts: 1, strayFrames: 1 });
});

test('field: a late frame of a slow device never answers the next request, though RTU has no transaction ids', async () => {
  const wide = deviceOf(registers([0, 10, 20]));
  const slow = { afterMs: 300 };
  const { driver } = await open({
    framing: 'rtu',
    devices: [wide],
    timeoutMs: 200,
    retries: 2,
    deed: (_, nth) => (nth <= 3 ? 'good' : slow),
  });
  const poll = driver.link(wide).poll(wide.metrics);
  expect(valuesOf(await poll.read())).toEqual([1000, 1010, 1020]);
  for (let round = 0; round < 4; round++) {
    valuesOf(await poll.read()).forEach((value, index) => {
      expect(['no_response', 1000 + 10 * index]).toContain(value);
    });
  }
  expect(driver.counters.strayFrames).toBeGreaterThan(0);
});

test('field: 3.5 characters of silence', async () => {
  // At 300 baud 3.5 characters of 11 bits last 128.3 ms.
  const slept: number[] = [];
  const clock: Clock = {
    ...systemClock,
    sleep: (ms, signal) => {
      slept.push(ms);
      return systemClock.sleep(ms, signal);
    },
  };
  const wide = deviceOf(registers([0, 10]));
  const { driver } = await open({ framing: 'rtu', devices: [wide], baudRate: 300, timeoutMs: 5000, clock });
  const poll = driver.link(wide).poll(wide.metrics);
  expect(valuesOf(await poll.read())).toEqual([1000, 1010]);
  const quiet = slept.reduce((sum, ms) => sum + ms, 0);
  expect(slept.length).toBeGreaterThan(0);
  expect(slept[0]).toBeGreaterThan(100);
  expect(slept[0]).toBeLessThan(129);
  expect(quiet).toBeLessThan(2 * 129);
});

test('a line on which somebody still sends is not spoken into, and a babbler does not stop it for ever', async () => {
  const clock = new WatchedClock();
  const { peer, driver } = await open({
    framing: 'rtu',
    devices: [one],
    baudRate: 9600, // 3.5 characters last 4.01 ms
    timeoutMs: 1000,
    clock,
  });
  const poll = driver.link(one).poll(one.metrics);
  const babble = async (): Promise<void> => {
    const { strayFrames } = driver.counters;
    peer.say(Buffer.from([9]));
    await until(() => driver.counters.strayFrames > strayFrames);
  };
  expect(valuesOf(await poll.read())).toEqual([1000]);
  await clock.advance(100);
  await babble();
  const second = poll.read();
  await until(() => clock.asleep > 0);
  expect(peer.asked).toHaveLength(1);
  await clock.advance(5);
  expect(valuesOf(await second)).toEqual([1000]);

  await clock.advance(100);
  await babble();
  const began = clock.monotonic();
  const third = poll.read();
  while (peer.asked.length === 2) {
    await until(() => clock.asleep > 0 || peer.asked.length > 2);
    await babble();
    await clock.advance(3);
  }
  expect(valuesOf(await third)).toEqual([1000]);
  expect(clock.monotonic() - began).toBeGreaterThanOrEqual(1000);
  expect(clock.monotonic() - began).toBeLessThan(1010);
});
