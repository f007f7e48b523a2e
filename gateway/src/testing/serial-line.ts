import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@city-testbed/runtime';

/** Whether this machine can make serial lines. */
export const socat = spawnSync('socat', ['-V']).status === 0;

const ends: (() => void)[] = [];
/** To be called after each test. */
export function endLines(): void {
  for (const end of ends.splice(0)) end();
}

/** Two ends of a serial line. `ours` and `theirs` lead to pseudo-terminals; `cut` is a hang-up. */
export async function serialLine(): Promise<{ ours: string; theirs: string; cut: () => Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'city-pty-'));
  const [ours, theirs] = [join(dir, 'ours'), join(dir, 'theirs')];
  const pair = spawn('socat', [`pty,raw,echo=0,link=${ours}`, `pty,raw,echo=0,link=${theirs}`]);
  const ended = once(pair, 'exit');
  ends.push(() => void pair.kill());
  while (!existsSync(ours) || !existsSync(theirs)) await systemClock.sleep(10);
  return {
    ours,
    theirs,
    cut: async () => {
      pair.kill();
      await ended;
    },
  };
}

/** A name as udev gives it, which can be made to lead to another device, or nowhere. */
export function byIdName(): { path: string; leadTo: (target: string | undefined) => void } {
  const path = join(mkdtempSync(join(tmpdir(), 'city-by-id-')), 'usb-Plantower-if00-port0');
  return {
    path,
    leadTo: (target) => {
      rmSync(path, { force: true });
      if (target !== undefined) symlinkSync(target, path);
    },
  };
}

/** A PMS5003 frame by its data sheet: 42 4D, length 28, thirteen words, checksum = sum of the bytes before it. */
export function pms5003(atmospheric: readonly [number, number, number], breakChecksum = false): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt16BE(0x424d, 0);
  bytes.writeUInt16BE(28, 2);
  atmospheric.forEach((value, index) => bytes.writeUInt16BE(value, 10 + 2 * index));
  const sum = bytes.subarray(0, 30).reduce((total, byte) => total + byte, 0);
  bytes.writeUInt16BE(breakChecksum ? sum ^ 1 : sum, 30);
  return bytes;
}
