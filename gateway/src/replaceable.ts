import type { Service } from '@city-testbed/runtime';

/** A service in whose place another one can be put while everything around it runs. */
export class Replaceable<S extends Service> implements Service {
  readonly name: string;
  #present: S;

  constructor(first: S) {
    this.name = first.name;
    this.#present = first;
  }

  get present(): S {
    return this.#present;
  }

  start(signal: AbortSignal): Promise<void> {
    return this.#present.start(signal);
  }

  stop(): Promise<void> {
    return this.#present.stop();
  }

  /** Stops the present one and starts `next`. Where that fails, `back` takes its place, and the failure is thrown. */
  async replace(next: S, back: () => S): Promise<void> {
    await this.#present.stop();
    const { signal } = new AbortController();
    try {
      await next.start(signal);
      this.#present = next;
    } catch (error) {
      this.#present = back();
      await this.#present.start(signal);
      throw error;
    }
  }
}
