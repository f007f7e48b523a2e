import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createSimulator,
  profileLibrary,
  type ModbusProfile,
  type Simulator,
} from '@city-testbed/device-profiles';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { planGateway } from '../config/load.ts';
import { partsOf } from '../config/parts.ts';
import { collectIo, type CollectedIo } from '../testing/collect-io.ts';
import { good, ModbusPeer } from '../testing/modbus-peer.ts';
import { dispatch } from './dispatch.ts';
import { listOf } from './scan.ts';

const modbus = (id: string): ModbusProfile => profileLibrary().find(id) as ModbusProfile;
let simulator: Simulator;
let port: string;

beforeEach(async () => {
  simulator = createSimulator({
    devices: [{ profile: modbus('eastron/sdm120'), port: 0, seed: 1, unit: 1 }],
  });
  await simulator.start(new AbortController().signal);
  port = `tcp://127.0.0.1:${String(simulator.ports[0]?.port)}`;
});
afterEach(() => simulator.stop());

async function called(
  args: readonly string[],
  signal?: AbortSignal,
): Promise<{ code: number; out: string; err: string; io: CollectedIo }> {
  const io = collectIo({}, signal);
  const code = await dispatch(args, '1', io);
  return { code, out: io.written(), err: io.complained(), io };
}

describe('probe', () => {
  it('reads a device by its profile: a table of values, and the bytes behind each', async () => {
    const { code, out } = await called(['probe', '--profile', 'eastron/sdm120', '--port', port]);
    expect(code).toBe(0);
    expect(out).toMatch(/eastron\/sdm120 on tcp:\S+, unit 1: 10 of 10 values good, in \d+ ms/);
    expect(out).toMatch(/^voltage +2\d\d\.\d+ +V +ok +good +input 0x0000 float32( +43 [0-9A-F ]+)?$/m);
    expect(out).toMatch(/^sent +[0-9A-F ]+ 01 04 00 00 00 4C/m);
    expect(out).toMatch(/^received +[0-9A-F ]+ 01 04 98 43/m);
  });

  it('gives the same as JSON, with the value that its bytes mean', async () => {
    const { code, out } = await called(['probe', '--profile', 'eastron/sdm120', '--port', port, '--json']);
    expect(code).toBe(0);
    const { metrics } = JSON.parse(out) as { metrics: { metric: string; value: number; bytes: string }[] };
    const voltage = metrics.find(({ metric }) => metric === 'voltage')!;
    const bytes = Buffer.from(voltage.bytes.replaceAll(' ', ''), 'hex');
    expect(bytes.readFloatBE(0)).toBe(voltage.value);
  });

  it('watches until it is interrupted', async () => {
    const abort = new AbortController();
    const io = collectIo({}, abort.signal);
    const lines: string[] = [];
    const code = await dispatch(
      ['probe', '--profile', 'eastron/sdm120', '--port', port, '--watch', '--every', '10', '--json'],
      '1',
      {
        ...io,
        out: (text) => {
          lines.push(text);
          if (lines.length === 3) abort.abort();
        },
      },
    );
    expect(code).toBe(0);
    expect(lines.map((line) => (JSON.parse(line) as { answered: boolean }).answered)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('says what to check where nothing answers, and ends with 1', async () => {
    const peer = await new ModbusPeer(() => undefined).start();
    const place = `tcp://127.0.0.1:${String(peer.port)}`;
    const { code, out, err } = await called([
      'probe',
      '--profile',
      'eastron/sdm120',
      '--port',
      place,
      '--timeout',
      '50',
    ]);
    await peer.stop();
    expect(code).toBe(1);
    expect(out).toContain('nothing answered');
    expect(err).toContain('What to check:');
    expect(err).toContain('unit id');
  });

  it('tells a silent unit from a silent converter', async () => {
    const { code, out, err } = await called([
      ...['probe', '--profile', 'eastron/sdm120', '--port', port, '--unit', '7'],
    ]);
    expect(code).toBe(1);
    expect(out).toContain('the converter answers, the unit behind it does not (exception 11)');
    expect(err).toContain('What to check:');
  });

  it('reads a device of a configuration, whatever is wrong with the rest of it', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'city-probe-'));
    const file = join(dir, 'gateway.yaml');
    const { hostname, port: number } = new URL(port);
    writeFileSync(
      file,
      `id: gw-1
site: baia-mare
ports: [{ id: tcp, kind: modbus-tcp, host: ${hostname}, port: ${number} }]
devices:
  - { id: meter-1, profile: eastron/sdm120, port: tcp }
  - { id: meter-2, profile: eastron/sdm999, port: tcp }
uplink: {}
`,
    );
    const { code, out } = await called(['probe', '--config', file, 'meter-1']);
    expect({ code, answered: out.includes('10 of 10 values good') }).toEqual({ code: 0, answered: true });
    expect((await called(['probe', '--config', file, 'meter-2'])).err).toContain('eastron/sdm999');
    expect((await called(['probe', '--config', file])).code).toBe(2);
    rmSync(dir, { recursive: true });
  });

  it('explains a command line that is wrong', async () => {
    for (const [args, why] of [
      [['--profile', 'eastron/sdm120'], '--port'],
      [['--profile', 'eastron/sdm120', '--port', 'com1'], 'not "com1"'],
      [
        ['--profile', 'eastron/sdm120', '--port', port, '--unit', '900'],
        '--unit takes a whole number from 0 to 255',
      ],
      [['--profile', 'plantower/pms5003', '--port', 'rtu+tcp://127.0.0.1:1'], 'rtu+tcp:// is for Modbus'],
      [['--profile', 'sparkfun/rain-gauge'], 'pins.rainfall'],
    ] as const) {
      const { code, err } = await called(['probe', ...args]);
      expect(code).toBe(2);
      expect(err).toContain(why);
    }
    expect(await called(['probe', '--profile', 'a/b', '--port', port])).toMatchObject({
      code: 1,
      err: expect.stringContaining('PROFILE_UNKNOWN') as string,
    });
  });
});

