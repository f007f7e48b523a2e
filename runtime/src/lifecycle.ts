import { systemClock, type Clock } from './clock.ts';
import { errorCatalogue, messageOf } from './errors.ts';

export const { entries: lifecycleErrors, error: lifecycleError } = errorCatalogue({
  LIFECYCLE_STOP_TIMEOUT: {
    summary: 'A part did not stop in time',
    hint: 'Its last work may be unfinished. Look in the log for what it waited for.',
  },
  LIFECYCLE_STOP_FAILED: {
    summary: 'A part failed while it stopped',
    hint: 'The other parts were stopped all the same. The cause says what went wrong.',
  },
});

/** Anything with a life. `stop` is idempotent: stop intake, finish in-flight work, flush, close. */
export interface Service {
  readonly name: string;
  start(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

/** Starts services in order and stops them in reverse order, within one deadline. */
export class Lifecycle {
  readonly #services: readonly Service[];
  readonly #clock: Clock;
  readonly #started: Service[] = [];
  readonly #abort = new AbortController();
  #stopping: Promise<void> | undefined;

  constructor(services: readonly Service[], clock: Clock = systemClock) {
    this.#services = services;
    this.#clock = clock;
  }

  /** When one fails to start, those that run are stopped and its error is thrown. */
  async start(): Promise<void> {
    try {
      for (const service of this.#services) {
        if (this.#abort.signal.aborted) return;
        this.#started.push(service);
        await service.start(this.#abort.signal);
      }
    } catch (error) {
      await this.stop().catch(() => undefined);
      throw error;
    }
  }

  /** Idempotent. Throws the first failure after every service has had its chance to stop. */
  stop(deadlineMs = 5000): Promise<void> {
    this.#stopping ??= this.#stop(deadlineMs);
    return this.#stopping;
  }

  async #stop(deadlineMs: number): Promise<void> {
    this.#abort.abort();
    const end = this.#clock.monotonic() + deadlineMs;
    const failures: Error[] = [];
    for (const service of this.#started.reverse()) {
      const timer = new AbortController();
      const left = Math.max(0, end - this.#clock.monotonic());
      const late = this.#clock.sleep(left, timer.signal).then(() => {
        if (timer.signal.aborted) return;
        throw lifecycleError('LIFECYCLE_STOP_TIMEOUT', `${service.name} (${String(deadlineMs)} ms for all)`, {
          context: { service: service.name, deadlineMs },
        });
      });
      try {
        await Promise.race([service.stop(), late]);
      } catch (error) {
        failures.push(
          error instanceof Error && 'code' in error && error.code === 'LIFECYCLE_STOP_TIMEOUT'
            ? error
            : lifecycleError('LIFECYCLE_STOP_FAILED', `${service.name}: ${messageOf(error)}`, {
                context: { service: service.name },
                cause: error,
              }),
        );
      } finally {
        timer.abort();
      }
    }
    if (failures[0]) throw failures[0];
  }
}
