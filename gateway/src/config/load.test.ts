import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify, parse } from 'yaml';
import { profileLibrary } from '@city-testbed/device-profiles';
import { inspectGatewayConfig, loadGatewayConfig, planGateway } from './load.ts';

const example = new URL('../../example.yaml', import.meta.url).pathname;

interface Loose {
  [key: string]: unknown;
  ports: Record<string, unknown>[];
  devices: Record<string, unknown>[];
  uplink: Record<string, unknown>;
}

/** The faults of the example after a change, as `path: found`. */
function faultsAfter(change: (config: Loose) => void): string[] {
  const config = parse(readFileSync(example, 'utf8')) as Loose;
  change(config);
  const file = join(mkdtempSync(join(tmpdir(), 'city-config-')), 'gateway.yaml');
  writeFileSync(file, stringify(config));
  return inspectGatewayConfig(file, {}).faults.map(({ path, found }) => `${path}: ${found}`);
}

describe('the configuration of a gateway', () => {
  it('has an example that is complete and faultless', () => {
    const config = loadGatewayConfig(example, {});
    const { devices, faults } = planGateway(config, '/');
    expect(faults).toEqual([]);
    expect(devices.map(({ id, unit, metrics }) => [id, unit, metrics.length > 0])).toEqual([
      ['school-meter', 1, true],
      ['school-weather', 20, true],
      ['school-dust', 0, true],
      ['school-rain', 0, true],
    ]);
    expect(devices[3]?.metrics[0]).toMatchObject({ name: 'rainfall', intervalMs: 60_000 });
  });

  it('fills in the intervals: of the metric, else of the device, else of the profile', () => {
    const config = loadGatewayConfig(example, {});
    const [meter, weather] = planGateway(config, '/').devices;
    expect(new Set(meter?.metrics.map(({ intervalMs }) => intervalMs))).toEqual(new Set([5000]));
    const profile = weather?.definition.metrics.map(({ intervalMs }) => intervalMs);
    expect(weather?.metrics.map(({ intervalMs }) => intervalMs)).toEqual(profile);
  });

  it('takes overrides from the environment', () => {
    const env = {
      CITY_GATEWAY__UPLINK__URL: 'mqtts://other:8883',
      CITY_GATEWAY__OUTBOX__COMMIT_INTERVAL_MS: '50',
    };
    const config = loadGatewayConfig(example, env);
    expect(config.uplink.url).toBe('mqtts://other:8883');
    expect(config.outbox.commitIntervalMs).toBe(50);
  });

  it('refuses two ports to one Modbus host, which would reset each other, unless its profiles allow it', () => {
    const twoPorts = (profiles: readonly string[], dirs: readonly string[] = []): string[] =>
      faultsAfter((config) => {
        config['profiles'] = dirs;
        const address = { kind: 'modbus-tcp', host: 'Meter.example', port: 502 };
        config.ports = profiles.map((_, index) => ({
          ...address,
          id: `port-${String(index)}`,
          ...(index === 0 ? {} : { host: 'meter.example', port: undefined, retries: 2 }),
        }));
        config.devices = profiles.map((profile, index) => ({
          id: `device-${String(index)}`,
          profile,
          port: `port-${String(index)}`,
          unit: 1,
        }));
      });
    const dir = mkdtempSync(join(tmpdir(), 'city-profiles-'));
    mkdirSync(join(dir, 'test'));
    const sdm120 = readFileSync(profileLibrary().fileOf('eastron/sdm120'), 'utf8');
    writeFileSync(
      join(dir, 'test/two.yaml'),
      sdm120.replace('eastron/sdm120', 'test/two').replace('quirks: {', 'quirks: { connections: 2,'),
    );
    const again = 'meter.example:502, as another port';
    expect(twoPorts(['eastron/sdm120', 'eastron/sdm120'])).toEqual([`ports.1.host: ${again}`]);
    expect(twoPorts(['test/two', 'test/two'], [dir])).toEqual([]);
    expect(twoPorts(['test/two', 'eastron/sdm120'], [dir])).toEqual([`ports.1.host: ${again}`]);
    expect(twoPorts(['test/two', 'test/two', 'test/two'], [dir])).toEqual([
      `ports.1.host: ${again}`,
      `ports.2.host: ${again}`,
    ]);
  });

  it('names every fault of devices and profiles at once', () => {
    const found = faultsAfter(({ devices }) => {
      devices[0]!['profile'] = 'eastron/sdm999';
      devices[1]!['port'] = 'nowhere';
      devices[1]!['metrics'] = { no_such_metric: {} };
      devices[2]!['id'] = 'school-meter';
      devices[2]!['intervalMs'] = 1;
      devices[3]!['pins'] = {};
    });
    expect(found).toEqual(
      expect.arrayContaining([
        'devices.2.id: school-meter',
        'devices.0.profile: eastron/sdm999',
        'devices.1.port: nowhere',
        'devices.1.metrics.no_such_metric: an unknown metric',
        'devices.3.pins.rainfall: nothing',
      ]),
    );
    expect(found.filter((line) => line.startsWith('devices.2.'))).toEqual([
      'devices.2.id: school-meter',
      'devices.2.intervalMs: 1',
    ]);
  });

  it('names what is wrong behind a fault of the schema, and nothing that only follows from it', () => {
    const found = faultsAfter((config) => {
      config['logLevel'] = 'loud';
      config.ports[0]!['baudRate'] = 'fast';
      config.ports[1]!['kind'] = 'telepathy';
      config.devices[0]!['unit'] = 300;
      config.devices[1]!['profile'] = 'eastron/sdm999';
      config.devices[3]!['port'] = 'nowhere';
      config.devices[3]!['pins'] = { rainfall: 'seventeen', wind: 4 };
      delete config.uplink['url'];
      config.uplink['tls'] = { certFile: './gateway.crt' };
    });
    expect(found.map((line) => line.replace(/:.*/, '')).sort()).toEqual([
      'devices.0.unit',
      'devices.1.profile',
      'devices.3.pins.rainfall',
      'devices.3.pins.wind',
      'devices.3.port',
      'logLevel',
      'ports.0.baudRate',
      'ports.1.kind',
      'uplink.tls',
      'uplink.url',
    ]);
  });

  it('refuses a profile on a port that does not speak it, a unit twice on a bus, a pin twice', () => {
    const found = faultsAfter(({ devices, ports }) => {
      ports.push({ id: 'other', kind: 'modbus-tcp', host: 'localhost' });
      devices[1]!['unit'] = 1;
      devices[2]!['port'] = 'other';
      devices.push({ ...devices[3], id: 'rain-2' });
    });
    expect(found).toEqual([
      'devices.2.profile: plantower/pms5003 (serial-frame)',
      'devices (school-weather): unit 1 on port rs485, as school-meter',
      'devices (rain-2).pins.rainfall: 17, as school-rain.rainfall',
    ]);
  });

  it('says which keys a kind of port needs and which are of another kind', () => {
    expect(
      faultsAfter(({ ports }) => {
        delete ports[0]!['path'];
        ports[0]!['host'] = 'localhost';
        ports[1]!['path'] = ports[0]!['path'] = '/dev/ttyUSB0';
      }),
    ).toEqual(['ports.0.host: a key of another kind', 'ports.1.path: /dev/ttyUSB0']);
    expect(faultsAfter(({ ports }) => delete ports[0]!['path'])).toEqual(['ports.0.path: nothing']);
  });

  it('names unknown keys and a folder of profiles that is missing', () => {
    expect(faultsAfter((config) => (config['outbux'] = {}))).toEqual(['outbux: an unknown key']);
    expect(faultsAfter((config) => (config['profiles'] = ['./missing']))[0]).toContain('profiles: ');
  });
});
