import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultsOf } from '@city-testbed/runtime';
import { describe, expect, it } from 'vitest';
import { loadSandboxConfig, parseSandboxConfig } from './index.ts';

const example = join(import.meta.dirname, '../../example.yaml');
const env = {
  CITY_SANDBOX_MQTT_PASSWORD: 'mqtt-secret',
  CITY_SANDBOX_INTERNAL_SECRET: 'broker-secret',
  CITY_GATEWAY_1_TOKEN: 'gateway-secret',
};
const secrets = 'mqtt: {password: {env: M}}\ninternal: {secret: {env: I}}\n';
const parse = (text: string, more: NodeJS.ProcessEnv = {}) =>
  parseSandboxConfig({ file: '/etc/city/sandbox.yaml', text, env: { M: 'm', I: 'i', ...more } });

function faultPaths(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    return faultsOf(error).map(({ path }) => path);
  }
  throw new Error('it was accepted');
}

describe('sandbox configuration', () => {
  it('loads the example with its secrets read, and shows the defaults in it', () => {
    const config = loadSandboxConfig({ file: example, env });
    expect(config.mqtt.password).toBe('mqtt-secret');
    expect(config.gateways).toEqual([{ id: 'gw-1', token: 'gateway-secret' }]);
    expect(config.data.dir).toBe(join(example, '../.data/sandbox'));
    const bare = parseSandboxConfig({
      file: example,
      text: secrets,
      env: { M: 'mqtt-secret', I: 'broker-secret' },
    });
    expect({ ...config, gateways: [] }).toEqual(bare);
  });

  it('takes overrides from the environment', () => {
    expect(parse(secrets, { CITY_SANDBOX__HTTP__PORT: '8081' }).http.port).toBe(8081);
    expect(parse(secrets, { CITY_SANDBOX__DATA__DIR: '/var/lib/city' }).data.dir).toBe('/var/lib/city');
  });

  it('names every fault at once', () => {
    expect(faultPaths(() => parse('htp: {}\nhttp: {port: 70000}\n'))).toEqual(
      expect.arrayContaining(['htp', 'http.port', 'mqtt.password', 'internal.secret']),
    );
    const text = `${secrets}demo: {enabled: true}\nhttp: {host: 0.0.0.0}\nsite: {timeZone: Mars/Base}
gateways: [{id: a, token: {file: absent}}, {id: a, token: {env: ABSENT}}]\n`;
    expect(faultPaths(() => parse(text)).sort()).toEqual(
      ['demo.enabled', 'gateways.0.token', 'gateways.1.id', 'gateways.1.token', 'site.timeZone'].sort(),
    );
  });

  it('takes proxies by address or network, and names those that are neither', () => {
    const proxies = (list: string) =>
      parse(`${secrets}http: {trustedProxies: ${list}}\n`).http.trustedProxies;
    expect(parse(secrets).http.trustedProxies).toEqual([]);
    const good = ['127.0.0.1', '10.1.0.0/16', '::1', 'fd00::/8'];
    expect(proxies(JSON.stringify(good))).toEqual(good);
    const bad = ['proxy.example', '0.0.0.0/0', '10.0.0.0/33', '10.0.0.0/8/8', ''];
    expect(faultPaths(() => proxies(JSON.stringify(['127.0.0.1', ...bad])))).toEqual(
      bad.map((proxy, index) => `http.trustedProxies.${index + 1}`),
    );
  });

  it('reads a secret from a file beside the configuration', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-config-'));
    writeFileSync(join(folder, 'token'), 'from-file\n');
    const file = join(folder, 'sandbox.yaml');
    writeFileSync(file, `${secrets}gateways: [{id: a, token: {file: token}}]\n`);
    expect(loadSandboxConfig({ file, env: { M: 'm', I: 'i' } }).gateways[0]?.token).toBe('from-file');
  });
});
