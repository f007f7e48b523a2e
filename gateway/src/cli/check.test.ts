import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createSimulator,
  profileLibrary,
  type ModbusProfile,
  type Simulator,
} from '@city-testbed/device-profiles';
import { Aedes } from 'aedes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { selfSigned } from '../testing/certificates.ts';
import { collectIo } from '../testing/collect-io.ts';
import { TestBroker } from '../testing/tiny-host.ts';
import { checkConfig, type CheckOptions, type CheckResult } from './checks/examine.ts';
import { formatCheck } from './checks/report.ts';
import { dispatch } from './dispatch.ts';

const example = new URL('../../example.yaml', import.meta.url).pathname;
const now = Date.UTC(2026, 10, 1);
const day = 86_400_000;
let dir: string;

interface Loose {
  [key: string]: unknown;
  ports: Record<string, unknown>[];
  devices: Record<string, unknown>[];
  uplink: Record<string, unknown>;
  status: Record<string, unknown>;
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'city-check-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function keep(name: string, text: string, mode = 0o600): string {
  const file = join(dir, name);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

/** Checks the example after a change, as on another machine unless told otherwise. */
function checked(change: (config: Loose) => void, options: CheckOptions = {}): CheckResult {
  const config = parse(readFileSync(example, 'utf8')) as Loose;
  config.uplink['password'] = { env: 'TOKEN' };
  config.uplink['url'] = 'mqtts://broker.example:8883';
  change(config);
  return checkConfig(keep('gateway.yaml', stringify(config)), {
    env: { TOKEN: 'secret' },
    elsewhere: true,
    now,
    ...options,
  });
}

const paths = (findings: CheckResult['faults']): string[] => findings.map(({ path }) => path);

describe('check', () => {
  it('finds nothing wrong with the example', () => {
    const { ok, faults, warnings } = checked(() => undefined);
    expect({ ok, faults, warnings }).toEqual({ ok: true, faults: [], warnings: [] });
  });

  it('names faults of the schema, of devices, of secrets and of files in one go', () => {
    const { ok, faults } = checked((config) => {
      config['logLevel'] = 'loud';
      config.devices[0]!['profile'] = 'eastron/sdm999';
      config.uplink['password'] = { file: './no-token' };
      config.uplink['tls'] = { caFile: './no-ca.pem' };
    });
    expect(ok).toBe(false);
    expect(paths(faults).sort()).toEqual([
      'devices.0.profile',
      'logLevel',
      'uplink.password',
      'uplink.tls.caFile',
    ]);
    const secret = faults.find(({ path }) => path === 'uplink.password');
    expect(secret).toMatchObject({ code: 'CONFIG_SECRET_UNREADABLE' });
    expect(secret?.hint).toContain('{env: NAME}');
  });

  it('warns of what every user of the machine can read', () => {
    keep('token', 'secret', 0o644);
    const { ok, warnings } = checked((config) => (config.uplink['password'] = { file: './token' }));
    expect(ok).toBe(true);
    expect(warnings).toMatchObject([{ path: 'uplink.password', allowed: `chmod o= ${join(dir, 'token')}` }]);
  });

  it('looks into certificates: parsed, fitting their key, valid, and for how long', async () => {
    const good = await selfSigned(now - day, now + 90 * day);
    const late = await selfSigned(now - 90 * day, now - day);
    const soon = await selfSigned(now - day, now + 10 * day);
    const tls = (cert: string, key: string, more = {}): CheckResult => {
      keep('gw.crt', cert);
      keep('gw.key', key);
      return checked(
        (config) => (config.uplink['tls'] = { certFile: './gw.crt', keyFile: './gw.key', ...more }),
      );
    };
    const fine = tls(good.certificate, good.key);
    expect([...fine.faults, ...fine.warnings]).toEqual([]);
    expect(fine.notes.find(({ path }) => path === 'uplink.tls.certFile')?.found).toContain('90 days left');
    expect(paths(tls(good.certificate, late.key).faults)).toEqual(['uplink.tls.keyFile']);
    expect(paths(tls(late.certificate, late.key).faults)).toEqual(['uplink.tls.certFile']);
    expect(paths(tls(soon.certificate, soon.key).warnings)).toEqual(['uplink.tls.certFile']);
    expect(paths(tls('garbage', 'garbage').faults)).toEqual(['uplink.tls.certFile', 'uplink.tls.keyFile']);
    const renewed = tls(late.certificate, late.key, { renew: { url: 'https://ca.example/.well-known/est' } });
    expect({ faults: renewed.faults, warned: paths(renewed.warnings) }).toEqual({
      faults: [],
      warned: ['uplink.tls.certFile'],
    });
  });

  it('names device files that are missing, and an outbox that cannot be written', () => {
    keep('plain-file', '');
    const { faults } = checked(
      (config) => {
        config.ports[1]!['path'] = join(dir, 'plain-file');
        config['outbox'] = { file: './plain-file/outbox.db' };
      },
      { elsewhere: false },
    );
    expect(faults.map(({ path, code }) => `${path} ${code ?? ''}`)).toEqual(
      expect.arrayContaining([
        'ports.0.path GATEWAY_PORT_OPEN',
        'ports.1.path GATEWAY_PORT_OPEN',
        'outbox.file ',
      ]),
    );
  });

  it('gives advice, which fails only when it is strict', () => {
    const change = (config: Loose): void => {
      config.ports[0]!['path'] = '/dev/ttyUSB0';
      config.status['host'] = '0.0.0.0';
      config.uplink['url'] = 'mqtt://broker.example:1883';
    };
    const { ok, warnings } = checked(change);
    expect(ok).toBe(true);
    expect(paths(warnings)).toEqual(['ports.0.path', 'status.host', 'uplink.url']);
    expect(checked(change, { strict: true }).ok).toBe(false);
    const local = checked((config) => (config.uplink['url'] = 'mqtt://127.0.0.1:1883'));
    expect(local.warnings).toEqual([]);
    expect(paths(checked((config) => delete config.uplink['password']).warnings)).toEqual(['uplink']);
  });

  it('says how busy a bus would be, and when one silent device holds the others up', () => {
    const { warnings } = checked((config) => {
      config.ports[0]!['baudRate'] = 2400;
      config.devices[0]!['intervalMs'] = 500;
    });
    expect(warnings[0]?.path).toBe('ports.0');
    const percent = Number(/port rs485 would be busy (\d+) %/.exec(warnings[0]?.found ?? '')?.[1]);
    // Two reads: 80 registers and 2 registers at 2400 baud, 10 bits a byte, some 0.9 s altogether in 0.5 s.
    expect(percent).toBeGreaterThan(150);
    expect(percent).toBeLessThan(250);
    const held = checked((config) => {
      config.ports[0]!['timeoutMs'] = 3000;
      config.devices[0]!['intervalMs'] = 2000;
    });
    expect(held.warnings[0]?.found).toContain('holds port rs485 up for 3000 ms');
  });

  it('prints one line for what is the same of many metrics', () => {
    const text = formatCheck(
      checked((config) => {
        config.devices[0]!['metrics'] = { voltage: { deadband: -1 }, current: { deadband: -1 } };
      }),
    );
    expect(text).toContain('devices.0.metrics.{voltage, current}.deadband: found -1; allowed:');
    expect(text).toContain('2 faults');
  });
});

describe('check --live', () => {
  let simulator: Simulator;
  let broker: TestBroker;

  beforeEach(async () => {
    const profile = profileLibrary().find('eastron/sdm120') as ModbusProfile;
    simulator = createSimulator({ devices: [{ profile, port: 0, seed: 1 }] });
    await simulator.start(new AbortController().signal);
    broker = new TestBroker();
    await broker.start();
  });
  afterEach(async () => {
    await simulator.stop();
    await broker.stop();
  });

  async function live(
    devicePort: number,
    url: string,
  ): Promise<{ code: number; live: unknown; err: string }> {
    const file = keep(
      'gateway.yaml',
      stringify({
        id: 'gw-1',
        site: 'baia-mare',
        ports: [{ id: 'tcp', kind: 'modbus-tcp', host: '127.0.0.1', port: devicePort }],
        devices: [{ id: 'meter-1', profile: 'eastron/sdm120', port: 'tcp' }],
        uplink: { url, connectTimeoutMs: 5000 },
      }),
    );
    const io = collectIo();
    const code = await dispatch(['check', '--config', file, '--live', '--json'], '1', io);
    const text = await dispatch(['check', '--config', file, '--live'], '1', io);
    expect(text).toBe(code);
    const [json = ''] = io.written().split('\n}\n');
    return { code, live: (JSON.parse(`${json}\n}`) as { live: unknown }).live, err: io.complained() };
  }

  it('reads each device once and is let in by the broker', async () => {
    expect(await live(simulator.ports[0]?.port ?? 0, broker.url)).toMatchObject({
      code: 0,
      live: {
        devices: [{ device: 'meter-1', answered: true, good: 10, metrics: 10, bad: {} }],
        brokers: [{ url: broker.url, reachable: true, accepted: true }],
      },
    });
  });

  it('is told of a gateway or site that the credential is not for', async () => {
    const strict = await Aedes.createBroker({
      authorizeSubscribe: (_client, subscription, done) =>
        done(null, subscription.topic === 'spBv1.0/elsewhere/NCMD/gw-1' ? subscription : null),
    });
    const server = createServer((socket) => strict.handle(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `mqtt://127.0.0.1:${String((server.address() as { port: number }).port)}`;
    const told = await live(simulator.ports[0]?.port ?? 0, url);
    await new Promise<void>((resolve) => strict.close(() => resolve()));
    await new Promise((resolve) => server.close(resolve));
    expect(told).toMatchObject({
      code: 1,
      live: {
        brokers: [
          {
            url,
            reachable: true,
            accepted: false,
            fault: expect.stringContaining('id, site and token') as string,
          },
        ],
      },
    });
  });

  it('says which device and which broker cannot be had', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const { port } = free.address() as { port: number };
    await new Promise((resolve) => free.close(resolve));
    expect(await live(port, `mqtt://127.0.0.1:${String(port)}`)).toMatchObject({
      code: 1,
      live: {
        devices: [
          { device: 'meter-1', answered: false, fault: expect.stringContaining('ECONNREFUSED') as string },
        ],
        brokers: [{ reachable: false, fault: expect.stringContaining('ECONNREFUSED') as string }],
      },
    });
  });
});
