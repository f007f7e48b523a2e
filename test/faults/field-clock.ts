import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { faketimeLibrary } from './needs.ts';

/**
 * The wall clock of one process, through libfaketime: Node's Date.now() goes by it, performance.now() and timers do not
 * (FAKETIME_DONT_FAKE_MONOTONIC). Tried with Node 20 and libfaketime 0.9.10: the file is read again at each look at the
 * clock (FAKETIME_NO_CACHE), about 8 microseconds each.
 */
export class FieldClock {
  readonly #folder: string;
  offsetMs = 0;
  #bootId = randomUUID();

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(this.#markFolder, { recursive: true });
    this.set(0);
    this.reboot();
  }

  get #markFolder(): string {
    return join(this.#folder, 'timesync');
  }

  get #offsetFile(): string {
    return join(this.#folder, 'clock-offset');
  }

  get #bootFile(): string {
    return join(this.#folder, 'boot-id');
  }

  /** Sets the distance from the true time, at once. */
  set(offsetMs: number): void {
    this.offsetMs = offsetMs;
    writeFileSync(`${this.#offsetFile}.new`, `${offsetMs < 0 ? '-' : '+'}${Math.abs(offsetMs) / 1000}\n`);
    renameSync(`${this.#offsetFile}.new`, this.#offsetFile);
  }

  /** The next start of the process is another boot of the machine, on which nobody set the clock yet. */
  reboot(): void {
    this.#bootId = randomUUID();
    writeFileSync(this.#bootFile, `${this.#bootId}\n`);
    rmSync(join(this.#markFolder, 'synchronized'), { force: true });
  }

  /** What systemd-timesyncd does when it first set the clock (systemd-timesyncd.service(8), "Files"). */
  synchronised(): void {
    writeFileSync(join(this.#markFolder, 'synchronized'), '');
  }

  get env(): NodeJS.ProcessEnv {
    return {
      LD_PRELOAD: faketimeLibrary,
      FAKETIME_TIMESTAMP_FILE: this.#offsetFile,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DONT_RESET: '1',
    };
  }

  /**
   * A command in a mount namespace of its own, where boot_id (random(4)) and the mark of timesyncd are ours. The
   * command keeps the pid.
   */
  boxed(command: readonly string[]): string[] {
    const script = [
      'unset LD_PRELOAD',
      'mount -t tmpfs tmpfs /run',
      'mkdir -p /run/systemd',
      `ln -s "$1" /run/systemd/timesync`,
      `mount --bind "$2" /proc/sys/kernel/random/boot_id`,
      'export LD_PRELOAD="$3"',
      'shift 3',
      'exec "$@"',
    ].join(' && ');
    return [
      ...['unshare', '-m', 'sh', '-c', script, 'sh'],
      ...[this.#markFolder, this.#bootFile, faketimeLibrary ?? ''],
      ...command,
    ];
  }
}
