import type { Clock } from '@city-testbed/runtime';
import type { WriteOutcome, WriteRequest } from '../drivers/driver.ts';
import { gatewayError } from '../errors.ts';

/** A command that was not carried out yet, and who waits for it. */
export interface Waiting {
  readonly request: WriteRequest;
  readonly resolve: (outcome: WriteOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** Commands that one port may have waiting; more are refused at once. */
const LIMIT = 100;
/** A timer of Node cannot be longer than 2^31 ms. */
const LONGEST_SLEEP_MS = 3_600_000;

/** Commands for one port, first come first served, and the sleep that they end. */
export class CommandQueue {
  #waiting: Waiting[] = [];
  #sleep: AbortController | undefined;
  #closed = false;

  /** Resolves once it was carried out. Throws GATEWAY_COMMAND_FAILED when it cannot even wait. */
  add(request: WriteRequest): Promise<WriteOutcome> {
    if (this.#closed)
      return Promise.reject(gatewayError('GATEWAY_COMMAND_FAILED', 'the port is being closed'));
    if (this.#waiting.length >= LIMIT) {
      return Promise.reject(gatewayError('GATEWAY_COMMAND_FAILED', `${String(LIMIT)} commands wait already`));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      this.wake();
    });
  }

  /** The next one that may still be carried out at the monotonic time `now`; those that may not are answered. */
  take(now: number): Waiting | undefined {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      if (!isExpired(next.request, now)) return next;
      next.resolve({ ok: false, reason: 'expired' });
    }
    return undefined;
  }

  /** Sleeps, but no longer than until a command comes. */
  async waitOr(clock: Clock, ms: number): Promise<void> {
    this.#sleep = new AbortController();
    await clock.sleep(Math.min(ms, LONGEST_SLEEP_MS), this.#sleep.signal);
    this.#sleep = undefined;
  }

  wake(): void {
    this.#sleep?.abort();
  }

  /** Takes no more. Gives back what was waiting, for whoever takes the port over, or to be refused. */
  close(): readonly Waiting[] {
    this.#closed = true;
    return this.#waiting.splice(0);
  }
}

/** Whether its deadline has passed at the monotonic time `now`. */
export function isExpired({ deadline }: WriteRequest, now: number): boolean {
  return deadline !== undefined && now > deadline;
}
