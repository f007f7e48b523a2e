import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  createSimulator,
  profileLibrary,
  type ModbusProfile,
  type Simulator,
} from '@city-testbed/device-profiles';
import { createLogger } from '@city-testbed/runtime';
import { parseConfig } from '@city-testbed/runtime/config';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createGateway, type Gateway } from './app.ts';
import { settingsOf, type GatewaySettings } from './config/load.ts';
import { GatewayConfig } from './config/schema.ts';
import { TestBroker, TinyHost } from './testing/tiny-host.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const soon = { timeout: 20_000, interval: 10 };
let dir: string;
let simulator: Simulator;
let broker: TestBroker;
let host: TinyHost;
const running: Gateway[] = [];

interface Wanted {
  readonly id?: string;
  /** Indexes of the two simulated meters. */
  readonly meters?: readonly number[];
  readonly maxBytes?: number;
  readonly resendAfterMs?: number;
  readonly statusPort?: number;
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'city-gateway-'));
  const profile = profileLibrary().find('eastron/sdm120') as ModbusProfile;
  simulator = createSimulator({
    devices: [
      { profile, port: 0, seed: 1, group: 'a' },
      { profile, port: 0, seed: 2, group: 'b' },
    ],
  });
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

function text({
  id = 'gw-1',
  meters = [0],
  maxBytes = 1_000_000,
  resendAfterMs = 5000,
  statusPort = 0,
}: Wanted) {
  return JSON.stringify({
    id,
    site: 'baia-mare',
    outbox: { file: 'outbox.db', commitIntervalMs: 5, maxBytes },
    ports: meters.map((n) => ({
      id: `tcp-${String(n)}`,
      kind: 'modbus-tcp',
      host: '127.0.0.1',
      port: simulator.ports[n]?.port,
    })),
    devices: meters.map((n) => ({
      id: `meter-${String(n)}`,
      profile: 'eastron/sdm120',
      port: `tcp-${String(n)}`,
      intervalMs: 20,
    })),
    uplink: {
      url: broker.url,
      primaryHost: 'sandbox',
      reconnectMinMs: 10,
      reconnectMaxMs: 50,
      resendAfterMs,
    },
    status: { port: statusPort },
  });
}

function config(wanted: Wanted = {}): GatewayConfig {
  return parseConfig({ schema: GatewayConfig, file: 'test', envPrefix: 'NONE', text: text(wanted) });
}

const settings = (wanted: Wanted = {}): GatewaySettings => settingsOf(config(wanted), dir);

async function started(wanted: Wanted = {}): Promise<Gateway> {
  const gateway = createGateway(settings(wanted), { log, baseDir: dir });
  running.push(gateway);
  await gateway.start(new AbortController().signal);
  return gateway;
}

const requests = (gateway: Gateway, port: string): number =>
  gateway.status().ports.find(({ id }) => id === port)?.counters.requests ?? 0;
const pollsOf = (device: string): number =>
  host.readings.filter((reading) => reading.device === device).length;

