/**
 * good: it must be in the store, exactly once. spoiled: it was sent in a way that nobody may believe (wrong unit, wrong
 * CRC, too late), so it must not be there. maybe: RTU has no transaction ids, so a late answer to the same question of
 * the same unit cannot be told from the right one.
 */
export type Outcome = 'good' | 'spoiled' | 'maybe';

/** A value that a simulated device sent. Values of a series are 1, 2, 3 and so on, so its place is its value less one. */
export interface Served {
  readonly value: number;
  /** When, by the harness's own clock, ms since the Unix epoch. */
  readonly at: number;
  /** Which request it was, counted over all devices. */
  readonly request: number;
  readonly outcome: Outcome;
}

/** A stretch of time in which served values may be missing from the store. */
export interface Excuse {
  readonly from: number;
  readonly to: number;
  readonly why: string;
  /** Left out: every device. */
  readonly devices?: readonly string[];
  /** Values per series at most. */
  readonly most?: number;
  /** Only the end of what was served before `to`: what was read later than something missing is missing too. */
  readonly endOnly?: boolean;
  /** It counts only where this is true, e.g. that the gateway raised an alarm. */
  readonly provided?: () => boolean;
}

/** A stretch of time in which the gateway need not ask, or in which it may say that a device does not answer. */
export interface Pause {
  readonly from: number;
  /** Infinity while it lasts. */
  to: number;
  readonly why: string;
  readonly devices?: readonly string[];
}

/** What the simulated devices know: every value that they sent, and every question that they heard. */
export class Truth {
  readonly series = new Map<string, Served[]>();
  /** Times of the questions to each device. */
  readonly asked = new Map<string, number[]>();
  readonly excuses: Excuse[] = [];
  readonly pauses: Pause[] = [];
  /** Offsets of the gateway's wall clock from the harness's, each from a time on. */
  readonly clock: { readonly at: number; readonly offset: number; readonly exact: boolean }[] = [];
  /** Everything that was served before this is known to be stored. */
  settledAt = 0;
  #requests = 0;

  declare(device: string, metrics: readonly string[]): void {
    this.asked.set(device, []);
    for (const metric of metrics) this.series.set(seriesOf(device, metric), []);
  }

  /** The device heard a question; gives the number of the request. */
  ask(device: string, at = Date.now()): number {
    this.asked.get(device)?.push(at);
    return ++this.#requests;
  }

  /** The next value of a series, which the device sends now. */
  serve(device: string, metric: string, request: number, outcome: Outcome, at = Date.now()): number {
    const served = this.series.get(seriesOf(device, metric))!;
    const value = served.length + 1;
    served.push({ value, at, request, outcome });
    return value;
  }

  excuse(excuse: Excuse): void {
    this.excuses.push(excuse);
  }

  /** Begins a pause; the caller ends it. */
  pause(why: string, devices?: readonly string[], from = Date.now()): Pause {
    const pause: Pause = { from, to: Number.POSITIVE_INFINITY, why, ...(devices ? { devices } : {}) };
    this.pauses.push(pause);
    return pause;
  }
}

export function seriesOf(device: string, metric: string): string {
  return `${device}/${metric}`;
}

export function deviceOf(series: string): string {
  return series.slice(0, series.indexOf('/'));
}

/** Whether something that has devices is about this one. */
export function concerns({ devices }: { readonly devices?: readonly string[] }, device: string): boolean {
  return devices === undefined || devices.includes(device);
}
