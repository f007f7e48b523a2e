import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLogger } from '@city-testbed/runtime';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSandbox } from './app.ts';
import { parseCommand } from './arguments.ts';
import { parseSandboxConfig } from './config/index.ts';
import type { Health } from './contract/index.ts';
import { startBroker } from './fixtures/test-broker.ts';
import { TestEdge } from './fixtures/test-edge.ts';

vi.setConfig({ testTimeout: 20_000 });
const soon = { timeout: 8000, interval: 10 };
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'sandbox-app-'));
  open.push(() => rm(path, { recursive: true }));
  return path;
}

async function sandboxAt(mqttUrl: string, dir: string) {
  const text = JSON.stringify({
    http: { port: 0 },
    mqtt: { url: mqttUrl, password: { env: 'S' } },
    internal: { secret: { env: 'S' } },
    data: { dir },
    bootstrapAdmin: { email: 'admin@test.example', password: { env: 'S' } },
  });
  const config = parseSandboxConfig({ file: join(dir, 'sandbox.yaml'), text, env: { S: 'a-long-secret' } });
  const sandbox = createSandbox(config, { log: createLogger({ name: 'test', level: 'silent' }) });
  open.push(() => sandbox.stop(4000));
  await sandbox.start();
  return { sandbox, url: `http://127.0.0.1:${sandbox.api.address()?.port ?? 0}` };
}

const healthOf = async (url: string): Promise<Health & { http: number }> => {
  const answer = await fetch(`${url}/health`);
  return { ...((await answer.json()) as Health), http: answer.status };
};

describe('the sandbox as a whole', () => {
  it('serves HTTP before there is a broker, names the part that is down, and is well when the broker comes', async () => {
    const broker = await startBroker();
    await broker.close();
    const { sandbox, url } = await sandboxAt(broker.url, folder());
    expect(await healthOf(url)).toMatchObject({
      http: 503,
      status: 'failing',
      parts: {
        http: { status: 'up' },
        store: { status: 'up' },
        broker: { status: 'down' },
        ingest: { status: 'up' },
      },
    });
    const again = await startBroker(broker.port);
    open.push(() => again.close());
    await vi.waitFor(
      async () => expect(await healthOf(url)).toMatchObject({ http: 200, status: 'ok' }),
      soon,
    );
    const gateway = await TestEdge.connect(again.url, 'gw-1', [{ id: 'a' }]);
    open.push(() => gateway.close());
    await vi.waitFor(
      async () => expect(await metric(url, 'city_ingest_messages_total')).toBeGreaterThan(1),
      soon,
    );
    gateway.send('a', 1, [{ name: 'count', value: 1n, timestamp: Date.now() }]);
    await vi.waitFor(() => expect(gateway.confirmed).toEqual([1]), soon);
    expect(await metric(url, 'city_store_readings_total')).toBe(1);
    await sandbox.stop(4000);
    await sandbox.stop(4000); // idempotent
  });

  it('does not start where its data cannot be', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'file'), '');
    await expect(sandboxAt('mqtt://127.0.0.1:1', join(dir, 'file'))).rejects.toMatchObject({
      code: 'SANDBOX_DATABASE_MIGRATION',
    });
  });
});

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
}

describe('the command line', () => {
  it('reads what it is asked', () => {
    expect(parseCommand(['run', '--config', 'x.yaml'])).toEqual({ name: 'run', config: 'x.yaml' });
    expect(parseCommand(['check', '-c', 'x.yaml'])).toEqual({ name: 'check', config: 'x.yaml' });
    expect(parseCommand(['--help'])).toEqual({ name: 'help' });
    for (const wrong of [[], ['walk'], ['run'], ['run', 'x', '--config', 'y'], ['run', '--colour', 'red']]) {
      expect(parseCommand(wrong).name).toBe('wrong');
    }
  });

  it('ends with 0, 1 or 2, and names every fault of a configuration', async () => {
    const run = promisify(execFile);
    const bin = join(import.meta.dirname, '../bin/city-sandbox.js');
    const command = (...args: string[]) =>
      run(process.execPath, [bin, ...args], { env: {} }).then(
        ({ stdout }) => ({ code: 0, said: stdout }),
        (error: unknown) => {
          const { code, stderr } = error as { code: number; stderr: string };
          return { code, said: stderr };
        },
      );
    expect(await command('--help')).toMatchObject({
      code: 0,
      said: expect.stringContaining('city-sandbox run') as string,
    });
    expect(await command('walk')).toMatchObject({ code: 2, said: expect.stringContaining('walk') as string });
    const file = join(folder(), 'sandbox.yaml');
    writeFileSync(file, 'http: {port: x}\ncolour: red\n');
    const checked = await command('check', '--config', file);
    expect(checked.code).toBe(1);
    for (const part of ['http.port', 'colour', 'mqtt.password', 'internal.secret'])
      expect(checked.said).toContain(part);
    expect(await command('run', '--config', '/nowhere.yaml')).toMatchObject({
      code: 1,
      said: expect.stringContaining('CONFIG_FILE_UNREADABLE') as string,
    });
  });
});
