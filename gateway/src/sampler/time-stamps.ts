import { existsSync } from 'node:fs';
import type { Clock } from '@city-testbed/runtime';

export interface Stamp {
  /** Wall time, ms. */
  readonly at: number;
  /** Ms since the boot of the machine. */
  readonly uptime: number;
  readonly synced: boolean;
}

export interface TimeStampsOptions {
  readonly clock: Clock;
  /** Uptime of the machine minus the clock's monotonic time, ms. */
  readonly bootOffset: number;
  /** trusted: the wall clock is right from the start. ntp: once the synchroniser says so. */
  readonly mode: 'trusted' | 'ntp';
  /** The wall clock just became right. */
  readonly onSynchronised: (now: { at: number; uptime: number }) => void;
  /** Default: whether systemd-timesyncd has set the clock in this boot. */
  readonly isSynchronised?: () => boolean;
}

/** systemd-timesyncd touches it when it first synchronised in this boot (systemd-timesyncd.service(8), "Files"). */
const SYNC_MARK = '/run/systemd/timesync/synchronized';
const CHECK_EVERY_MS = 5000;
/** A wall clock further back than this jumped; a smaller step back is smoothed over. */
const JUMP_MS = 1000;

/** Gives each poll its time. The times of one device grow strictly: (series, time) names a reading in the store. */
export class TimeStamps {
  readonly #options: TimeStampsOptions;
  readonly #last = new Map<string, number>();
  #synced: boolean;
  #checkAt = Number.NEGATIVE_INFINITY;

  constructor(options: TimeStampsOptions) {
    this.#options = options;
    this.#synced = options.mode === 'trusted';
  }

  get synced(): boolean {
    return this.#synced;
  }

  /** The time of something that `device` showed at the monotonic time `moment`. */
  stamp(device: string, moment: number): Stamp {
    const { clock, bootOffset } = this.#options;
    this.#check();
    const ago = clock.monotonic() - moment;
    let at = Math.trunc(clock.now() - ago);
    const last = this.#last.get(device);
    if (last !== undefined && at <= last && last - at < JUMP_MS) at = last + 1;
    this.#last.set(device, at);
    return { at, uptime: Math.trunc(moment + bootOffset), synced: this.#synced };
  }

  /** How far the times of a device have run ahead of the clock, ms, because it was polled more than once in one. */
  ahead(device: string): number {
    const last = this.#last.get(device);
    return last === undefined ? 0 : Math.max(0, last - this.#options.clock.now());
  }

  #check(): void {
    const { clock, bootOffset, onSynchronised, isSynchronised = () => existsSync(SYNC_MARK) } = this.#options;
    const now = clock.monotonic();
    if (this.#synced || now < this.#checkAt) return;
    this.#checkAt = now + CHECK_EVERY_MS;
    if (!isSynchronised()) return;
    this.#synced = true;
    onSynchronised({ at: clock.now(), uptime: now + bootOffset });
  }
}
