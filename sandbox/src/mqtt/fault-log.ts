import type { Clock, CodedError, Logger } from '@city-testbed/runtime';

const QUIET_MS = 10_000;
const MOST_PLACES = 1000;

interface Place {
  saidAt: number;
  unsaid: number;
}

/**
 * Writes what was refused to the log: once per place (a topic) and code in ten seconds, with how often it happened
 * since. Strangers who invent topics cost no more than a bounded table.
 */
export class FaultLog {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #places = new Map<string, Place>();
  readonly #counts = new Map<string, number>();

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Faults by code since the start. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** Answers whether it was said now: the moment to record an event, too. */
  report(place: string, error: CodedError): boolean {
    this.#counts.set(error.code, (this.#counts.get(error.code) ?? 0) + 1);
    const key = `${error.code} ${place}`;
    const now = this.#clock.monotonic();
    const known = this.#places.get(key);
    if (known && now - known.saidAt < QUIET_MS) {
      known.unsaid++;
      return false;
    }
    this.#places.delete(key); // behind all others: the first one is the oldest
    this.#places.set(key, { saidAt: now, unsaid: 0 });
    const [oldest] = this.#places.keys();
    if (this.#places.size > MOST_PLACES && oldest !== undefined) this.#places.delete(oldest);
    const { code, message, hint, context } = error;
    this.#log.warn({ code, topic: place, hint, ...context, repeated: known?.unsaid ?? 0 }, message);
    return true;
  }
}
