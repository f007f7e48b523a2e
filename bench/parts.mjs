// What the benchmarks of whole processes share: the testbed's processes with their configurations, and other children.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const require = createRequire(import.meta.url);
export const profiles = join(import.meta.dirname, 'profiles');
export const peers = join(import.meta.dirname, 'peers');

/** Broker, sandbox and gateway by their commands, in a folder and with ports of their own. */
export class Testbed {
  #folder;
  #processes = [];

  static async in(folder) {
    const testbed = new Testbed();
    testbed.#folder = folder;
    testbed.http = await freePort();
    testbed.broker = await freePort();
    testbed.status = await freePort();
    for (const name of ['internal', 'host', 'gw']) writeFileSync(join(folder, name), `${name}-secret`);
    writeFileSync(join(folder, 'admin'), 'bench-admin');
    return testbed;
  }

  /** Sandbox and broker; resolves once the sandbox answers. */
  async startHost() {
    this.#run('sandbox', 'city-sandbox', {
      http: { port: this.http, secureCookies: false },
      mqtt: { url: `mqtt://127.0.0.1:${this.broker}`, password: { file: 'host' } },
      internal: { secret: { file: 'internal' } },
      data: { dir: 'sandbox' },
      gateways: [{ id: 'gw', token: { file: 'gw' } }],
      bootstrapAdmin: { email: 'bench@test.example', password: { file: 'admin' } },
      logLevel: 'warn',
    });
    this.#run('broker', 'city-broker', {
      listeners: { tcp: { enabled: true, port: this.broker } },
      sandbox: { url: `http://127.0.0.1:${this.http}`, secret: { file: 'internal' } },
      metrics: { port: 0 },
      limits: { messagesPerSecond: 100_000 },
    });
    await until(async () => (await fetch(`http://127.0.0.1:${this.http}/health`)).ok);
  }

  /** `field`: ports and devices; `more`: further keys. */
  startGateway(field, more = {}) {
    const { uplink, outbox, ...rest } = more;
    return this.#run('gateway', 'city-gateway', {
      id: 'gw',
      site: 'baia-mare',
      logLevel: 'warn',
      profiles: [profiles],
      outbox: { file: 'outbox.db', ...outbox },
      status: { port: this.status },
      ...field,
      uplink: {
        url: `mqtt://127.0.0.1:${this.broker}`,
        password: { file: 'gw' },
        primaryHost: 'sandbox',
        ...uplink,
      },
      ...rest,
    });
  }

  /** The gateway's own word about itself. */
  async gatewayStatus() {
    return (await fetch(`http://127.0.0.1:${this.status}/health`)).json();
  }

  async signIn() {
    const response = await fetch(`http://127.0.0.1:${this.http}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'bench@test.example', password: 'bench-admin' }),
    });
    if (!response.ok) throw new Error(`sign-in answered ${response.status}`);
    const cookies = response.headers.getSetCookie().map((line) => line.split(';')[0]);
    return cookies.join('; ');
  }

  async end() {
    await Promise.all(this.#processes.splice(0).map((child) => child.end()));
  }

  #run(workspace, bin, config) {
    const file = join(this.#folder, `${workspace}.yaml`);
    writeFileSync(file, JSON.stringify(config));
    const child = start(join(workspaceOf(workspace), 'bin', `${bin}.js`), ['run', '--config', file]);
    this.#processes.push(child);
    return child;
  }
}

function workspaceOf(name) {
  return dirname(require.resolve(`@city-testbed/${name}/package.json`));
}

/** Simulated Modbus TCP devices behind one port, one for each unit. `port` of what it returns resolves to it. */
export function simulate(folder, profile, units) {
  const file = join(folder, 'simulator.yaml');
  const devices = units.map((unit) => ({ profile, port: 0, group: 'bus', unit, seed: unit }));
  writeFileSync(file, JSON.stringify({ devices }));
  const bin = join(workspaceOf('device-profiles'), 'bin/device-profile.js');
  return start(bin, ['simulate', '--profiles', profiles, '--config', file]);
}

/** A Node child with the port that it prints as JSON, and its end. */
export function start(file, args, options = {}) {
  const child = fork(file, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], ...options });
  const port = new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /"port":\s*(\d+)/.exec(line);
      if (found) resolve(Number(found[1]));
    });
  });
  return { process: child, port, end: () => endOf(child) };
}

/** Any other program, its output kept for when it fails. */
export function startProgram(file, args, options = {}) {
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options });
  return { process: child, end: () => endOf(child) };
}

async function endOf(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const late = new AbortController();
  await Promise.race([
    once(child, 'exit'),
    sleep(5000, undefined, { signal: late.signal }).catch(() => undefined),
  ]);
  late.abort();
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
}

/** What a process has used so far, from /proc (proc(5)): CPU in ms, peak resident memory and written bytes. */
export function usageOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Fields 14 and 15, in ticks of 10 ms; the second field may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  const written = /^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1];
  return {
    cpuMs: (Number(fields[11]) + Number(fields[12])) * 10,
    peakBytes: Number(peak) * 1024,
    writtenBytes: Number(written),
  };
}

export async function until(ask, patienceMs = 60_000) {
  const end = performance.now() + patienceMs;
  for (;;) {
    const answer = await ask().catch(() => false);
    if (answer) return answer;
    if (performance.now() > end) throw new Error('what the benchmark waits for did not come');
    await sleep(50);
  }
}

export async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'city-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
