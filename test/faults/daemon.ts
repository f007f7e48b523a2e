import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

export interface DaemonOptions {
  readonly name: string;
  readonly logFile: string;
  /** What is started, and with what. The last process of the chain must be exec'd, so that the pid stays. */
  readonly command: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** A process under test: it logs to a file and is ended, stopped and measured by its own pid. */
export class Daemon {
  readonly name: string;
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  readonly #logFile: string;
  ended = false;

  constructor({ name, logFile, command: [file = '', ...args], env = {} }: DaemonOptions) {
    this.name = name;
    this.#logFile = logFile;
    const log = openSync(logFile, 'a');
    this.#child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', log, log] });
    closeSync(log);
    this.exited = new Promise((resolve) => {
      const done = (): void => {
        this.ended = true;
        resolve();
      };
      this.#child.once('exit', done);
      this.#child.once('error', done);
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.ended) this.#child.kill(signal);
  }

  /** Asks it to end; what does not within the time is killed. Says whether it ended by itself. */
  async end(withinMs = 15_000): Promise<boolean> {
    this.signal('SIGCONT');
    this.signal('SIGTERM');
    let ownWill = true;
    const timer = setTimeout(() => {
      ownWill = false;
      this.signal('SIGKILL');
    }, withinMs);
    await this.exited;
    clearTimeout(timer);
    return ownWill;
  }

  /** Resident memory in bytes (proc(5), VmRSS); undefined once it ended. */
  residentBytes(): number | undefined {
    try {
      const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'));
      return found ? Number(found[1]) * 1024 : undefined;
    } catch {
      return undefined;
    }
  }

  /** Its last lines. */
  lastLines(count: number): string {
    return readFileSync(this.#logFile, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  }
}
