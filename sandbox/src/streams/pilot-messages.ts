import type { PilotMessage } from '../contract/index.ts';

type Listener = (message: PilotMessage) => void;

/** What passed on the prefixes of the pilots: told to who listens, and the last ones kept for who comes. */
export class PilotMessages {
  readonly #most: number;
  readonly #recent = new Map<string, PilotMessage[]>();
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(most: number) {
    this.#most = most;
  }

  add(pilot: string, message: PilotMessage): void {
    let recent = this.#recent.get(pilot);
    if (!recent) this.#recent.set(pilot, (recent = []));
    recent.push(message);
    // Trimmed in strides: shifting a full list for each message would cost its whole length each time.
    if (recent.length >= 2 * this.#most) recent.splice(0, recent.length - this.#most);
    for (const listener of this.#listeners.get(pilot) ?? []) listener(message);
  }

  recent(pilot: string): readonly PilotMessage[] {
    return this.#recent.get(pilot)?.slice(-this.#most) ?? [];
  }

  listen(pilot: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(pilot) ?? new Set();
    this.#listeners.set(pilot, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(pilot) === listeners) this.#listeners.delete(pilot);
    };
  }

  /** Forgets pilots that ended, so that the table stays as large as the testbed. */
  keepOnly(pilots: ReadonlySet<string>): void {
    for (const pilot of this.#recent.keys()) if (!pilots.has(pilot)) this.#recent.delete(pilot);
  }
}
