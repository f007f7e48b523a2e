import type { Clock, Service } from '@city-testbed/runtime';
import type { UplinkStatus } from '../uplink/uplink.ts';
import type { UplinkTrend } from './status.ts';

export interface UplinkWatchOptions {
  readonly uplink: () => Pick<UplinkStatus, 'state' | 'published'>;
  readonly clock: Clock;
}

const LOOK_MS = 1000;
/** The rate is the mean over so many looks. */
const LOOKS = 10;

/** Since when the uplink is as it is, and how fast it sends. */
export class UplinkWatch implements Service {
  readonly name = 'uplink watch';
  readonly #options: UplinkWatchOptions;
  readonly #abort = new AbortController();
  #state: UplinkStatus['state'] | undefined;
  #since = 0;
  /** Monotonic time and batches sent by then, the oldest first. */
  #looks: readonly (readonly [at: number, published: number])[] = [];

  constructor(options: UplinkWatchOptions) {
    this.#options = options;
  }

  start(): Promise<void> {
    this.#look();
    void this.#lookForEver();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#abort.abort();
    return Promise.resolve();
  }

  status(): UplinkTrend {
    const [first, last] = [this.#looks[0], this.#looks.at(-1)];
    const seconds = first && last ? (last[0] - first[0]) / 1000 : 0;
    const sent = first && last ? last[1] - first[1] : 0;
    return {
      since: this.#since,
      batchesPerSecond: seconds > 0 ? Math.round((10 * sent) / seconds) / 10 : 0,
    };
  }

  async #lookForEver(): Promise<void> {
    const { signal } = this.#abort;
    for (;;) {
      await this.#options.clock.sleep(LOOK_MS, signal);
      if (signal.aborted) return;
      this.#look();
    }
  }

  #look(): void {
    const { uplink, clock } = this.#options;
    const { state, published } = uplink();
    if (state !== this.#state) this.#since = clock.now();
    this.#state = state;
    // An uplink that took the place of another one counts from 0.
    const known = published < (this.#looks.at(-1)?.[1] ?? 0) ? [] : this.#looks.slice(-LOOKS);
    this.#looks = [...known, [clock.monotonic(), published]];
  }
}
