import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { parseProfile, profileLibrary } from '@city-testbed/device-profiles';
import { createLogger, ManualClock, systemClock, type Clock } from '@city-testbed/runtime';
import { afterEach, describe, expect, it } from 'vitest';
import { deviceOf } from '../../testing/profiles.ts';
import { byIdName, endLines, pms5003, serialLine, socat } from '../../testing/serial-line.ts';
import type { Trace } from '../context.ts';
import type { Poll, Sample } from '../driver.ts';
import { SerialDriver } from './serial-driver.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
  endLines();
});

/** A serial device server: what a sensor sends goes out over TCP. */
async function serialServer(onConnect: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    cleanUp.push(() => void socket.destroy());
    onConnect(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(() => new Promise((resolve) => server.close(resolve)));
  return `tcp://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

type Device = ReturnType<typeof deviceOf>;

/** The profile's device, its values trusted from the first frame on. */
function warm(profile: string): Device {
  const definition = profileLibrary().find(profile);
  if (definition.transport !== 'serial-frame') throw new Error(`${profile} sends no frames`);
  return deviceOf({ ...definition, connection: { ...definition.connection, warmUpMs: 0 } });
}

async function open(
  path: string,
  device: Device,
  { clock = systemClock, trace }: { clock?: Clock; trace?: Trace } = {},
): Promise<{ driver: SerialDriver; poll: Poll }> {
  const driver = new SerialDriver(
    { id: 'p', kind: 'serial', path, timeoutMs: 100, retryMaxMs: 1000 },
    { clock, log, counters: { counter: () => 0 }, devices: [device], ...(trace ? { trace } : {}) },
    { lookMs: 20 },
  );
  const poll = driver.link(device).poll(device.metrics);
  cleanUp.push(() => driver.close());
  await driver.open();
  return { driver, poll };
}

async function next(poll: Poll): Promise<Sample> {
  for (;;) {
    const sample = await poll.read();
    if (sample) return sample;
    await systemClock.sleep(2);
  }
}

function named(device: Device, sample: Sample): Record<string, unknown> {
  return Object.fromEntries<unknown>(
    sample.values.map((value) => [
      device.metrics[value.index]?.name ?? '',
      'value' in value ? value.value : value.reason,
    ]),
  );
}

describe('a sensor that sends by itself', () => {
  const device = warm('plantower/pms5003');

  it('gives the last whole frame, however the bytes are cut, and nothing new gives no sample', async () => {
    const stream = Buffer.concat([pms5003([1, 2, 3]).subarray(9), pms5003([4, 5, 6]), pms5003([7, 12, 15])]);
    const path = await serialServer((socket) => {
      socket.write(stream.subarray(0, 40));
      setImmediate(() => socket.write(stream.subarray(40)));
    });
    const { driver, poll } = await open(path, device);
    const last = () => driver.latest.after('pm1', 0)?.result;
    for (let pm1 = last(); !(pm1?.ok && pm1.value === 7); pm1 = last()) await systemClock.sleep(2);
    const sample = await next(poll);
    expect(sample.responded).toBe(true);
    expect(named(device, sample)).toMatchObject({ pm1: 7, pm2_5: 12, pm10: 15 });
    expect(sample.observedAt).toBeGreaterThan(0);
    expect(await poll.read()).toBeUndefined();
  });

  it('a wrong checksum is the reason checksum', async () => {
    const path = await serialServer((socket) => socket.write(pms5003([1, 2, 3], true)));
    const { poll } = await open(path, device);
    const sample = await next(poll);
    expect(new Set(Object.values(named(device, sample)))).toEqual(new Set(['checksum']));
  });

  it('just after power-up, and after a silence in which it may have been without power, it is warming up', async () => {
    const cold = deviceOf(profileLibrary().find('plantower/pms5003'));
    const clock = new ManualClock();
    let sensor: Socket | undefined;
    const path = await serialServer((socket) => (sensor = socket));
    const { driver, poll } = await open(path, cold, { clock });
    while (!sensor) await systemClock.sleep(2);
    const saidEachSecond = async (seconds: number): Promise<unknown[]> => {
      const said = new Set<unknown>();
      for (let second = 0; second < seconds; second++) {
        await clock.advance(1000);
        const before = driver.latest.mark;
        sensor?.write(pms5003([1, 2, 3]));
        while (driver.latest.mark === before) await systemClock.sleep(1);
        said.add(named(cold, await next(poll))['pm2_5']);
      }
      return [...said];
    };
    expect(await saidEachSecond(29)).toEqual(['warming_up']);
    expect(await saidEachSecond(2)).toEqual([2]);
    await clock.advance(5001);
    expect(named(cold, await next(poll))['pm2_5']).toBe('no_response');
    expect(await saidEachSecond(30)).toEqual(['warming_up']);
    expect(await saidEachSecond(2)).toEqual([2]);
  });

  it('a line that ends is a lost port', async () => {
    const path = await serialServer((socket) => socket.end());
    const { driver, poll } = await open(path, device);
    while (driver.isOpen) await systemClock.sleep(2);
    await expect(async () => poll.read()).rejects.toMatchObject({ code: 'GATEWAY_PORT_LOST' });
  });
});

describe('a sensor that is asked', () => {
  // MH-Z19 by its data sheet: request FF 01 86 .. 79, answer FF 86 ppm.
  const device = deviceOf(
    parseProfile(
      `
format: 1
id: test/co2
vendor: Test
model: CO2
description: { en: For tests, ro: Pentru teste }
sources: [{ title: MH-Z19 data sheet }]
transport: serial-frame
connection: { request: 'FF 01 86 00 00 00 00 00 79' }
frame: { header: 'FF 86', length: { fixed: 9 }, checksum: { kind: negated-sum8, from: 1, to: -2, at: -1 } }
metrics:
  - { name: co2, label: { en: CO2, ro: CO2 }, unit: ppm, datatype: UInt16, field: { at: 2, type: uint16 } }
`,
      'test/co2.yaml',
    ),
  );
  const answer = Buffer.from([0xff, 0x86, 0x02, 0x60, 0x47, 0, 0, 0, 0]);
  answer[8] = (0x100 - (answer.subarray(1, 8).reduce((sum, byte) => sum + byte, 0) & 0xff)) & 0xff;

  it('answers each request, or has no response in time', async () => {
    let asked = 0;
    const path = await serialServer((socket) =>
      socket.on('data', (bytes) => {
        expect(bytes.toString('hex')).toBe('ff0186000000000079');
        asked += 1;
        if (asked === 1) socket.write(answer);
      }),
    );
    const { poll } = await open(path, device);
    expect(named(device, await next(poll))).toEqual({ co2: 0x260 });
    expect(await poll.read()).toEqual({ responded: false, values: [{ index: 0, reason: 'no_response' }] });
  });

  it('shows its bytes to whoever looks, and an answer that nobody waits for is none', async () => {
    let sensor: Socket | undefined;
    const path = await serialServer((socket) => (sensor = socket.on('data', () => socket.write(answer))));
    const seen: string[] = [];
    const { driver, poll } = await open(path, device, {
      trace: (direction, bytes) => seen.push(`${direction} ${Buffer.from(bytes).toString('hex')}`),
    });
    await poll.read();
    expect(seen).toEqual(['out ff0186000000000079', `in ${answer.toString('hex')}`]);
    sensor?.write(answer);
    while (driver.counters.strayFrames === 0) await systemClock.sleep(2);
    expect(seen).toHaveLength(3);
  });
});

describe.skipIf(!socat)('a serial line, through pseudo-terminals of socat', () => {
  const device = warm('plantower/pms5003');
  const send = (theirs: string, ...values: [number, number, number]): void =>
    void createWriteStream(theirs).end(pms5003(values));

  it('is opened and read', async () => {
    const { ours, theirs } = await serialLine();
    const { poll } = await open(ours, device);
    send(theirs, 4, 5, 6);
    expect(named(device, await next(poll))).toMatchObject({ pm1: 4, pm2_5: 5, pm10: 6 });
  });

  it.each(['hangs up', 'falls silent for ever'])(
    'field: a serial port is named by its by-id name, and found again after it was unplugged (the kernel %s)',
    async (how) => {
      const [before, after] = [await serialLine(), await serialLine()];
      const name = byIdName();
      name.leadTo(before.ours);
      const { driver, poll } = await open(name.path, device);
      const changes: string[] = [];
      driver.onChange((change) => changes.push(change));
      send(before.theirs, 4, 5, 6);
      expect(named(device, await next(poll))).toMatchObject({ pm2_5: 5 });
      // It came, and was not polled before the line was lost.
      send(before.theirs, 7, 8, 9);
      while (driver.latest.after('pm1', 0)?.result.ok && !isNewer(driver)) await systemClock.sleep(2);

      name.leadTo(undefined);
      if (how === 'hangs up') await before.cut();
      while (driver.isOpen) await systemClock.sleep(2);
      await expect(async () => poll.read()).rejects.toMatchObject({ code: 'GATEWAY_PORT_LOST' });
      expect(changes).toEqual(['lost']);
      await expect(driver.open()).rejects.toMatchObject({
        code: 'GATEWAY_PORT_OPEN',
        message: expect.stringContaining('there is no such device') as string,
      });

      name.leadTo(after.ours);
      while (changes.length < 2) await systemClock.sleep(2);
      expect(changes).toEqual(['lost', 'back']);
      await driver.open();
      expect(await poll.read()).toBeUndefined();
      send(after.theirs, 1, 2, 3);
      expect(named(device, await next(poll))).toMatchObject({ pm2_5: 2 });
    },
  );

  it('is left when its name leads to another adapter and the old one is silent', async () => {
    const [before, after] = [await serialLine(), await serialLine()];
    const name = byIdName();
    name.leadTo(before.ours);
    const { driver, poll } = await open(name.path, device);
    name.leadTo(after.ours);
    while (driver.isOpen) await systemClock.sleep(2);
    await driver.open();
    send(after.theirs, 1, 2, 3);
    expect(named(device, await next(poll))).toMatchObject({ pm2_5: 2 });
  });

  it('belongs to one program at a time', async () => {
    const { ours } = await serialLine();
    await open(ours, device);
    await expect(open(ours, device)).rejects.toMatchObject({
      code: 'GATEWAY_PORT_OPEN',
      message: expect.stringContaining('another program uses it') as string,
    });
  });
});

function isNewer({ latest }: SerialDriver): boolean {
  const pm1 = latest.after('pm1', 0)?.result;
  return pm1?.ok === true && pm1.value === 7;
}
