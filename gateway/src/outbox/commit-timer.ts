import type { Clock } from '@city-testbed/runtime';

/** A disk that is slow answers sooner, or with a fault. */
const GRACE_MS = 60_000;

/** One timer for the next commit: the earliest of those asked for. */
export class CommitTimer {
  readonly #clock: Clock;
  readonly #commit: () => void;
  #triedAt: number;
  #next: { readonly abort: AbortController; readonly due: number } | undefined;

  constructor(clock: Clock, commit: () => void) {
    this.#clock = clock;
    this.#commit = commit;
    this.#triedAt = clock.monotonic();
  }

  /** Monotonic ms by which a commit that there is work for has been tried; later, it does not come by itself. */
  get latest(): number {
    return (this.#next?.due ?? this.#triedAt) + GRACE_MS;
  }

  within(ms: number): void {
    const due = this.#clock.monotonic() + ms;
    if (this.#next && this.#next.due <= due) return;
    this.cancel();
    const abort = new AbortController();
    this.#next = { abort, due };
    void this.#clock.sleep(ms, abort.signal).then(() => {
      if (abort.signal.aborted) return;
      this.#next = undefined;
      this.#commit();
    });
  }

  /** A commit is being tried, so that nobody needs to wait for it. */
  cancel(): void {
    this.#triedAt = this.#clock.monotonic();
    this.#next?.abort.abort();
    this.#next = undefined;
  }
}
