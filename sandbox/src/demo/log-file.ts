import { existsSync, mkdirSync, openSync, closeSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const maxBytes = 10 * 2 ** 20;

/** A log file that never grows past 10 MiB: the one before it is kept as FILE.1. */
export class LogFile {
  readonly path: string;
  #descriptor: number;
  #bytes: number;

  constructor(path: string) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true });
    this.#bytes = existsSync(path) ? statSync(path).size : 0;
    this.#descriptor = openSync(path, 'a');
  }

  write(line: string): void {
    if (this.#bytes > maxBytes) this.#rotate();
    this.#bytes += writeSync(this.#descriptor, `${line}\n`);
  }

  #rotate(): void {
    closeSync(this.#descriptor);
    renameSync(this.path, `${this.path}.1`);
    this.#descriptor = openSync(this.path, 'a');
    this.#bytes = 0;
  }
}
