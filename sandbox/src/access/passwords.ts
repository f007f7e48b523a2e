import { hash, verify } from '@node-rs/argon2';
import { sandboxError } from '../errors.ts';

/**
 * Argon2id with 19 MiB, two passes, one lane: the least that OWASP's Password Storage Cheat Sheet recommends.
 * (`algorithm: 2` is Argon2id; its const enum cannot be imported under isolatedModules.)
 */
const cost = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

const atOnce = 2;
const mayWait = 32;

/** Hashes and checks passwords off the main thread, a bounded number at a time: each takes memory and a core. */
export class Passwords {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  #decoy: Promise<string> | undefined;

  hash(password: string): Promise<string> {
    return this.#turn(() => hash(password, cost));
  }

  /** With `stored` undefined it takes as long and answers false, so that time does not tell which accounts exist. */
  async verify(stored: string | undefined, password: string): Promise<boolean> {
    this.#decoy ??= this.hash('an account that does not exist');
    const against = stored ?? (await this.#decoy);
    const right = await this.#turn(() => verify(against, password));
    return right && stored !== undefined;
  }

  async #turn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= atOnce) {
      if (this.#waiting.length >= mayWait) {
        throw sandboxError('SANDBOX_ACCESS_SIGN_IN_TOO_OFTEN', 'too many sign-ins at once', {
          context: { retryAfterSeconds: 2 },
        });
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      // The place goes straight to the next one, or is given up.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
