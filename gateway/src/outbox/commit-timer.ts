import type { Clock } from '@city-testbed/runtime';

/** One timer for the next commit: the earliest of those asked for. */
export class CommitTimer {
  readonly #clock: Clock;
  readonly #commit: () => void;
  #next: { readonly abort: AbortController; readonly due: number } | undefined;

  constructor(clock: Clock, commit: () => void) {
    this.#clock = clock;
    this.#commit = commit;
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

  cancel(): void {
    this.#next?.abort.abort();
    this.#next = undefined;
  }
}
