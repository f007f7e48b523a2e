import { ClockWatch, JUMP_MS, type ClockWatchOptions } from './clock-watch.ts';
import { UsedTimes } from './used-times.ts';

export interface Stamp {
  /** Wall time, ms. */
  readonly at: number;
  /** Ms since the boot of the machine. */
  readonly uptime: number;
  readonly synced: boolean;
}

export interface TimeStampsOptions extends ClockWatchOptions {
  /** The time of the last reading that was kept before this start, of whatever device. Asked once. */
  readonly lastAt?: () => number | undefined;
}

interface DeviceTimes {
  readonly used: UsedTimes;
  uptime: number;
}

/**
 * A clock that starts up to so far behind the last reading has lost the time that the machine was off: a box without a
 * clock battery goes on from the time that it wrote down last, by habit once an hour. Further behind, the earlier time
 * was wrong.
 */
const LOST_TIME_MS = 3_600_000;

/**
 * Gives each poll its time, which is that of the wall clock, and never the same twice for a device: (series, time) names
 * a reading in the store. docs/adr/010-observed-times.md says why it is as it is.
 */
export class TimeStamps {
  /** Asks whether the clock is right, once it is started. */
  readonly watch: ClockWatch;
  readonly #options: TimeStampsOptions;
  readonly #devices = new Map<string, DeviceTimes>();
  #before: { readonly from: number; readonly to: number } | undefined;

  constructor(options: TimeStampsOptions) {
    this.#options = options;
    this.watch = new ClockWatch({
      ...options,
      onSynchronised: (now) => {
        this.#settle(now);
        options.onSynchronised(now);
      },
    });
  }

  get synced(): boolean {
    return this.watch.synced;
  }

  /** The time of something that `device` showed at the monotonic time `moment`. */
  stamp(device: string, moment: number): Stamp {
    const { clock, bootOffset } = this.#options;
    this.watch.look();
    const times = this.#of(device);
    const ago = clock.monotonic() - moment;
    const at = times.used.give(Math.trunc(clock.now() - ago));
    // Batches that wait for the clock get their time from this: it must not repeat either.
    const uptime = Math.trunc(moment + bootOffset);
    const back = times.uptime - uptime;
    times.uptime = back >= 0 && back < JUMP_MS ? times.uptime + 1 : uptime;
    return { at, uptime: times.uptime, synced: this.synced };
  }

  /** How far the times of a device have run ahead of the clock, ms, because it was polled more than once in one. */
  ahead(device: string): number {
    const last = this.#devices.get(device)?.used.last;
    const ahead = last === undefined ? 0 : last - this.#options.clock.now();
    // Further ahead, the clock was put back: waiting for it would be no use.
    return ahead < JUMP_MS ? Math.max(0, ahead) : 0;
  }

  #of(device: string): DeviceTimes {
    const known = this.#devices.get(device);
    if (known) return known;
    if (this.#devices.size === 0) {
      const last = this.#options.lastAt?.();
      this.#before = last === undefined ? undefined : { from: last - LOST_TIME_MS, to: last };
    }
    const fresh = { used: new UsedTimes(JUMP_MS, this.#before), uptime: Number.NEGATIVE_INFINITY };
    this.#devices.set(device, fresh);
    return fresh;
  }

  /** What was held back has its time now, by its uptime. */
  #settle(now: { readonly at: number; readonly uptime: number }): void {
    const startedAt = Math.trunc(now.at - now.uptime);
    for (const { used, uptime } of this.#devices.values()) used.restate(startedAt + uptime);
  }
}
