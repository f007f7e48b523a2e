import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@city-testbed/runtime';
import { beforeEach, describe, expect, test } from 'vitest';
import { gatherStatus } from '../../status/gather.ts';
import { HttpStatus } from '../../status/http-status.ts';
import { collectIo } from '../../testing/collect-io.ts';
import { statusParts } from '../../testing/status-parts.ts';
import { dispatch } from '../dispatch.ts';
import { redactor } from './redact.ts';
import { secretsOf } from './secrets.ts';

const secrets = {
  token: 'correct-horse-battery-staple',
  renewal: 'p/w+d with spaces',
  env: 'env-secret-4711',
  override: 'override-secret-815',
  inUrl: 'url-secret-42',
  key: ['MIIEvQIBADANBgkqhkiG9w0BAQEFAASC', 'BKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj'],
};
const env = {
  BROKER_TOKEN: secrets.env,
  CITY_GATEWAY__UPLINK__PASSWORD__FILE: '',
  CITY_GATEWAY__UPLINK__URL: `mqtts://user:${secrets.inUrl}@broker.example`,
};
let dir: string;
let config: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'city-diag-'));
  config = join(dir, 'gateway.yaml');
  mkdirSync(join(dir, 'secrets'));
  writeFileSync(join(dir, 'secrets/token'), `${secrets.token}\n`);
  writeFileSync(join(dir, 'secrets/renewal'), secrets.renewal);
  writeFileSync(join(dir, 'secrets/override'), secrets.override);
  env.CITY_GATEWAY__UPLINK__PASSWORD__FILE = join(dir, 'secrets/override');
  writeFileSync(
    join(dir, 'gw.key'),
    `-----BEGIN PRIVATE KEY-----\n${secrets.key.join('\n')}\n-----END PRIVATE KEY-----\n`,
  );
  writeFileSync(
    config,
    `
id: gw-1
site: baia-mare
outbox: { file: ./outbox.db }
ports: [{ id: line, kind: modbus-tcp, host: 127.0.0.1 }]
devices: [{ id: meter-1, profile: eastron/sdm120, port: line }]
uplink:
  url: mqtts://user:${secrets.inUrl}@broker.example
  password: { file: secrets/token } # ${secrets.token}
  tls:
    certFile: ./gw.crt
    keyFile: "./gw.key"
    renew:
      url: https://est.example/.well-known/est
      password:
        file: 'secrets/renewal'
# left over from a test: password: {env: BROKER_TOKEN}
`,
  );
  writeFileSync(join(dir, 'outbox.db'), 'SQLite format 3\0 ...');
});

/** Every text in a folder. */
function texts(folder: string): string {
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

function expectNoSecret(text: string): void {
  for (const secret of Object.values(secrets).flat()) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(encodeURIComponent(secret));
    expect(text).not.toContain(Buffer.from(secret).toString('base64'));
  }
}

async function diag(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = collectIo({ ...process.env, ...env });
  const code = await dispatch(['diag', '--config', config, ...args], '0', io);
  return { code, out: io.written(), err: io.complained() };
}

describe('city-gateway diag', () => {
  test('writes an archive for its owner alone, in which no secret of the configuration is found', async () => {
    const output = join(dir, 'bundle.tar.gz');
    const { code, out } = await diag('--output', output);
    expect(code).toBe(0);
    expect(statSync(output).mode & 0o077).toBe(0);
    execFileSync('tar', ['-xzf', output, '-C', dir]);
    const folder = join(dir, 'city-gateway-diag');
    const names = readdirSync(folder);
    for (const name of [
      'README.txt',
      'config.yaml',
      'status.json',
      'journal.txt',
      'clock.txt',
      'serial.txt',
      'kernel.txt',
    ]) {
      expect(names).toContain(name);
    }
    for (const name of names) if (name !== 'README.txt') expect(out).toContain(name);
    const text = texts(folder);
    expect(text).toContain('eastron/sdm120');
    expect(text).toContain('[redacted]');
    expectNoSecret(text);
    expectNoSecret(out);
  }, 60_000);

  test('asks the running gateway, whose status may repeat a secret', async () => {
    const parts = statusParts();
    const status = gatherStatus({
      ...parts,
      uplink: { ...parts.uplink, state: 'offline', fault: `refused: ${secrets.token} (${secrets.env})` },
    });
    const log = createLogger({ name: 'test', level: 'silent' });
    const server = new HttpStatus({ host: '127.0.0.1', port: 0, status: () => status, log });
    await server.start();
    const folder = join(dir, 'bundle');
    const url = `http://127.0.0.1:${String(server.address?.port)}`;
    const { code, out } = await diag('--output', folder, '--url', url, '--json');
    await server.stop();
    expect(code).toBe(0);
    expect((JSON.parse(out) as { files: unknown[] }).files.length).toBeGreaterThan(10);
    expect(readFileSync(join(folder, 'status.json'), 'utf8')).toContain('refused: [redacted] ([redacted])');
    expect(readFileSync(join(folder, 'metrics.txt'), 'utf8')).toContain('city_gateway_uplink_online 0');
    expectNoSecret(texts(folder));
  }, 60_000);

  test('works for a configuration that is broken or missing, and overwrites nothing', async () => {
    writeFileSync(config, `uplink: { password: { file: secrets/token }\n  broken: [${secrets.token}`);
    const folder = join(dir, 'broken');
    expect((await diag('--output', folder)).code).toBe(0);
    expect(readFileSync(join(folder, 'check.json'), 'utf8')).toContain('CONFIG');
    expectNoSecret(texts(folder));
    const again = await diag('--output', folder);
    expect(again.code).toBe(1);
    expect(again.err).toMatch(/GATEWAY_DIAG_WRITE.*not empty/);
  }, 60_000);
});

test('secrets are found wherever a configuration points to them, and the outbox is none', () => {
  const found = secretsOf(readFileSync(config, 'utf8'), dir, env);
  for (const secret of Object.values(secrets).flat()) {
    if (secret !== secrets.inUrl) expect(found).toContain(secret);
  }
  expect(found.join()).not.toContain('SQLite');
});

test('what looks like a secret is taken out even where nobody knows it', () => {
  const redact = redactor(['ab']);
  expect(redact('password: hunter2, token=abc "secret": "x"')).not.toMatch(/hunter2|=abc|"x"/);
  expect(redact('authorization: Bearer abcdef123456')).toBe('authorization: Bearer [redacted]');
  expect(redact('-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----')).toBe('[redacted]');
  expect(redact('ab table')).toBe('[redacted] table');
  expect(redact('password: { file: ./token }')).toBe('password: { file: ./token }');
});
