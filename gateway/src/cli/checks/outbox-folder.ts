import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { messageOf } from '@city-testbed/runtime';
import { fault, note, warning, type Finding, type Subject } from './finding.ts';

/** Types of file systems as statfs(2) gives them, and why they are no place for an outbox. */
const unsuitable = new Map<number, string>([
  [0x0102_1994, 'tmpfs, in memory: a power cut loses what waits there'],
  [0x8584_58f6, 'ramfs, in memory: a power cut loses what waits there'],
  [0x6969, 'NFS: SQLite needs a disk of this machine'],
  [0x517b, 'SMB: SQLite needs a disk of this machine'],
  [0xff53_4d42, 'CIFS: SQLite needs a disk of this machine'],
  [0x794c_7630, 'an overlay: where its upper layer is in memory, a power cut loses what waits there'],
]);
const MIB = 1024 * 1024;

/** The outbox can be written, to a disk that keeps it, and there is room for what may wait. */
export function checkOutboxFolder({ inspected, baseDir }: Subject): Finding[] {
  const { outbox } = inspected.parts;
  if (!outbox) return [];
  const path = 'outbox.file';
  const file = resolve(baseDir, outbox.file);
  const folder = nearest(dirname(file));
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
  } catch (error) {
    return [fault(path, messageOf(error), 'a file and a folder that this user may write')];
  }
  const { type, bavail, bsize } = statfsSync(folder);
  const used = existsSync(file) ? statSync(file).size : 0;
  const room = bavail * bsize + used;
  const why = unsuitable.get(type);
  const findings = why === undefined ? [] : [warning(path, `${folder} is on ${why}`, 'a folder on a disk')];
  const said = `${mib(room)} MiB are free for it`;
  findings.push(
    room < outbox.maxBytes
      ? warning(
          'outbox.maxBytes',
          `${mib(outbox.maxBytes)} MiB, but ${said}`,
          'less, or more room on the disk',
        )
      : note(path, said, `outbox.maxBytes is ${mib(outbox.maxBytes)} MiB`),
  );
  return findings;
}

/** The folder itself, or the one above it in which the gateway would make it. */
function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder));
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(0);
}
