import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import modbusSerial from 'modbus-serial';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

const command = fileURLToPath(new URL('../bin/device-profile.js', import.meta.url));
const cases = fileURLToPath(new URL('../testcases', import.meta.url));
// Each test starts processes of its own, which takes long on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'device-profile-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = start(...args);
  let [out, err] = ['', ''];
  child.stdout!.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr!.on('data', (text: Buffer) => (err += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('lint and test are content with what comes along', async () => {
  expect(await run('lint')).toMatchObject({ code: 0, err: '' });
  const tested = await run('test', 'eastron/sdm120', cases, '--json');
  expect(tested.code).toBe(0);
  expect(JSON.parse(tested.out)).toMatchObject({
    ok: true,
    profiles: { length: 1 + readdirSync(cases).length },
  });
});

test('faults are listed a line each, and the exit code is 1', async () => {
  const bad = file('bad.yaml', 'format: 1\ntransport: gpio\nid: Bad\n');
  const linted = await run('lint', bad);
  expect(linted.code).toBe(1);
  for (const path of ['vendor', 'metrics', 'id']) expect(linted.out).toContain(` ${path}: found`);
  expect((await run('lint', file('worse.yaml', 'a: ['))).code).toBe(1);
  expect(await run('lint', 'no/such')).toMatchObject({ code: 1 });
});

test('a wrong call is exit code 2, with the usage', async () => {
  const calls = [
    [],
    ['fly'],
    ['simulate'],
    ['lint', '--colour'],
    ['simulate', '--profile', 'eastron/sdm120', '--port', 'x'],
  ];
  for (const { code, err } of await Promise.all(calls.map((args) => run(...args)))) {
    expect(code).toBe(2);
    expect(err).toContain('device-profile lint');
  }
  expect((await run('--help')).code).toBe(0);
});

test('simulate serves the devices of a file, says which ports are ready, and stops on SIGTERM', async () => {
  const config = file(
    'city.yaml',
    `- { profile: waveshare/modbus-relay, port: 0, group: a, unit: 1 }
- { profile: dfrobot/sen0492, port: 0, group: a, unit: 2, signals: { distance: { kind: constant, value: 999 } } }
- { profile: eastron/sdm120, port: 0, seed: 4 }
`,
  );
  const child = start('simulate', '--config', config);
  const ports: { port: number; devices: unknown[] }[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    ports.push(JSON.parse(line) as (typeof ports)[number]);
    if (ports.length === 2) break;
  }
  expect(ports[0]).toMatchObject({ ready: true, group: 'a', devices: [{ unit: 1 }, { unit: 2 }] });
  const client = new modbusSerial.default();
  await client.connectTCP('127.0.0.1', { port: ports[0]!.port });
  client.setID(2);
  expect((await client.readHoldingRegisters(0x34, 1)).data).toEqual([999]);
  child.kill('SIGTERM');
  expect((await once(child, 'exit'))[0]).toBe(0);
  client.close(() => undefined);
});

test('a simulation with faults names them all', async () => {
  const config = file(
    'faults.yaml',
    `- { profile: eastron/none, port: 0 }
- { profile: plantower/pms5003, port: 0 }
- { profile: eastron/sdm120, port: 0, signals: { speed: { kind: constant, value: 1 } } }
`,
  );
  const { code, err } = await run('simulate', '--config', config);
  expect(code).toBe(1);
  for (const path of ['0.profile', '1.profile', '2.signals.speed']) expect(err).toContain(`  ${path}: found`);
  const broken = file('broken.yaml', '- { profile: eastron/sdm120, port: 99999, colour: red }\n');
  const second = await run('simulate', '--config', broken);
  for (const path of ['0.port', '0.colour']) expect(second.err).toContain(`  ${path}: found`);
});
