import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where Debian's libfaketime keeps its library, by architecture. */
const libraries = ['x86_64', 'aarch64', 'arm', 'i386']
  .flatMap((machine) => [`${machine}-linux-gnu`, `${machine}-linux-gnueabihf`])
  .map((triplet) => `/usr/lib/${triplet}/faketime/libfaketime.so.1`);

export const faketimeLibrary = libraries.find((file) => existsSync(file));

function succeeds(file: string, ...args: string[]): boolean {
  try {
    execFileSync(file, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const root = process.getuid?.() === 0;

/** Why a part of the harness cannot run here; undefined where it can. */
export const missing = {
  faketime:
    faketimeLibrary === undefined ? 'libfaketime is not installed (Debian package faketime)' : undefined,
  socat: succeeds('socat', '-V') ? undefined : 'socat is not installed',
  prlimit: succeeds('prlimit', '--version') ? undefined : 'prlimit is not installed (util-linux)',
  mounts:
    root && succeeds('unshare', '-m', 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /mnt')
      ? undefined
      : 'mounting needs root and CAP_SYS_ADMIN',
} as const;
export type Need = keyof typeof missing;
