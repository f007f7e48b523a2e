import type { Clock } from '@city-testbed/runtime';

interface Failures {
  /** Tries not known to be right: those that failed, and those still being looked at. */
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

  /**
   * Counts a try as a failure before it is looked at, which takes time: tries in parallel are not free. Call what it
   * gives when the try was right. That forgets the failures of the account, and takes this one try back from the
   * address, whose other failures stay: who has one account gets no free guesses at others, and the many right
   * sign-ins of an office behind one address lock nobody out.
   */
  tried(account: string, address: string): () => void {
    const now = this.#clock.monotonic();
    const [pair, byAccount, byAddress] = keys(account, address);
    this.#count(pair, now);
    this.#count(byAccount, now);
    const takeBack = this.#count(byAddress, now);
    while (this.#failures.size > mostKeys) {
      const oldest = this.#failures.keys().next();
      if (oldest.done) break;
      this.#failures.delete(oldest.value);
    }
    return () => {
      this.#failures.delete(pair[0]);
      this.#failures.delete(byAccount[0]);
      takeBack();
    };
  }

  #count([key, free]: Key, now: number): () => void {
    const known = this.#failures.get(key);
    const before = known && now - known.lastAt < forgetAfterMs ? known : undefined;
    const count = (before?.count ?? 0) + 1;
    const waitMs = count < free ? 0 : Math.min(longestWaitMs, 1000 * 2 ** Math.min(20, count - free));
    const mine = { count, until: now + waitMs, lastAt: now };
    this.#failures.delete(key); // so that the order of the map is that of use
    this.#failures.set(key, mine);
    return () => {
      const current = this.#failures.get(key);
      if (!current) return;
      current.count -= 1;
      if (current.count <= 0) this.#failures.delete(key);
      else if (current.count < free) current.until = 0;
      else if (current === mine) current.until = before?.until ?? 0; // else others failed since: their wait stays
    };
  }
}

type Key = readonly [name: string, free: number];

function keys(account: string, address: string): readonly [pair: Key, account: Key, address: Key] {
  const name = account.toLowerCase();
  return [
    [`pair ${address} ${name}`, freeTries.pair],
    [`account ${name}`, freeTries.account],
    [`address ${address}`, freeTries.address],
  ];
}
