import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultsOf } from '@city-testbed/runtime';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import { isLoopback } from './examine.ts';
import { loadBrokerConfig, parseBrokerConfig } from './load.ts';

const dir = mkdtempSync(join(tmpdir(), 'broker-config-'));
afterAll(() => rmSync(dir, { recursive: true }));

const example = join(dirname(fileURLToPath(import.meta.url)), '../../example.yaml');

function faults(text: string): string[] {
  try {
    parseBrokerConfig(text, dir);
    return [];
  } catch (error) {
    return faultsOf(error).map(({ path }) => path);
  }
}

describe('example.yaml', () => {
  test('is accepted, and states the defaults', () => {
    const config = loadBrokerConfig(example, { CITY_BROKER_SECRET: 'x' });
    expect(config).toEqual({
      ...parseBrokerConfig('anonymous: true'),
      anonymous: false,
      sandbox: { ...config.sandbox, secret: { env: 'CITY_BROKER_SECRET' } },
    });
  });

  test('has every key', () => {
    const keys = (value: unknown, at = ''): string[] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, inner]) => keys(inner, `${at}.${key}`))
        : [at];
    const stated = keys(parse(readFileSync(example, 'utf8')));
    expect(stated.filter((key) => !key.startsWith('.sandbox.secret')).sort()).toEqual(
      keys(parseBrokerConfig('anonymous: true')).sort(),
    );
  });
});

test('the secret may not be left out, nor be one that cannot be read', () => {
  expect(faults('')).toEqual(['sandbox.secret']);
  expect(faults('sandbox: { secret: { file: missing } }')).toEqual(['sandbox.secret']);
});

test('files are named by path, each that is missing', () => {
  expect(
    faults(
      `{anonymous: true, listeners: {tls: {enabled: true, certFile: no.pem, requestCert: true}, wss: {enabled: true}}}`,
    ),
  ).toEqual([
    'listeners.tls.certFile',
    'listeners.tls.keyFile',
    'listeners.tls.caFile',
    'listeners.wss.certFile',
    'listeners.wss.keyFile',
  ]);
});

test('a certificate that is none is a fault', () => {
  writeFileSync(join(dir, 'not.pem'), 'hello');
  expect(
    faults('{anonymous: true, listeners: {tls: {enabled: true, certFile: not.pem, keyFile: not.pem}}}'),
  ).toEqual(['listeners.tls.certFile']);
});

test('anonymous clients are for loopback only', () => {
  expect(faults('{anonymous: true, listeners: {tcp: {host: 0.0.0.0}}}')).toEqual(['listeners.tcp.host']);
  expect(
    ['127.0.0.1', '127.1.2.3', '::1', 'localhost', '::', '10.0.0.1', '127.evil.example'].map(isLoopback),
  ).toEqual([true, true, true, true, false, false, false]);
});

test('two listeners cannot share a port, and one must be enabled', () => {
  expect(faults('{anonymous: true, metrics: {port: 1883}}')).toEqual(['metrics.port']);
  expect(faults('{anonymous: true, listeners: {tcp: {enabled: false}}}')).toEqual(['listeners']);
});

test('relative files start from the folder of the configuration', () => {
  writeFileSync(join(dir, 'secret'), 'abc');
  writeFileSync(join(dir, 'broker.yaml'), 'sandbox: { secret: { file: secret } }');
  expect(loadBrokerConfig(join(dir, 'broker.yaml'), {}).sandbox.secret).toEqual({
    file: join(dir, 'secret'),
  });
});