describe('another configuration', { timeout: 30_000 }, () => {
  it('adds and removes a port and its device, and never touches the others', async () => {
    const gateway = await started();
    await host.connect(broker.url);
    await vi.waitFor(() => expect(pollsOf('meter-0')).toBeGreaterThan(20), soon);
    const before = requests(gateway, 'tcp-0');
    const { connects } = gateway.status().uplink;
    await gateway.reload(settings({ meters: [0, 1] }));
    await vi.waitFor(() => expect(pollsOf('meter-1')).toBeGreaterThan(20), soon);
    // A port that had been opened anew would count from nought.
    expect(requests(gateway, 'tcp-0')).toBeGreaterThan(before);
    expect(gateway.status().uplink.connects).toBe(connects);
    await gateway.reload(settings({ meters: [0] }));
    await vi.waitFor(
      () =>
        expect(host.messages.some(({ type, device }) => type === 'DDEATH' && device === 'meter-1')).toBe(
          true,
        ),
      soon,
    );
    expect(gateway.status().devices.map(({ id }) => id)).toEqual(['meter-0']);
    const polls = pollsOf('meter-0');
    await vi.waitFor(() => expect(pollsOf('meter-0')).toBeGreaterThan(polls + 20), soon);
  });

  it('reconnects for another uplink alone, and loses no poll by it', async () => {
    const gateway = await started();
    await host.connect(broker.url);
    await vi.waitFor(() => expect(pollsOf('meter-0')).toBeGreaterThan(20), soon);
    const before = requests(gateway, 'tcp-0');
    await gateway.reload(settings({ resendAfterMs: 500 }));
    const polls = pollsOf('meter-0');
    await vi.waitFor(() => expect(pollsOf('meter-0')).toBeGreaterThan(polls + 20), soon);
    expect(requests(gateway, 'tcp-0')).toBeGreaterThan(before);
    const batches = [...new Set(host.readings.map(({ batch }) => batch))].sort((a, b) => a - b);
    expect(batches).toEqual(batches.map((_, index) => (batches[0] ?? 0) + index));
  });

  it('moves the status page, and keeps the old one where the new port is taken', async () => {
    const gateway = await started();
    const old = gateway.statusPort;
    await expect(gateway.reload(settings({ statusPort: broker.port, meters: [0, 1] }))).rejects.toMatchObject(
      {
        code: 'GATEWAY_STATUS_LISTEN',
      },
    );
    expect(gateway.status().ports).toHaveLength(1);
    const page = await fetch(`http://127.0.0.1:${String(gateway.statusPort)}/health`);
    expect(page.status).toBe(200);
    expect(old).toBeTypeOf('number');
  });

  it('refuses what a running gateway cannot take over, whole', async () => {
    const gateway = await started();
    await expect(gateway.reload(settings({ id: 'gw-2', meters: [0, 1] }))).rejects.toMatchObject({
      code: 'GATEWAY_RELOAD_RESTART',
      message: expect.stringContaining('id') as string,
    });
    expect(gateway.status()).toMatchObject({ gateway: 'gw-1', ports: [{ id: 'tcp-0' }] });
  });

  it('field: a config change never destroys the buffer', async () => {
    const gateway = await started({ meters: [0, 1] });
    const waiting = (): number => gateway.status().outbox.batches;
    await vi.waitFor(() => expect(waiting()).toBeGreaterThan(60), soon);
    await gateway.reload(settings({ meters: [0], maxBytes: 2_000_000, resendAfterMs: 500 }));
    const kept = waiting();
    expect(kept).toBeGreaterThan(60);
    await gateway.stop();
    running.splice(0);
    const again = await started({ meters: [0] });
    await host.connect(broker.url);
    await vi.waitFor(() => expect(again.status().outbox.batches).toBeLessThan(5), soon);
    const heard = new Set(host.readings.map(({ batch }) => batch));
    expect(heard.size).toBeGreaterThanOrEqual(kept);
    // The device that left the configuration with batches waiting was born for them.
    expect(host.births.has('meter-1')).toBe(true);
    expect(pollsOf('meter-1')).toBeGreaterThan(20);
    expect(again.status().outbox.dropped).toBe(0);
  });
});

describe('SIGHUP', { timeout: 30_000 }, () => {
  it('takes over a changed file, and goes on with the old one while the file is faulty', async () => {
    const file = join(dir, 'gateway.yaml');
    writeFileSync(file, text({}));
    const main = new URL('../dist/main.js', import.meta.url).pathname;
    const child = spawn(process.execPath, [main, 'run', '--config', file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    const logged = (part: string): Promise<void> =>
      vi.waitFor(() => expect(lines.some((line) => line.includes(part))).toBe(true), soon);
    try {
      await logged('gateway runs');
      writeFileSync(file, text({ meters: [0, 1] }).replaceAll('eastron/sdm120', 'no/such'));
      child.kill('SIGHUP');
      await logged('configuration refused');
      expect(lines.find((line) => line.includes('configuration refused'))).toContain('devices.0.profile');
      writeFileSync(file, text({ meters: [0, 1] }));
      child.kill('SIGHUP');
      await logged('configuration reloaded');
      expect(child.exitCode).toBeNull();
    } finally {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    }
  });
});
