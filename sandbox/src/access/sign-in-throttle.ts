import type { Clock } from '@city-testbed/runtime';

interface Failures {
  count: number;
  /** Monotonic ms before which the next try is refused. */
  until: number;
  lastAt: number;
}

/** Failures that cost nothing; each one after doubles the wait. */
const freeTries = { pair: 5, account: 50, address: 20 };
const longestWaitMs = 15 * 60_000;
const forgetAfterMs = 60 * 60_000;
const mostKeys = 10_000;

/**
 * Slows down guessing: by account and address together, by address, and (late, since anybody could lock out anybody
 * with it) by account. In memory and bounded; the oldest keys are forgotten first.
 */
export class SignInThrottle {
  readonly #clock: Clock;
  readonly #failures = new Map<string, Failures>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Seconds to wait before the next try is looked at; 0: now. */
  wait(account: string, address: string): number {
    const now = this.#clock.monotonic();
    const waits = keys(account, address).map(([key]) => (this.#failures.get(key)?.until ?? 0) - now);
    return Math.max(0, Math.ceil(Math.max(...waits) / 1000));
  }

  failed(account: string, address: string): void {
    const now = this.#clock.monotonic();
    for (const [key, free] of keys(account, address)) {
      const known = this.#failures.get(key);
      const count = known && now - known.lastAt < forgetAfterMs ? known.count + 1 : 1;
      const waitMs = count < free ? 0 : Math.min(longestWaitMs, 1000 * 2 ** Math.min(20, count - free));
      this.#failures.delete(key); // so that the order of the map is that of use
      this.#failures.set(key, { count, until: now + waitMs, lastAt: now });
    }
    while (this.#failures.size > mostKeys) {
      const oldest = this.#failures.keys().next();
      if (oldest.done) break;
      this.#failures.delete(oldest.value);
    }
  }

  succeeded(account: string, address: string): void {
    for (const [key] of keys(account, address).slice(0, 2)) this.#failures.delete(key);
  }
}

function keys(account: string, address: string): readonly (readonly [string, number])[] {
  const name = account.toLowerCase();
  return [
    [`pair ${address} ${name}`, freeTries.pair],
    [`account ${name}`, freeTries.account],
    [`address ${address}`, freeTries.address],
  ];
}
