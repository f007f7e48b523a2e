import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { parseCommand } from './command.ts';

const dir = mkdtempSync(join(tmpdir(), 'broker-command-'));
afterAll(() => rmSync(dir, { recursive: true }));
const bin = join(dirname(fileURLToPath(import.meta.url)), '../bin/city-broker.js');

/** Runs the compiled command; `onOutput` may stop it by a signal. */
function run(
  args: readonly string[],
  onOutput: (text: string, kill: () => void) => void = () => undefined,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => {
        output += text.toString();
        onOutput(output, () => child.kill('SIGTERM'));
      });
    child.on('close', (code) => resolve({ code, output }));
  });
}

function configFile(text: string): string {
  const file = join(dir, `${Math.random()}.yaml`);
  writeFileSync(file, text);
  return file;
}

test.each([
  [['run', '--config', 'a.yaml'], { name: 'run', config: 'a.yaml' }],
  [['--config', 'a.yaml', 'check'], { name: 'check', config: 'a.yaml' }],
  [['--help'], { name: 'help' }],
  [[], { name: 'usage', fault: 'run or check is missing' }],
  [['run'], { name: 'usage', fault: '--config FILE is missing' }],
  [['walk', '--config', 'a'], { name: 'usage', fault: 'unknown command: walk' }],
  [['run', 'fast', '--config', 'a'], { name: 'usage', fault: 'unexpected: fast' }],
])('%j', (args, expected) => {
  expect(parseCommand(args)).toEqual(expected);
});

describe('the process', () => {
  test('--help says how, wrong usage exits 2', async () => {
    expect(await run(['--help'])).toMatchObject({
      code: 0,
      output: expect.stringContaining('city-broker run') as string,
    });
    expect((await run(['run', '--confg', 'x'])).code).toBe(2);
  });

  test('check names every fault and exits 1, or says that there is none', async () => {
    const bad = await run([
      'check',
      '--config',
      configFile('{listeners: {tls: {enabled: true}}, limts: {}}'),
    ]);
    expect(bad.code).toBe(1);
    expect(bad.output).toContain('limts');
    const worse = await run(['check', '--config', configFile('{listeners: {tls: {enabled: true}}}')]);
    for (const path of [
      'listeners.tls.certFile',
      'listeners.tls.keyFile',
      'sandbox.secret',
      'CONFIG_INVALID',
    ])
      expect(worse.output).toContain(path);
    expect(await run(['check', '--config', configFile('anonymous: true')])).toMatchObject({ code: 0 });
  });

  test('run says where it listens, ends at SIGTERM with 0, and never logs a secret', async () => {
    writeFileSync(join(dir, 'secret'), 'never-to-be-logged');
    const file = configFile(
      '{listeners: {tcp: {port: 0}}, metrics: {port: 0}, sandbox: {secret: {file: secret}}, log: {level: trace}}',
    );
    const { code, output } = await run(['run', '--config', file], (text, kill) => {
      if (text.split('"event":"listening"').length === 3) kill();
    });
    const lines = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const listening = lines.filter(({ event }) => event === 'listening');
    expect(listening).toMatchObject([
      { listener: 'tcp', host: '127.0.0.1', port: expect.any(Number) as number },
      { listener: 'metrics', host: '127.0.0.1' },
    ]);
    expect(listening[0]!['port']).not.toBe(0);
    expect([code, output.includes('never-to-be-logged')]).toEqual([0, false]);
  });

  test('a port that is taken ends it with 1, its code and its name', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const file = configFile(
      `{anonymous: true, listeners: {tcp: {port: ${port}}}, metrics: {enabled: false}}`,
    );
    const { code, output } = await run(['run', '--config', file]);
    taken.close();
    expect(code).toBe(1);
    expect(output).toContain('BROKER_PORT_BUSY');
    expect(output).toContain(`127.0.0.1:${port}`);
  });
});