describe('scan', () => {
  it('finds who is on the bus, guesses the profile, and gives lines for the configuration', async () => {
    const { code, out, err } = await called(['scan', '--port', port, '--units', '1-4', '--timeout', '200']);
    expect(code).toBe(0);
    expect(err).toContain('4 of 4 units asked');
    expect(out).toMatch(/^1 +eastron\/sdm120 +\d+ % +10 of 10 values good; voltage 2\d\d/m);
    const document = parse(out.slice(out.indexOf('ports:'))) as unknown;
    const { devices, faults } = planGateway(
      partsOf({ profiles: [], uplink: {}, ...withDefaults(document) }),
      '/',
    );
    expect(faults).toEqual([]);
    expect(devices).toMatchObject([{ profile: 'eastron/sdm120', unit: 1 }]);
  });

  it('takes another device for what it is', async () => {
    const other = createSimulator({
      devices: [{ profile: modbus('deltaohm/pmbsense-a'), port: 0, seed: 2, unit: 7 }],
    });
    await other.start(new AbortController().signal);
    const place = `tcp://127.0.0.1:${String(other.ports[0]?.port)}`;
    const { out } = await called(['scan', '--port', place, '--units', '6-7', '--json']);
    await other.stop();
    const { units } = JSON.parse(out) as { units: { unit: number; guesses: { profile: string }[] }[] };
    expect(units.map(({ unit, guesses }) => [unit, guesses[0]?.profile])).toEqual([
      [7, 'deltaohm/pmbsense-a'],
    ]);
  });

  it('ends with 1 where nobody is, and prints what it has when it is interrupted', async () => {
    const peer = await new ModbusPeer((request, { connections }) => {
      if (request.unit === 2) for (const socket of connections) socket.write(good(request));
    }).start();
    const place = `tcp://127.0.0.1:${String(peer.port)}`;
    const nobody = await called(['scan', '--port', place, '--units', '3-4', '--timeout', '20']);
    expect(nobody).toMatchObject({ code: 1, out: 'nobody answered\n' });
    expect(nobody.err).toContain('is the device powered');
    expect(nobody.err).not.toContain('city-gateway scan finds it');
    const abort = new AbortController();
    const io = collectIo({}, abort.signal);
    const interrupting = {
      ...io,
      err: (text: string) => {
        io.err(text);
        if (text.startsWith('unit 2')) abort.abort();
      },
    };
    const code = await dispatch(
      ['scan', '--port', place, '--units', '2-240', '--timeout', '20'],
      '1',
      interrupting,
    );
    await peer.stop();
    expect(code).toBe(0);
    expect(io.complained()).toContain('interrupted');
    expect(io.written()).toContain('unit: 2');
    expect(Math.max(...peer.requests.map(({ unit }) => unit))).toBeLessThan(5);
  });

  it('reads lists of units', () => {
    expect(listOf('1-3, 7,2', '--units', { min: 0, max: 255 })).toEqual([1, 2, 3, 7]);
    for (const wrong of ['', '3-1', '1-2-3', '300', 'a']) {
      expect(() => listOf(wrong, '--units', { min: 0, max: 255 })).toThrow('--units');
    }
  });
});

function withDefaults(document: unknown): object {
  const { ports, devices } = document as { ports: object[]; devices: object[] };
  return {
    ports: ports.map((one) => ({ retryMaxMs: 1000, ...one })),
    devices: devices.map((one) => ({ metrics: {}, pins: {}, ...one })),
  };
}
