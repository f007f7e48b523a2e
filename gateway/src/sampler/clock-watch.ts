import type { Clock, Logger, Service } from '@city-testbed/runtime';
import { clockSources, type ClockSource } from './clock-sources.ts';

export interface ClockWatchOptions {
  readonly clock: Clock;
  /** Uptime of the machine minus the clock's monotonic time, ms. */
  readonly bootOffset: number;
  /** trusted: the wall clock is right from the start. ntp: once a synchroniser says so. */
  readonly mode: 'trusted' | 'ntp';
  /** The wall clock just became right. */
  readonly onSynchronised: (now: { at: number; uptime: number }) => void;
  readonly log?: Logger;
  /** Default: those of the machine. */
  readonly sources?: readonly ClockSource[];
}

/** What is known of the wall clock. */
export interface ClockWatchStatus {
  readonly mode: 'trusted' | 'ntp';
  readonly synced: boolean;
  /** Who says so: `config`, or the synchroniser. */
  readonly source?: string;
  /** The synchroniser says no more that the clock is right, since then. Readings go on: the clock was right once. */
  readonly lostAt?: number;
  readonly jumps: number;
  /** `byMs` is positive for a jump ahead. */
  readonly lastJump?: { readonly at: number; readonly byMs: number };
}

const LOOK_EVERY_MS = 5000;
/** Once it is synchronised, a synchroniser is asked less often. */
const ASK_AGAIN_MS = 60_000;
/** Wall time that moves by more against monotonic time jumped; what synchronisers slew in one look is far less. */
export const JUMP_MS = 1000;

/** Looks after the wall clock: asks whether it is right, and sees it jump. */
export class ClockWatch implements Service {
  readonly name = 'clock';
  readonly #options: ClockWatchOptions;
  readonly #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #source: string | undefined;
  #lostAt: number | undefined;
  #askAt = Number.NEGATIVE_INFINITY;
  #distance: number;
  #jumps = 0;
  #lastJump: { readonly at: number; readonly byMs: number } | undefined;

  constructor(options: ClockWatchOptions) {
    this.#options = options;
    if (options.mode === 'trusted') this.#source = 'config';
    this.#distance = this.#measure();
  }

  get synced(): boolean {
    return this.#source !== undefined;
  }

  get status(): ClockWatchStatus {
    return {
      mode: this.#options.mode,
      synced: this.synced,
      ...(this.#source === undefined ? {} : { source: this.#source }),
      ...(this.#lostAt === undefined ? {} : { lostAt: this.#lostAt }),
      jumps: this.#jumps,
      ...(this.#lastJump ? { lastJump: this.#lastJump } : {}),
    };
  }

  /** Knows the state of the clock when it resolves, so that no reading of a right clock is held back. */
  async start(): Promise<void> {
    await this.#ask();
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  /** Notices whether the wall clock was set since the last look. Cheap: with every reading. */
  look(): void {
    const distance = this.#measure();
    const byMs = distance - this.#distance;
    this.#distance = distance;
    if (Math.abs(byMs) <= JUMP_MS) return;
    this.#jumps += 1;
    this.#lastJump = { at: Math.trunc(this.#options.clock.now()), byMs: Math.round(byMs) };
    this.#options.log?.warn(this.#lastJump, 'the wall clock jumped');
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#abort;
    for (;;) {
      await clock.sleep(LOOK_EVERY_MS, signal);
      if (signal.aborted) return;
      this.look();
      await this.#ask();
    }
  }

  async #ask(): Promise<void> {
    const { clock, mode, sources = clockSources } = this.#options;
    if (mode === 'trusted' || clock.monotonic() < this.#askAt) return;
    let source: string | undefined;
    for (const ask of sources) {
      source = await ask();
      if (source !== undefined) break;
    }
    this.#heard(source);
    this.#askAt = clock.monotonic() + (this.synced ? ASK_AGAIN_MS : 0);
  }

  #heard(source: string | undefined): void {
    const { clock, bootOffset, onSynchronised, log } = this.#options;
    if (source === undefined) {
      if (!this.synced || this.#lostAt !== undefined) return;
      this.#lostAt = Math.trunc(clock.now());
      log?.warn({ source: this.#source }, 'the clock is no longer synchronised; readings go on with it');
      return;
    }
    if (this.#lostAt !== undefined) log?.info({ source }, 'the clock is synchronised again');
    this.#lostAt = undefined;
    const first = !this.synced;
    this.#source = source;
    if (!first) return;
    this.look();
    log?.info({ source }, 'the clock is synchronised');
    onSynchronised({ at: clock.now(), uptime: clock.monotonic() + bootOffset });
  }

  #measure(): number {
    const { clock } = this.#options;
    return clock.now() - clock.monotonic();
  }
}
