import { afterEach, describe, expect, test } from 'vitest';
import { ManualClock, systemClock } from '@city-testbed/runtime';
import { modbusBench, valuesOf, type Bench, type BenchOptions } from '../../testing/modbus-bench.ts';
import { frameOf, type Deed } from '../../testing/broken-peer.ts';
import { deviceOf, registers } from '../../testing/profiles.ts';

const benches: Bench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.stop();
});
async function open(options: BenchOptions): Promise<Bench> {
  const bench = await modbusBench(options);
  benches.push(bench);
  return bench;
}

const framings = ['tcp', 'rtu'] as const;
const device = deviceOf(registers([0, 1]));

/** What the first of two polls brings when the peer misbehaves once, and what the second brings then. */
const firstPoll: [Deed, Record<(typeof framings)[number], string | number>][] = [
  ['good', { tcp: 1000, rtu: 1000 }],
  ['cut', { tcp: 1000, rtu: 1000 }],
  ['twice', { tcp: 1000, rtu: 1000 }],
  ['never', { tcp: 'no_response', rtu: 'no_response' }],
  ['late', { tcp: 'no_response', rtu: 'no_response' }],
  ['short', { tcp: 'malformed', rtu: 'malformed' }],
  ['foreign-unit', { tcp: 'no_response', rtu: 'no_response' }],
  ['foreign-function', { tcp: 'no_response', rtu: 'no_response' }],
  [{ exception: 1 }, { tcp: 'exception_1', rtu: 'exception_1' }],
  [{ exception: 6 }, { tcp: 'exception_6', rtu: 'exception_6' }],
  [{ unit: 0 }, { tcp: 'no_response', rtu: 'no_response' }],
  [{ unit: 255 }, { tcp: 'no_response', rtu: 'no_response' }],
  [{ pdu: Buffer.from([3, 3, 1, 2, 3]) }, { tcp: 'malformed', rtu: 'malformed' }],
];

describe.each(framings)('one misbehaving answer over %s framing', (framing) => {
  test.each(firstPoll)(
    '%j: the reason, an open port, and a right answer afterwards',
    async (deed, reasons) => {
      const { peer, driver } = await open({
        framing,
        devices: [device],
        deed: (_, nth) => (nth === 1 ? deed : 'good'),
      });
      const poll = driver.link(device).poll(device.metrics);
      const reason = reasons[framing];
      expect(valuesOf(await poll.read())[0]).toBe(reason);
      expect(valuesOf(await poll.read())).toEqual([1000, 1001]);
      expect(driver.isOpen).toBe(true);
      expect(peer.connects).toBe(1);
    },
  );
});

