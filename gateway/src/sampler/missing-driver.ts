import type { DeviceLink, Driver } from '../drivers/driver.ts';

/** Stands for a driver that could not be loaded: its port cannot be opened, and the other ports work. */
export class MissingDriver implements Driver {
  readonly isOpen = false;
  readonly counters = { requests: 0, timeouts: 0, exceptions: 0, strayFrames: 0, checksumErrors: 0 };
  readonly #why: unknown;

  constructor(why: unknown) {
    this.#why = why;
  }

  open(): Promise<void> {
    // The error of the loader, code and hint included.
    return Promise.reject(this.#why instanceof Error ? this.#why : new Error(String(this.#why)));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  link(): DeviceLink {
    return {
      poll: () => ({ read: () => Promise.resolve(undefined) }),
      write: () => Promise.resolve({ ok: false, reason: 'no_response' }),
    };
  }
}
