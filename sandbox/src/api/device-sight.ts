import type { Grant } from '../store/reading-store.ts';

/** What someone sees of one device: which metrics, and each from when on. */
export class DeviceSight {
  /** What city people see: everything, from the beginning. */
  static readonly whole = new DeviceSight([{ metrics: null, since: -Infinity }]);

  readonly #parts: readonly SeenPart[];

  constructor(parts: readonly SeenPart[]) {
    this.#parts = parts;
  }

  /** With what another agreement grants of the same device. */
  and(part: SeenPart): DeviceSight {
    return new DeviceSight([...this.#parts, part]);
  }

  get isWhole(): boolean {
    return this === DeviceSight.whole;
  }

  sees(metric: string): boolean {
    return this.since(metric) < Infinity;
  }

  /** ms; readings observed earlier are not seen. -Infinity: none is hidden; Infinity: the metric is not seen at all. */
  since(metric: string): number {
    return Math.min(
      ...this.#parts.map(({ metrics, since }) => (metrics?.includes(metric) === false ? Infinity : since)),
    );
  }

  seesReading({ metric, observedAt }: { readonly metric: string; readonly observedAt: number }): boolean {
    return observedAt >= this.since(metric);
  }

  /** ms; nothing of the device is seen from before. */
  get earliest(): number {
    return Math.min(...this.#parts.map(({ since }) => since));
  }

  /** As a grant of the store, which knows no times: hold its readings against `seesReading`. */
  grant(device: string): Grant {
    const metrics = new Set<string>();
    for (const part of this.#parts) {
      if (part.metrics === null) return { device, metrics: null };
      for (const metric of part.metrics) metrics.add(metric);
    }
    return { device, metrics: [...metrics] };
  }

  /** Equal for sights that show the same by the same agreements. */
  get signature(): string {
    const parts = this.#parts.map(({ metrics, since }) => `${since} ${metrics?.toSorted().join(' ') ?? '*'}`);
    return JSON.stringify(parts.sort());
  }
}

/** `metrics` null: all of the device. `since` in ms. */
interface SeenPart {
  readonly metrics: readonly string[] | null;
  readonly since: number;
}
