import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = new URL('../../../', import.meta.url);
const folder = '/tmp/gateway';
const status = 'http://127.0.0.1:9464';

/** A whole gateway as a process of its own, with a rain gauge on a pin and no broker to send to. */
export class GatewayProcess {
  #process;
  #log = '';

  /** Starts it with an interval of sampling. Resolves once its port is open. */
  async start(pin, intervalMs) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'gateway.yaml'),
      `id: gw-gpio
site: guest
outbox: { file: ./outbox.db, commitIntervalMs: 20 }
ports: [{ id: header, kind: gpio }]
devices:
  - { id: rain, profile: sparkfun/rain-gauge, port: header, pins: { rainfall: ${pin} }, intervalMs: ${intervalMs} }
uplink: { url: 'mqtt://127.0.0.1:1' }
status: { port: 9464 }
`,
    );
    const program = new URL('gateway/bin/city-gateway.js', root).pathname;
    this.#log = '';
    this.#process = spawn(process.execPath, [program, 'run', '--config', join(folder, 'gateway.yaml')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      createInterface({ input: stream }).on('line', (line) => (this.#log += `${line}\n`));
    }
    for (;;) {
      if (this.#process.exitCode !== null) throw new Error(`the gateway ended:\n${this.#log}`);
      if (await isOpen()) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Resolves once a reading of the rain gauge with this many pulses is on disk. */
  async committed(pulses) {
    const stop = new AbortController();
    const response = await fetch(`${status}/tail`, { signal: stop.signal });
    for await (const line of createInterface({ input: response.body })) {
      const { value } = JSON.parse(line);
      if (Math.round(value / 0.2794) === pulses) break;
      if (value / 0.2794 > pulses + 0.5) throw new Error(`${value / 0.2794} pulses, not ${pulses}`);
    }
    stop.abort();
  }

  /** Ends it by a signal, and resolves once it has ended. */
  async end(signal) {
    const ended = once(this.#process, 'exit');
    this.#process.kill(signal);
    await ended;
  }

  /** The pulses that its outbox knows. Nothing may run meanwhile. */
  storedPulses() {
    const Database = createRequire(new URL('gateway/package.json', root))('better-sqlite3');
    const database = new Database(join(folder, 'outbox.db'));
    try {
      return database.prepare('SELECT pulses FROM counter WHERE key = ?').pluck().get('rain/rainfall');
    } finally {
      database.close();
    }
  }
}

async function isOpen() {
  try {
    const health = await (await fetch(`${status}/health`)).json();
    return health.ports[0].open === true;
  } catch {
    // It does not listen yet.
    return false;
  }
}
