import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  createSimulator,
  profileLibrary,
  type ModbusProfile,
  type Simulator,
} from '@city-testbed/device-profiles';
import { createLogger, systemClock } from '@city-testbed/runtime';
import { parseConfig } from '@city-testbed/runtime/config';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGateway, type Gateway } from './app.ts';
import { settingsOf } from './config/load.ts';
import { GatewayConfig } from './config/schema.ts';
import type { GatewayStatus } from './status/status.ts';
import { TestBroker, TinyHost } from './testing/tiny-host.ts';

const log = createLogger({ name: 'test', level: 'silent' });
let dir: string;
let simulator: Simulator;
let broker: TestBroker;
let host: TinyHost;
const running: Gateway[] = [];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'city-gateway-'));
  const profile = profileLibrary().find('eastron/sdm120') as ModbusProfile;
  simulator = createSimulator({ devices: [{ profile, port: 0, seed: 1 }] });
  await simulator.start(new AbortController().signal);
  broker = new TestBroker();
  await broker.start();
  host = new TinyHost('baia-mare', 'gw-1');
});
afterEach(async () => {
  for (const gateway of running.splice(0)) await gateway.stop();
  await host.disconnect();
  await broker.stop();
  await simulator.stop();
  rmSync(dir, { recursive: true, force: true });
});

function config(): GatewayConfig {
  const text = `
id: gw-1
site: baia-mare
outbox: { file: outbox.db, commitIntervalMs: 5 }
ports: [{ id: tcp, kind: modbus-tcp, host: 127.0.0.1, port: ${String(simulator.ports[0]?.port)} }]
devices:
  - { id: meter-1, profile: eastron/sdm120, port: tcp, intervalMs: 20, location: { lat: 47.6, lon: 23.5, place: Hall } }
uplink: { url: '${broker.url}', primaryHost: sandbox, reconnectMinMs: 10, reconnectMaxMs: 50 }
status: { port: 0 }
`;
  return parseConfig({ schema: GatewayConfig, file: 'test', envPrefix: 'NONE', text });
}

async function started(): Promise<Gateway> {
  const gateway = createGateway(settingsOf(config(), dir), { log, baseDir: dir });
  running.push(gateway);
  await gateway.start(new AbortController().signal);
  return gateway;
}

describe('a gateway', () => {
  it('carries readings from a Modbus device to a host, and says how it is', async () => {
    const gateway = await started();
    await host.connect(broker.url);
    await host.until(() => host.values('voltage').length >= 5);
    const voltages = host.values('voltage').filter((value) => typeof value === 'number');
    expect(voltages.length).toBeGreaterThanOrEqual(5);
    expect(voltages.every((volts) => volts > 200 && volts < 260)).toBe(true);
    const response = await fetch(`http://127.0.0.1:${String(gateway.statusPort)}/health`);
    const status = (await response.json()) as GatewayStatus;
    expect(status).toMatchObject({
      gateway: 'gw-1',
      status: 'ok',
      faults: [],
      uplink: { state: 'online' },
      ports: [{ id: 'tcp', open: true }],
      devices: [{ id: 'meter-1', state: 'answering' }],
    });
    expect(status.outbox.rows).toBe(status.outbox.batches);
    expect((await fetch(`http://127.0.0.1:${String(gateway.statusPort)}/nothing`)).status).toBe(404);
  });

  it('loses no poll over a stop and a start, with the host away in between', async () => {
    const first = await started();
    while ((first.status().devices[0]?.polls ?? 0) < 10) await systemClock.sleep(10);
    await first.stop();
    const kept = first.status();
    expect(kept.devices[0]?.polls).toBeGreaterThanOrEqual(10);
    const second = await started();
    await host.connect(broker.url);
    while (second.status().outbox.rows > 0 || second.status().uplink.confirmed === 0)
      await systemClock.sleep(10);
    const polls = (kept.devices[0]?.polls ?? 0) + (second.status().devices[0]?.polls ?? 0);
    const times = new Set(host.readings.map(({ at }) => at));
    expect(times.size).toBeGreaterThanOrEqual(kept.devices[0]?.polls ?? 0);
    expect(times.size).toBeLessThanOrEqual(polls);
  });

  it('names what is wrong while a device is silent and the broker away', async () => {
    await simulator.stop();
    await broker.stop();
    const gateway = await started();
    while (gateway.status().faults.length < 3) await systemClock.sleep(10);
    expect(gateway.status()).toMatchObject({ status: 'degraded', devices: [{ state: 'silent' }] });
    expect(gateway.status().faults.join('\n')).toMatch(/uplink is[^]*port tcp[^]*meter-1 does not answer/);
  });
});

describe('city-gateway', () => {
  const run = async (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> => {
    const main = new URL('../dist/main.js', import.meta.url).pathname;
    try {
      return { code: 0, ...(await promisify(execFile)(process.execPath, [main, ...args])) };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, stdout, stderr };
    }
  };

  it('helps, refuses a wrong command line with 2, and a wrong configuration with 1, naming every fault', async () => {
    expect(await run('--help')).toMatchObject({ code: 0 });
    expect(await run('fly')).toMatchObject({ code: 2 });
    expect((await run('run')).stderr).toContain('--config');
    const file = join(dir, 'wrong.yaml');
    writeFileSync(
      file,
      `id: gw\nsite: s\nports: [{ id: a, kind: modbus-tcp, host: h }]\nuplink: { url: 'mqtt://h' }\ndevices:
  - { id: x, profile: no/such, port: a }\n  - { id: x, profile: eastron/sdm120, port: b }\n`,
    );
    const check = await run('check', '--config', file, '--json');
    expect(check.code).toBe(1);
    const { faults } = JSON.parse(check.stdout) as { faults: { path: string }[] };
    expect(faults.map(({ path }) => path)).toEqual(['devices.1.id', 'devices.0.profile', 'devices.1.port']);
    const started = await run('run', '--config', file);
    expect(started.code).toBe(1);
    expect(started.stderr).toContain('devices.1.port');
  }, 20_000);
});
