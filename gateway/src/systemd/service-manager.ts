import { messageOf, type Clock, type Logger, type Service } from '@city-testbed/runtime';
import type { Assignment, Notify } from './notify.ts';

export interface ServiceManagerOptions {
  /** Undefined: nobody manages this process, and nothing is done. */
  readonly notify?: Notify | undefined;
  /** What systemd waits for a sign of life, ms; undefined: it does not. */
  readonly watchdogMs?: number | undefined;
  /** Why the pipeline does not move; undefined while it does. Then no sign of life is given. */
  readonly stuck: () => string | undefined;
  /** One line for `systemctl status`. */
  readonly summary: () => string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Without a watchdog, the line of `systemctl status` is renewed so often. */
const SUMMARY_MS = 30_000;

/**
 * What systemd is told (sd_notify(3)): that the gateway is ready, reloads, stops, and that it lives. The last of the
 * services to start and the first to stop. A sign of life is given only while the pipeline really moves, so that
 * systemd ends and restarts a gateway that hangs.
 */
export class ServiceManager implements Service {
  readonly name = 'service manager';
  readonly #options: ServiceManagerOptions;
  readonly #abort = new AbortController();
  #stuck: string | undefined;
  #problem: string | undefined;

  constructor(options: ServiceManagerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { notify, summary } = this.#options;
    if (!notify) return;
    await this.#tell(['READY=1', status(summary())]);
    void this.#watch();
  }

  async stop(): Promise<void> {
    if (this.#abort.signal.aborted) return;
    this.#abort.abort();
    await this.#tell(['STOPPING=1', 'STATUS=stopping']);
  }

  /** The configuration is read again. */
  async #reloading(): Promise<void> {
    const now = process.hrtime.bigint() / 1000n; // CLOCK_MONOTONIC, as Type=notify-reload wants it
    await this.#tell(['RELOADING=1', `MONOTONIC_USEC=${String(now)}`, 'STATUS=reloading']);
  }

  /** ... and was taken over, or refused and left as it was. */
  async #reloaded(): Promise<void> {
    await this.#tell(['READY=1', status(this.#options.summary())]);
  }

  /** Tells of a change that is taken over meanwhile. */
  async reload(change: () => Promise<void>): Promise<void> {
    await this.#reloading();
    try {
      await change();
    } finally {
      await this.#reloaded();
    }
  }

  async #watch(): Promise<void> {
    const { clock, watchdogMs } = this.#options;
    const { signal } = this.#abort;
    const pause = watchdogMs === undefined ? SUMMARY_MS : watchdogMs / 3;
    while (!signal.aborted) {
      await this.#look();
      await clock.sleep(pause, signal);
    }
  }

  async #look(): Promise<void> {
    const { stuck, summary, watchdogMs, log } = this.#options;
    const why = stuck();
    if (why !== undefined && why !== this.#stuck) log.fatal({ why }, `the gateway does not move: ${why}`);
    this.#stuck = why;
    if (why !== undefined) await this.#tell([status(`stuck: ${why}`)]);
    else
      await this.#tell([...(watchdogMs === undefined ? [] : (['WATCHDOG=1'] as const)), status(summary())]);
  }

  /** Never fails: a gateway that cannot tell works all the same, for as long as systemd lets it. */
  async #tell(assignments: readonly Assignment[]): Promise<void> {
    const { notify, log } = this.#options;
    if (!notify) return;
    try {
      await notify(assignments);
      this.#problem = undefined;
    } catch (error) {
      const problem = messageOf(error);
      if (problem !== this.#problem) log.error({ err: error }, 'systemd cannot be told how the gateway is');
      this.#problem = problem;
    }
  }
}

/** Assignments end at a line feed. */
function status(text: string): Assignment {
  return `STATUS=${text.replaceAll('\n', ' ').slice(0, 300)}`;
}
