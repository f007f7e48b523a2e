import { once } from 'node:events';
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdtempSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseProfile, profileLibrary } from '@city-testbed/device-profiles';
import { createLogger, systemClock } from '@city-testbed/runtime';
import { afterEach, describe, expect, it } from 'vitest';
import { deviceOf } from '../../testing/profiles.ts';
import type { Poll, Sample } from '../driver.ts';
import { SerialDriver } from './serial-driver.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** A PMS5003 frame by its data sheet: 42 4D, length 28, thirteen words, checksum = sum of the bytes before it. */
function pms5003(atmospheric: readonly [number, number, number], breakChecksum = false): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt16BE(0x424d, 0);
  bytes.writeUInt16BE(28, 2);
  atmospheric.forEach((value, index) => bytes.writeUInt16BE(value, 10 + 2 * index));
  const sum = bytes.subarray(0, 30).reduce((total, byte) => total + byte, 0);
  bytes.writeUInt16BE(breakChecksum ? sum ^ 1 : sum, 30);
  return bytes;
}

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

async function open(
  path: string,
  device: ReturnType<typeof deviceOf>,
): Promise<{ driver: SerialDriver; poll: Poll }> {
  const driver = new SerialDriver(
    { id: 'p', kind: 'serial', path, timeoutMs: 100, retryMaxMs: 1000 },
    { clock: systemClock, log, counters: { counter: () => 0 }, devices: [device] },
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

function named(device: ReturnType<typeof deviceOf>, sample: Sample): Record<string, unknown> {
  return Object.fromEntries<unknown>(
    sample.values.map((value) => [
      device.metrics[value.index]?.name ?? '',
      'value' in value ? value.value : value.reason,
    ]),
  );
}

describe('a sensor that sends by itself', () => {
  const device = deviceOf(profileLibrary().find('plantower/pms5003'));

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
});

const socat = spawnSync('socat', ['-V']).status === 0;
describe('a serial line', () => {
  it.skipIf(!socat)('is opened and read through a pseudo-terminal (needs socat)', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'city-pty-'));
    const [ours, theirs] = [join(dir, 'ours'), join(dir, 'theirs')];
    const pair = spawn('socat', [`pty,raw,echo=0,link=${ours}`, `pty,raw,echo=0,link=${theirs}`]);
    cleanUp.push(() => void pair.kill());
    while (!existsSync(ours) || !existsSync(theirs)) await systemClock.sleep(10);
    const device = deviceOf(profileLibrary().find('plantower/pms5003'));
    const { poll } = await open(ours, device);
    createWriteStream(theirs).write(pms5003([4, 5, 6]));
    expect(named(device, await next(poll))).toMatchObject({ pm1: 4, pm2_5: 5, pm10: 6 });
  });
});
