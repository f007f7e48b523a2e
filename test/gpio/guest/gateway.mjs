import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const program = new URL('counting.mjs', import.meta.url).pathname;

/** The gateway's sampler, driver and outbox as a process of their own, with a counter on a pin. */
export class GatewayProcess {
  #process;
  #said = [];

  /** Starts it with an interval of sampling. Resolves once the line is watched. */
  async start(pin, intervalMs) {
    this.#said = [];
    this.#process = spawn(process.execPath, [program, String(pin), String(intervalMs)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#said.push(line));
    await this.#hears('open');
  }

  /** Resolves once this many pulses are on disk. */
  async committed(pulses) {
    await this.#hears(`committed ${pulses}`);
  }

  /** Ends it by a signal, and resolves once it has ended. */
  async end(signal) {
    const ended = once(this.#process, 'exit');
    this.#process.kill(signal);
    await ended;
  }

  /** The pulses that its outbox knows. Nothing may run meanwhile. */
  storedPulses() {
    const require = createRequire(new URL('../../../gateway/package.json', import.meta.url));
    const Database = require('better-sqlite3');
    const database = new Database('/tmp/outbox.db');
    try {
      return database.prepare(`SELECT pulses FROM counter WHERE key = 'tips/tips'`).pluck().get();
    } finally {
      database.close();
    }
  }

  async #hears(line) {
    while (!this.#said.includes(line)) {
      if (this.#process.exitCode !== null) throw new Error(`it ended:\n${this.#said.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
