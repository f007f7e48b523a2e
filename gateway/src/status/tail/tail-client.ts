import type { Writable } from 'node:stream';

/** Bytes that may wait for one client; past it, it loses lines. */
const MOST_WAITING = 65_536;
/** Who took nothing for so long is not there any more. */
const GONE_MS = 60_000;

/** One who listens. What he cannot take in time is not kept: he is told how many lines he lost. */
export class TailClient {
  readonly #to: Writable;
  #lost = 0;
  #behindSince: number | undefined;

  constructor(to: Writable) {
    this.#to = to;
  }

  /** Readings that he was not told and does not know of yet. */
  get lost(): number {
    return this.#lost;
  }

  /** `now` is monotonic, ms. False: he is behind, and these were not even written down. */
  tell(lines: () => readonly string[], count: number, now: number): boolean {
    if (this.#to.writableLength > MOST_WAITING) {
      this.#lost += count;
      this.#behindSince ??= now;
      if (now - this.#behindSince > GONE_MS) this.#to.destroy();
      return false;
    }
    this.#behindSince = undefined;
    const notice = this.#lost === 0 ? '' : `${JSON.stringify({ dropped: this.#lost })}\n`;
    this.#lost = 0;
    const text = notice + lines().join('');
    if (text !== '') this.#to.write(text);
    return true;
  }

  end(): void {
    this.#to.end();
  }
}
