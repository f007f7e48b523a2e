import type { ApiClient } from '../fixtures/testbed.ts';
import type { Stored, StoredSeries } from './check.ts';
import { seriesOf } from './truth.ts';

interface Page {
  readonly items: readonly {
    readonly metric: string;
    readonly value: number | null;
    readonly reason: string | null;
    readonly observedAt: string;
  }[];
  readonly next: string | null;
  readonly cursor: string | null;
}

/** What the store holds, as its API tells it. Each look reads on from the cursor of the last one. */
export class StoreView {
  readonly series: StoredSeries;
  readonly #series = new Map<string, Stored[]>();
  readonly #cursors = new Map<string, string>();

  constructor() {
    this.series = this.#series;
  }

  async update(api: ApiClient, devices: Iterable<string>): Promise<void> {
    for (const device of devices) await this.#read(api, device);
  }

  /** Forgets everything, so that the next look reads the whole store again. */
  clear(): void {
    this.#series.clear();
    this.#cursors.clear();
  }

  async #read(api: ApiClient, device: string): Promise<void> {
    for (;;) {
      const after = this.#cursors.get(device);
      const page = await api<Page>(
        'GET',
        `/devices/${device}/readings?limit=1000${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`,
      );
      for (const { metric, value, reason, observedAt } of page.items) {
        const series = seriesOf(device, metric);
        const readings = this.#series.get(series) ?? [];
        readings.push({ value, reason, observedAt: Date.parse(observedAt) });
        this.#series.set(series, readings);
      }
      if (page.cursor !== null) this.#cursors.set(device, page.cursor);
      if (page.next === null) return;
    }
  }
}
