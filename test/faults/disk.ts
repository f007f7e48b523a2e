import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A small file system of its own for one folder, which can be filled and made read-only. Root only. */
export class SmallDisk {
  readonly #folder: string;

  constructor(folder: string, megabytes: number) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  }

  get #ballast(): string {
    return join(this.#folder, 'ballast');
  }

  /** Writes until nothing more goes in. */
  fill(): void {
    const file = openSync(this.#ballast, 'a');
    try {
      for (let size = 65_536; size >= 1; size = size > 512 ? size / 2 : 0) {
        while (wrote(file, size));
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    if (existsSync(this.#ballast)) rmSync(this.#ballast);
  }

  /** Throws while a process has a file there open for writing: EBUSY. */
  readOnly(on: boolean): void {
    execFileSync('mount', ['-o', `remount,${on ? 'ro' : 'rw'}`, this.#folder], { stdio: 'pipe' });
  }

  unmount(): void {
    execFileSync('umount', ['-l', this.#folder]);
  }
}

function wrote(file: number, size: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(size)) === size;
  } catch {
    return false;
  }
}

/**
 * Every write of a process to a file fails with EFBIG (prlimit(1), setrlimit(2) RLIMIT_FSIZE; Node ignores SIGXFSZ): to
 * SQLite the same as a card that died or was remounted read-only under it. A remount itself is refused by the kernel
 * while the file is open.
 */
export function refuseWrites(pid: number, on: boolean): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${on ? '0' : 'unlimited'}:unlimited`]);
}
