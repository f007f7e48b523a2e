import { readlinkSync, rmSync, symlinkSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../fixtures/process.ts';
import { Daemon } from './daemon.ts';

/**
 * A serial line as an engineer sees it: a name that stays (/dev/serial/by-id/...) and leads to a terminal that may be
 * another one each time the adapter is plugged in. socat makes the terminal and carries its bytes to a TCP server.
 */
export class SerialLine {
  readonly path: string;
  readonly #folder: string;
  readonly #target: number;
  #adapter: Daemon | undefined;
  #terminal = 0;
  /** Keeps the number of the last terminal taken, so that the next one has another. */
  #squatter: Daemon | undefined;

  constructor(folder: string, target: number) {
    this.#folder = folder;
    this.#target = target;
    this.path = join(folder, 'usb-adapter');
  }

  async plugIn(): Promise<void> {
    const { daemon, link } = await this.#pty(`tcp:127.0.0.1:${this.#target},nodelay`);
    this.#adapter = daemon;
    symlinkSync(readlinkSync(link), this.path);
  }

  /** The adapter is gone, and its name with it: the reader gets a hang-up. */
  async unplug(): Promise<void> {
    rmSync(this.path, { force: true });
    const adapter = this.#adapter;
    this.#adapter = undefined;
    await adapter?.end();
    await this.#squatter?.end();
    this.#squatter = (await this.#pty('exec:cat')).daemon;
  }

  async stop(): Promise<void> {
    await this.#adapter?.end();
    await this.#squatter?.end();
    rmSync(this.path, { force: true });
  }

  async #pty(peer: string): Promise<{ daemon: Daemon; link: string }> {
    const link = join(this.#folder, `terminal-${this.#terminal++}`);
    const daemon = new Daemon({
      name: 'socat',
      logFile: join(this.#folder, 'socat.log'),
      command: ['socat', `pty,raw,echo=0,link=${link}`, peer],
    });
    await eventually('socat made a terminal', () => existsSync(link));
    return { daemon, link };
  }
}
