import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '@city-testbed/runtime';

/** Which file a path stands for: another one after it was removed or another disk was mounted. */
export interface FileIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
}

/** Undefined where there is none, or where nobody can say. */
export function identityOf(file: string): FileIdentity | undefined {
  try {
    const { dev, ino } = statSync(file, { bigint: true });
    return { dev, ino };
  } catch {
    return undefined;
  }
}

export function isSame(one: FileIdentity | undefined, other: FileIdentity | undefined): boolean {
  return one?.ino === other?.ino && one?.dev === other?.dev;
}

/** 0 where there is none. Never opens the file: closing it again would drop SQLite's locks (POSIX, fcntl). */
export function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

export interface DiskFigures {
  readonly fileBytes: number;
  readonly walBytes: number;
  readonly freeBytes?: number;
}

/** Measured at most this often: a failing card takes its time. */
const MEASURE_MS = 5000;

/** Sizes of an outbox and the room beside it. */
export class DiskGauge {
  readonly #file: string;
  readonly #clock: Clock;
  #at = Number.NEGATIVE_INFINITY;
  #figures: DiskFigures = { fileBytes: 0, walBytes: 0 };

  constructor(file: string, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  /** As of the last measurement. */
  get figures(): DiskFigures {
    return this.#figures;
  }

  measure(): void {
    const now = this.#clock.monotonic();
    if (now - this.#at < MEASURE_MS) return;
    this.#at = now;
    this.#figures = measured(this.#file);
  }
}

/** A disk that is gone has no sizes. */
function measured(file: string): DiskFigures {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return { fileBytes: sizeOf(file), walBytes: sizeOf(`${file}-wal`), freeBytes: bavail * bsize };
  } catch {
    return { fileBytes: 0, walBytes: 0 };
  }
}

/** Whether a folder takes a file and its bytes reach the disk. Tells a bad disk from a bad file. */
export function takesWrites(folder: string): boolean {
  const file = `${folder}/.outbox-probe`;
  try {
    const opened = openSync(file, 'w');
    try {
      writeSync(opened, Buffer.alloc(4096, 1));
      fsyncSync(opened);
    } finally {
      closeSync(opened);
      rmSync(file, { force: true });
    }
    return true;
  } catch {
    return false;
  }
}
