import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { systemClock } from '@city-testbed/runtime';
import type { LogFile } from './log-file.ts';

export interface ChildSpec {
  readonly name: string;
  /** Arguments of node: the program first. */
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly log: LogFile;
  /** Each line that it prints. */
  readonly onLine?: (line: string) => void;
  /** It ended without being asked to; it is started again after `retryMs`. */
  readonly onExit?: (code: number | null, retryMs: number) => void;
}

/**
 * A process of the testbed: started, its output kept in a file, started again when it dies, ended with the launcher.
 * It has a channel to the launcher and ends when that closes, so that nothing is left behind however the launcher ends.
 */
export class Child {
  readonly #spec: ChildSpec;
  #process: ChildProcess | undefined;
  #wanted = false;
  #restarts = 0;
  readonly #abort = new AbortController();

  constructor(spec: ChildSpec) {
    this.#spec = spec;
  }

  get name(): string {
    return this.#spec.name;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  start(): void {
    this.#wanted = true;
    const { args, env, log, onLine } = this.#spec;
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A group of its own: Ctrl-C in the terminal reaches the launcher alone, which then ends the others in order.
      detached: true,
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        log.write(line);
        onLine?.(line);
      });
    }
    child.on('error', (error) => log.write(`cannot start: ${error.message}`));
    child.on('exit', (code) => void this.#ended(code));
  }

  /** SIGTERM, then SIGKILL to its whole group after the deadline. */
  async stop(deadlineMs: number): Promise<void> {
    this.#wanted = false;
    this.#abort.abort();
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const patience = new AbortController();
    const exited = new Promise<'exited'>((resolve) => child.once('exit', () => resolve('exited')));
    child.kill('SIGTERM');
    const outcome = await Promise.race([exited, systemClock.sleep(deadlineMs, patience.signal)]);
    patience.abort();
    if (outcome !== 'exited' && child.pid !== undefined) {
      process.kill(-child.pid, 'SIGKILL');
      await exited;
    }
  }

  async #ended(code: number | null): Promise<void> {
    if (!this.#wanted) return;
    const retryMs = Math.min(30_000, 500 * 2 ** this.#restarts++);
    this.#spec.onExit?.(code, retryMs);
    await systemClock.sleep(retryMs, this.#abort.signal);
    if (!this.#abort.signal.aborted) this.start();
  }
}
