import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder } from './sqlite.suite.ts';

/** A disk of its own, mounted for one test. */
export interface TestDisk {
  readonly path: string;
  unmount(): void;
}

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Why this machine cannot mount a disk; undefined where it can. */
export const noMounts: string | undefined = (() => {
  if (process.getuid?.() !== 0) return 'mounting needs root';
  try {
    smallDisk(1).unmount();
    return undefined;
  } catch (error) {
    return `mounting is not permitted: ${String(error)}`;
  }
})();

/** A tmpfs of so many megabytes. */
export function smallDisk(megabytes: number): TestDisk {
  const path = folder();
  run('mount', '-t', 'tmpfs', '-o', `size=${String(megabytes)}m`, 'tmpfs', path);
  return { path, unmount: () => void run('umount', '-l', path) };
}

export interface CardDisk extends TestDisk {
  /** What the kernel does when it finds the file system of a worn card broken: read-only from now on. */
  fail(): void;
  /** What the engineer does then: unmount, check, mount. Only while nobody has a file open. */
  mend(): void;
}

/** An ext4 in a file, mounted as a card is. Undefined where loop devices or ext4's test switch are missing. */
export function cardDisk(): CardDisk | undefined {
  const image = join(folder(), 'card.img');
  const path = folder();
  writeFileSync(image, '');
  truncateSync(image, 16 * 1024 * 1024);
  let device: string;
  try {
    run('mkfs.ext4', '-q', '-F', image);
    run('mount', '-o', 'loop,errors=remount-ro', image, path);
    device = run('findmnt', '-n', '-o', 'SOURCE', path).trim();
  } catch {
    return undefined;
  }
  const name = (): string => device.replace('/dev/', '');
  return {
    path,
    unmount: () => void run('umount', '-l', path),
    fail: () => writeFileSync(`/sys/fs/ext4/${name()}/trigger_fs_error`, '1'),
    mend: () => {
      run('umount', path);
      try {
        run('e2fsck', '-p', image);
      } catch {
        // 1: errors were corrected.
      }
      mkdirSync(path, { recursive: true });
      run('mount', '-o', 'loop,errors=remount-ro', image, path);
      device = run('findmnt', '-n', '-o', 'SOURCE', path).trim();
    },
  };
}