describe('over Modbus TCP', () => {
  test('the answer to another transaction is discarded', async () => {
    const { driver } = await open({
      devices: [device],
      deed: (_, nth) => (nth === 1 ? 'foreign-transaction' : 'good'),
    });
    const poll = driver.link(device).poll(device.metrics);
    expect(valuesOf(await poll.read())).toEqual(['no_response', 'no_response']);
    expect(valuesOf(await poll.read())).toEqual([1000, 1001]);
    expect(driver.counters).toMatchObject({ timeouts: 1, strayFrames: 1 });
  });

  test('an answer that stops half way costs its time-out; where it garbles the next one, the connection is made again', async () => {
    const { peer, driver } = await open({
      devices: [device],
      deed: (_, nth) => (nth === 1 ? 'torn' : 'good'),
    });
    const poll = driver.link(device).poll(device.metrics);
    expect(valuesOf(await poll.read())).toEqual(['no_response', 'no_response']);
    // The rest never comes: what follows stands in its place, and the header after that is none.
    const second = await poll.read().catch((error: unknown) => error);
    expect(second).toMatchObject({ code: 'GATEWAY_PORT_LOST' });
    await driver.open();
    expect(valuesOf(await poll.read())).toEqual([1000, 1001]);
    expect(peer.connects).toBe(2);
  });

  test.each([
    ['another protocol', Buffer.from([0, 1, 0, 7, 0, 5, 1, 3, 2, 0, 0])],
    ['a length of nothing', Buffer.from([0, 1, 0, 0, 0, 2, 1, 3])],
    ['a length past the limit', Buffer.from([0, 1, 0, 0, 0, 255, 1, 3])],
    ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('a header of %s closes the connection, and the next one is clean', async (_, raw) => {
    const { peer, driver } = await open({
      devices: [device],
      deed: (_asked, nth) => (nth === 1 ? { raw, then: 'good' } : 'good'),
    });
    const poll = driver.link(device).poll(device.metrics);
    await expect(poll.read()).rejects.toMatchObject({ code: 'GATEWAY_PORT_LOST' });
    expect(driver.isOpen).toBe(false);
    await driver.open();
    expect(valuesOf(await poll.read())).toEqual([1000, 1001]);
    expect(peer.connects).toBe(2);
  });

  test('another unit id is let through only where the profile says so, and still not another transaction', async () => {
    const lenient = deviceOf(registers([0, 1], 'quirks: { anyUnit: true }'), { unit: 7 });
    const { driver } = await open({
      devices: [lenient],
      deed: (_, nth) => (nth <= 2 ? { unit: nth === 1 ? 0 : 255 } : 'foreign-transaction'),
    });
    const poll = driver.link(lenient).poll(lenient.metrics);
    expect(valuesOf(await poll.read())).toEqual([7000, 7001]);
    expect(valuesOf(await poll.read())).toEqual([7000, 7001]);
    expect(valuesOf(await poll.read())).toEqual(['no_response', 'no_response']);
  });

  test('an exception of a lenient device counts under any unit id, too', async () => {
    const lenient = deviceOf(registers([0], 'quirks: { anyUnit: true }'), { unit: 7 });
    const { driver } = await open({
      devices: [lenient],
      deed: (asked) => ({ raw: frameOf({ ...asked, unit: 255 }, Buffer.from([0x83, 6])) }),
    });
    expect(valuesOf(await driver.link(lenient).poll(lenient.metrics).read())).toEqual(['exception_6']);
  });

  test('a peer that hangs up is a lost port at once, and is opened again', async () => {
    const { driver } = await open({
      devices: [device],
      timeoutMs: 60_000,
      deed: (_, nth) => (nth === 1 ? 'hang-up' : 'good'),
    });
    const poll = driver.link(device).poll(device.metrics);
    await expect(poll.read()).rejects.toMatchObject({ code: 'GATEWAY_PORT_LOST' });
    await driver.open();
    expect(valuesOf(await poll.read())).toEqual([1000, 1001]);
  });
});

describe('over RTU framing', () => {
  test.each(['wrong-crc', 'torn'] as const)('%s is the reason checksum', async (deed) => {
    const { driver } = await open({
      framing: 'rtu',
      devices: [device],
      deed: (_, nth) => (nth === 1 ? deed : 'good'),
    });
    const poll = driver.link(device).poll(device.metrics);
    expect(await poll.read()).toMatchObject({ responded: false, values: [{ reason: 'checksum' }, {}] });
    expect(valuesOf(await poll.read())).toEqual([1000, 1001]);
    expect(driver.counters).toMatchObject({ timeouts: 1, checksumErrors: 1 });
  });

  test('the unit id is strict whatever the profile says: on a bus it is all that tells devices apart', async () => {
    const lenient = deviceOf(registers([0], 'quirks: { anyUnit: true }'), { unit: 7 });
    const { driver } = await open({ framing: 'rtu', devices: [lenient], deed: () => ({ unit: 8 }) });
    expect(valuesOf(await driver.link(lenient).poll(lenient.metrics).read())).toEqual(['no_response']);
  });

  test('an adaptor that hears itself is no answer, and does not hide one', async () => {
    const { driver } = await open({
      framing: 'rtu',
      devices: [device],
      deed: (asked, nth) => (nth === 1 ? 'echo' : { raw: frameOf(asked, asked.pdu) }),
    });
    const poll = driver.link(device).poll(device.metrics);
    expect(valuesOf(await poll.read())).toEqual([1000, 1001]);
    expect(valuesOf(await poll.read())).toEqual(['no_response', 'no_response']);
  });
});

test('a device that falls silent while its bad register is looked for is no worse off later', async () => {
  const wide = deviceOf(registers(Array.from({ length: 40 }, (_, index) => index)));
  const { peer, driver } = await open({
    devices: [wide],
    timeoutMs: 200,
    deed: (_, nth) => (nth === 4 ? 'never' : 'good'),
  });
  peer.words.missing.add(17);
  const poll = driver.link(wide).poll(wide.metrics);
  expect(valuesOf(await poll.read())).toContain('no_response');
  await poll.read();
  const before = peer.asked.length;
  expect(valuesOf(await poll.read()).filter((value) => typeof value === 'number')).toHaveLength(39);
  expect(peer.asked.length - before).toBe(3);
});

test('a TCP link on which nothing at all was heard for 30 s is taken for half-open, and not before', async () => {
  const clock = new ManualClock();
  const { driver } = await open({ devices: [device], timeoutMs: 15, clock, deed: () => 'never' });
  const poll = driver.link(device).poll(device.metrics);
  for (let request = 0; request < 6; request++) {
    await clock.advance(5000);
    expect(valuesOf(await poll.read())[0]).toBe('no_response');
    expect(driver.isOpen).toBe(true);
  }
  await clock.advance(1);
  await poll.read();
  await expect(poll.read()).rejects.toMatchObject({ code: 'GATEWAY_PORT_LOST' });
  expect(driver.isOpen).toBe(false);
});

describe('retries', () => {
  const lossy = (nth: number): Deed => (nth % 2 === 0 ? 'wrong-crc' : 'good');

  test('a broken answer of a device that answered before is asked for once more', async () => {
    const { peer, driver } = await open({
      framing: 'rtu',
      devices: [device],
      deed: (_, nth) => lossy(nth),
    });
    const poll = driver.link(device).poll(device.metrics);
    for (let round = 0; round < 3; round++) expect(valuesOf(await poll.read())).toEqual([1000, 1001]);
    expect(peer.asked).toHaveLength(5);
  });

  test('a device that did not answer its previous poll is asked once a poll, until it answers', async () => {
    const { peer, driver } = await open({
      framing: 'rtu',
      devices: [device],
      retries: 2,
      timeoutMs: 200,
      deed: (_, nth) => (nth === 1 || nth > 6 ? 'good' : 'never'),
    });
    const poll = driver.link(device).poll(device.metrics);
    const asked: number[] = [];
    for (let round = 0; round < 5; round++) {
      const before = peer.asked.length;
      await poll.read();
      asked.push(peer.asked.length - before);
    }
    // Good; dies: three tries; dead: one try each; back.
    expect(asked).toEqual([1, 3, 1, 1, 1]);
  });

  test('values of a repeated request are as old as the one that was answered', async () => {
    const timeoutMs = 200;
    const { driver } = await open({
      framing: 'rtu',
      devices: [device],
      retries: 1,
      timeoutMs,
      deed: (_, nth) => (nth === 2 ? 'never' : 'good'),
    });
    const poll = driver.link(device).poll(device.metrics);
    expect((await poll.read())?.observedAt).toBeUndefined(); // that of the poll
    const began = systemClock.monotonic();
    const repeated = await poll.read();
    expect(repeated?.responded).toBe(true);
    expect(repeated?.observedAt).toBeGreaterThan(began + timeoutMs / 2);
  });

  test('retries are counted by the poll, not by the request: many ranges cost no more', async () => {
    const wide = deviceOf(registers([0, 100, 200, 300]));
    let dead = false;
    const { peer, driver } = await open({
      framing: 'rtu',
      devices: [wide],
      timeoutMs: 200,
      deed: () => (dead ? 'never' : 'good'),
    });
    const poll = driver.link(wide).poll(wide.metrics);
    await poll.read();
    dead = true;
    expect(await poll.read()).toMatchObject({ responded: false });
    expect(peer.asked).toHaveLength(4 + 2);
  });

  test('over Modbus TCP nothing is repeated unless the port says so', async () => {
    for (const retries of [undefined, 1]) {
      const { peer, driver } = await open({
        devices: [device],
        ...(retries === undefined ? {} : { retries }),
        deed: (_, nth) => (nth === 1 ? 'good' : 'never'),
      });
      const poll = driver.link(device).poll(device.metrics);
      await poll.read();
      await poll.read();
      expect(peer.asked).toHaveLength(retries === undefined ? 2 : 3);
    }
  });

  test('an exception is an answer: it is not repeated', async () => {
    const { peer, driver } = await open({
      framing: 'rtu',
      devices: [device],
      deed: (_, nth) => (nth === 1 ? 'good' : { exception: 6 }),
    });
    const poll = driver.link(device).poll(device.metrics);
    await poll.read();
    await poll.read();
    expect(peer.asked).toHaveLength(2);
  });
});

test('close ends a pause that is under way, and what waited for it', async () => {
  const clock = new ManualClock();
  const slow = deviceOf(registers([0], 'quirks: { connectDelayMs: 60000 }'));
  const { driver } = await open({ devices: [slow], clock });
  const read = driver.link(slow).poll(slow.metrics).read();
  await driver.close();
  await expect(read).rejects.toMatchObject({ code: 'GATEWAY_PORT_LOST' });
});

describe.each(framings)('what an engineer is shown over %s framing', (framing) => {
  test('every byte that went out and came in, once, a frame at a time', async () => {
    const seen: [string, string][] = [];
    const { peer, driver } = await open({
      framing,
      devices: [device],
      timeoutMs: 200,
      trace: (direction, bytes) => seen.push([direction, Buffer.from(bytes).toString('hex')]),
      deed: (_, nth) => (['good', 'foreign-unit', 'cut'] as const)[nth - 1] ?? 'never',
    });
    const poll = driver.link(device).poll(device.metrics);
    for (let round = 0; round < 3; round++) await poll.read();
    const out = seen.filter(([direction]) => direction === 'out').map(([, hex]) => hex);
    expect(out.join('')).toBe(Buffer.concat(peer.heard).toString('hex'));
    const asked = peer.asked.length;
    expect(out).toHaveLength(asked);
    const answers = peer.asked.map((request, index) =>
      index === 1
        ? frameOf({ ...request, unit: 2 }, peer.words.answer(2, request.pdu))
        : frameOf(request, peer.words.answer(1, request.pdu)),
    );
    const came = seen.filter(([direction]) => direction === 'in').map(([, hex]) => hex);
    expect(came.slice(0, 3)).toEqual(answers.slice(0, 3).map((bytes) => bytes.toString('hex')));
  });
});
