import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  createDriver,
  loadGatewayConfig,
  planGateway,
  type ConfiguredDevice,
  type Driver,
  type Port,
  type Sample,
} from '@city-testbed/gateway';
import { createLogger, systemClock } from '@city-testbed/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// The gateway's own driver against a Modbus server that nobody here wrote: over TCP, and over a serial line (a pair of
// pseudo-terminals) with RTU framing.

const python = '/usr/bin/python3';
const script = fileURLToPath(new URL('../fixtures/pymodbus-server.py', import.meta.url));
const UNIT = 5;

function installed(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const pymodbus = installed(python, '-c', 'from pymodbus.server import StartAsyncTcpServer');
const line = installed(python, '-c', 'import serial_asyncio') && installed('socat', '-V');
const missing = {
  tcp: pymodbus ? undefined : 'python3-pymodbus is not installed',
  rtu: pymodbus && line ? undefined : 'python3-pymodbus, python3-serial-asyncio or socat is not installed',
};

const profile = (id: string, quirks: string): string => {
  const metric = (name: string, datatype: string, register: string): string =>
    `  - { name: ${name}, label: { en: V, ro: V }, datatype: ${datatype}, access: ${/discrete|input/.test(register) ? 'ro' : 'rw'}, register: { ${register} }${datatype === 'Boolean' ? '' : ", unit: '1'"} }`;
  return `
format: 1
id: test/${id}
vendor: Test
model: ${id}
description: { en: For tests, ro: Pentru teste }
sources: [{ title: this file }]
transport: modbus
quirks: ${quirks}
metrics:
${[
  metric('coil_10', 'Boolean', 'table: coil, address: 10, type: bool'),
  metric('coil_11', 'Boolean', 'table: coil, address: 11, type: bool'),
  metric('discrete_3', 'Boolean', 'table: discrete, address: 3, type: bool'),
  metric('discrete_4', 'Boolean', 'table: discrete, address: 4, type: bool'),
  metric('holding_20', 'UInt16', 'table: holding, address: 20, type: uint16'),
  metric('holding_21', 'UInt32', 'table: holding, address: 21, type: uint32, order: ABCD'),
  metric('far', 'UInt16', 'table: holding, address: 250, type: uint16'),
  metric('input_0', 'UInt16', 'table: input, address: 0, type: uint16'),
  metric('beyond', 'UInt16', 'table: input, address: 210, type: uint16'),
].join('\n')}
`;
};
const profiles = {
  plain: '{ maxGap: 124 }',
  multiple: '{ writeMultiple: true }',
  both: '{ readBack: fc23 }',
};

interface Site {
  readonly driver: Driver;
  readonly device: (profile: keyof typeof profiles) => ConfiguredDevice;
  stop(): Promise<void>;
}

async function server(...args: string[]): Promise<{ port: number; child: ChildProcess }> {
  const child = spawn(python, [script, ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
  for await (const printed of createInterface({ input: child.stdout })) {
    const ready = /^ready (\d+)$/.exec(printed);
    if (ready) return { port: Number(ready[1]), child };
  }
  throw new Error('pymodbus did not start');
}

async function startSite(kind: 'tcp' | 'rtu'): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'pymodbus-'));
  const children: ChildProcess[] = [];
  const end = async (): Promise<void> => {
    for (const child of children) {
      const ended = once(child, 'exit');
      if (child.stdin) child.stdin.end();
      else child.kill();
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return await openSite(kind, folder, children, end);
  } catch (error) {
    await end();
    throw error;
  }
}

async function openSite(
  kind: 'tcp' | 'rtu',
  folder: string,
  children: ChildProcess[],
  end: () => Promise<void>,
): Promise<Site> {
  for (const [id, quirks] of Object.entries(profiles)) {
    const file = join(folder, 'profiles/test', `${id}.yaml`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, profile(id, quirks));
  }
  let where: object;
  if (kind === 'tcp') {
    const { port, child } = await server('tcp');
    children.push(child);
    where = { kind: 'modbus-tcp', host: '127.0.0.1', port };
  } else {
    const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs')];
    const pair = spawn(
      'socat',
      ['-d', '-d', `pty,raw,echo=0,link=${ours}`, `pty,raw,echo=0,link=${theirs}`],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    children.push(pair);
    for await (const printed of createInterface({ input: pair.stderr })) {
      if (printed.includes('starting data transfer loop')) break;
    }
    expect(existsSync(ours)).toBe(true);
    const { child } = await server('rtu', theirs);
    children.unshift(child);
    where = { kind: 'modbus-rtu', path: ours, baudRate: 19_200 };
  }
  const config = join(folder, 'gateway.yaml');
  const devices = Object.keys(profiles).map((id, index) => ({
    id,
    profile: `test/${id}`,
    port: 'bus',
    unit: UNIT + index,
  }));
  writeFileSync(
    config,
    JSON.stringify({
      id: 'gw-1',
      site: 'site-1',
      profiles: ['profiles'],
      ports: [{ id: 'bus', timeoutMs: 2000, ...where }],
      devices,
      uplink: { url: 'mqtt://127.0.0.1:1' },
    }),
  );
  const plan = planGateway(loadGatewayConfig(config, {}), folder);
  expect(plan.faults).toEqual([]);
  const port: Port = plan.ports[0]!;
  // One unit, seen through three profiles.
  const oneUnit = plan.devices.map((device) => ({ ...device, unit: UNIT }));
  const log = createLogger({ name: 'test', level: 'silent' });
  const driver = await createDriver(port, {
    clock: systemClock,
    log,
    counters: { counter: () => 0 },
    devices: oneUnit,
  });
  await driver.open();
  return {
    driver,
    device: (id) => oneUnit.find((device) => device.id === id)!,
    stop: async () => {
      await driver.close();
      await end();
    },
  };
}

function byName(device: ConfiguredDevice, sample: Sample | undefined): Record<string, unknown> {
  const values = (sample?.values ?? []).map((value) => [
    device.metrics[value.index]?.name,
    'value' in value ? value.value : value.reason,
  ]);
  return Object.fromEntries(values) as Record<string, unknown>;
}

describe.each(['tcp', 'rtu'] as const)('pymodbus as a Modbus server over %s', (kind) => {
  describe.skipIf(missing[kind])(missing[kind] ?? 'installed', () => {
    let site: Site;
    beforeAll(async () => {
      site = await startSite(kind);
    });
    afterAll(() => site.stop());

    test('functions 1 to 4 read; an address that is not there is exception 2 and costs its neighbours nothing', async () => {
      const device = site.device('plain');
      const poll = site.driver.link(device).poll(device.metrics);
      const wanted = {
        coil_10: false,
        coil_11: true,
        discrete_3: true,
        discrete_4: false,
        holding_20: 20,
        holding_21: 21 * 0x10000 + 22,
        far: 'exception_2',
        input_0: 1000,
        beyond: 'exception_2',
      };
      expect(byName(device, await poll.read())).toEqual(wanted);
      const before = site.driver.counters.requests;
      expect(byName(device, await poll.read())).toEqual(wanted);
      expect(site.driver.counters.requests - before).toBe(6);
    });

    test.each(['plain', 'multiple', 'both'] as const)(
      'functions 5, 6, 15, 16 and 23 write what is read afterwards (profile %s)',
      async (id) => {
        const device = site.device(id);
        const link = site.driver.link(device);
        const seed = { plain: 1, multiple: 2, both: 3 }[id];
        const readBack = id === 'both';
        const [word, long] = [4000 + seed, 100_000 + seed];
        expect(await link.write('coil_10', seed % 2 === 1)).toEqual({ ok: true });
        expect(await link.write('holding_20', word)).toEqual({
          ok: true,
          ...(readBack ? { value: word } : {}),
        });
        expect(await link.write('holding_21', long)).toEqual({
          ok: true,
          ...(readBack ? { value: long } : {}),
        });
        const metrics = device.metrics.filter(({ name }) => /coil_10|holding/.test(name));
        const sample = await link.poll(metrics).read();
        expect(sample?.values.map((value) => ('value' in value ? value.value : value.reason))).toEqual([
          seed % 2 === 1,
          word,
          long,
        ]);
        // As it was, for the test before.
        await link.write('coil_10', false);
        await link.write('holding_20', 20);
        await link.write('holding_21', 21 * 0x10000 + 22);
      },
    );

    test('a write to a register that is not there is refused with its exception', async () => {
      for (const id of ['plain', 'multiple', 'both'] as const) {
        const link = site.driver.link(site.device(id));
        expect(await link.write('far', 1)).toEqual({ ok: false, reason: 'exception_2' });
      }
    });

    test('identification: vendor, product code and revision', async () => {
      expect(await site.driver.identify!(UNIT, 2000)).toEqual({
        present: true,
        vendor: 'Pymodbus',
        product: 'PM',
        revision: '3.0',
      });
    });

    test('a unit that is not there is not found, and does not disturb the one that is', async () => {
      expect(await site.driver.identify!(77, 200)).toEqual({ present: false });
      expect(await site.driver.identify!(UNIT, 2000)).toMatchObject({ present: true });
      expect(site.driver.isOpen).toBe(true);
    });

    test('nothing went astray', () => {
      expect(site.driver.counters).toMatchObject({ strayFrames: 0, checksumErrors: 0 });
    });
  });
});
