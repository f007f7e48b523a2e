// Readings a second from a Modbus read to confirmed in the store, against a bare loop that keeps nothing.
// Both read the same eight simulated devices in turn, twenty floats in one request, as fast as they can, one connection.
// The bare loop in the form of "reading" publishes and inserts each reading, as one would write it first; in the form of
// "block" it publishes and inserts the whole answer as one JSON message. Neither has an outbox, identity, roll-ups or access control.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const require = createRequire(import.meta.url);
const rounds = 3;
const warmUpMs = 3000;
const measureMs = 8000;
const readingsPerPoll = 20;
const units = [1, 2, 3, 4, 5, 6, 7, 8];

export default async function pipeline({ progress, report }) {
  const ours = [];
  const peers = { reading: [], block: [] };
  for (let round = 1; round <= rounds; round += 1) {
    ours.push(await inFolder(measureOurs));
    progress(`round ${round} of ${rounds}: ours ${ours.at(-1).toFixed(0)} readings/s, stored and confirmed`);
    for (const form of ['reading', 'block']) {
      peers[form].push(await inFolder((folder) => measureBareLoop(folder, form)));
      progress(
        `round ${round} of ${rounds}: bare loop, one message a ${form}: ${peers[form].at(-1).toFixed(0)} readings/s`,
      );
    }
  }
  for (const form of ['reading', 'block']) {
    report({
      bench: form === 'reading' ? 'pipeline' : 'pipeline-block',
      ours: median(ours),
      peer: median(peers[form]),
      ratio: median(ours) / median(peers[form]),
      unit: 'readings/s',
      higherIsBetter: true,
      peerIs: `modbus-serial, mqtt QoS 1 through plain Aedes, better-sqlite3, one message and one insert a ${form}`,
    });
  }
}

async function measureOurs(folder) {
  const [http, broker, status] = [await freePort(), await freePort(), await freePort()];
  for (const name of ['internal', 'host', 'gw']) writeFileSync(join(folder, name), `${name}-secret`);
  writeFileSync(join(folder, 'admin'), 'bench-admin');
  const config = (name, value) => {
    writeFileSync(join(folder, `${name}.yaml`), JSON.stringify(value));
    return join(folder, `${name}.yaml`);
  };
  const processes = [];
  const run = (workspace, bin, args) => {
    const child = start(
      join(dirname(require.resolve(`@city-testbed/${workspace}/package.json`)), 'bin', `${bin}.js`),
      args,
    );
    processes.push(child);
    return child;
  };
  try {
    const simulator = simulate(folder);
    processes.push(simulator);
    const modbusPort = await simulator.port;
    run('sandbox', 'city-sandbox', [
      'run',
      '--config',
      config('sandbox', {
        http: { port: http, secureCookies: false },
        mqtt: { url: `mqtt://127.0.0.1:${broker}`, password: { file: 'host' } },
        internal: { secret: { file: 'internal' } },
        data: { dir: 'sandbox' },
        gateways: [{ id: 'gw', token: { file: 'gw' } }],
        bootstrapAdmin: { email: 'bench@test.example', password: { file: 'admin' } },
        logLevel: 'warn',
      }),
    ]);
    run('broker', 'city-broker', [
      'run',
      '--config',
      config('broker', {
        listeners: { tcp: { enabled: true, port: broker } },
        sandbox: { url: `http://127.0.0.1:${http}`, secret: { file: 'internal' } },
        metrics: { port: 0 },
        limits: { messagesPerSecond: 100_000 },
      }),
    ]);
    await until(async () => (await fetch(`http://127.0.0.1:${http}/health`)).ok);
    run('gateway', 'city-gateway', [
      'run',
      '--config',
      config('gateway', {
        id: 'gw',
        site: 'baia-mare',
        logLevel: 'warn',
        profiles: [join(import.meta.dirname, 'profiles')],
        outbox: { file: 'outbox.db' },
        status: { port: status },
        ports: [{ id: 'tcp', kind: 'modbus-tcp', host: '127.0.0.1', port: modbusPort }],
        devices: units.map((unit) => ({
          id: `block-${unit}`,
          profile: 'bench/block',
          port: 'tcp',
          unit,
          intervalMs: 0,
        })),
        uplink: { url: `mqtt://127.0.0.1:${broker}`, password: { file: 'gw' }, primaryHost: 'sandbox' },
      }),
    ]);
    const cookie = await signIn(http);
    const stored = async () => {
      const { items } = await (
        await fetch(`http://127.0.0.1:${http}/api/v1/gateways`, { headers: { cookie } })
      ).json();
      return (items[0]?.batchesStored ?? 0) * readingsPerPoll;
    };
    await until(async () => (await stored()) > 0);
    return await rate(stored);
  } finally {
    await Promise.all(processes.map((child) => child.end()));
  }
}

async function measureBareLoop(folder, form) {
  const processes = [];
  const run = (...args) => {
    const child = start(...args);
    processes.push(child);
    return child;
  };
  try {
    const simulator = simulate(folder);
    processes.push(simulator);
    const broker = run(join(import.meta.dirname, 'peers/plain-aedes.mjs'), []);
    const brokerPort = await broker.port;
    const store = run(join(import.meta.dirname, 'peers/bare-store.mjs'), [
      String(brokerPort),
      join(folder, 'bare.db'),
    ]);
    await once(store.process, 'message');
    const loop = run(join(import.meta.dirname, 'peers/bare-loop.mjs'), [
      String(await simulator.port),
      String(brokerPort),
      form,
    ]);
    await once(loop.process, 'message');
    return await rate(async () => {
      store.process.send('rows');
      const [rows] = await once(store.process, 'message');
      return rows * (form === 'block' ? readingsPerPoll : 1);
    });
  } finally {
    await Promise.all(processes.map((child) => child.end()));
  }
}

function simulate(folder) {
  const file = join(folder, 'simulator.yaml');
  const profiles = join(import.meta.dirname, 'profiles');
  writeFileSync(
    file,
    JSON.stringify({
      devices: units.map((unit) => ({ profile: 'bench/block', port: 0, group: 'bus', unit, seed: unit })),
    }),
  );
  const bin = join(
    dirname(require.resolve('@city-testbed/device-profiles/package.json')),
    'bin/device-profile.js',
  );
  return start(bin, ['simulate', '--profiles', profiles, '--config', file]);
}

/** A child with the port that it prints as JSON, and its end. */
function start(file, args) {
  const child = fork(file, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const port = new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /"port":\s*(\d+)/.exec(line);
      if (found) resolve(Number(found[1]));
    });
  });
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const late = new AbortController();
    await Promise.race([
      once(child, 'exit'),
      sleep(5000, undefined, { signal: late.signal }).catch(() => undefined),
    ]);
    late.abort();
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  };
  return { process: child, port, end };
}

/** Count a second over the window, after warming up. */
async function rate(count) {
  await sleep(warmUpMs);
  const [from, before] = [performance.now(), await count()];
  await sleep(measureMs);
  const [to, after] = [performance.now(), await count()];
  return ((after - before) * 1000) / (to - from);
}

async function signIn(http) {
  const response = await fetch(`http://127.0.0.1:${http}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'bench@test.example', password: 'bench-admin' }),
  });
  if (!response.ok) throw new Error(`sign-in answered ${response.status}`);
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}

async function until(ask) {
  const end = performance.now() + 60_000;
  for (;;) {
    const answer = await ask().catch(() => false);
    if (answer) return;
    if (performance.now() > end) throw new Error('a part of the testbed did not come up');
    await sleep(100);
  }
}

async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'city-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
