import type { Quality, Resolution, Source, Value } from '../contract/index.ts';

/** The store takes earlier times only: later ones would not fit the keys of its roll-ups (this is May 2109). */
export const LAST_TIME = 2 ** 42;

/** Times are ms since the Unix epoch throughout the store; the API turns them into RFC 3339. */
export interface IncomingReading {
  readonly metric: string;
  readonly value: Value;
  readonly quality: Quality;
  readonly reason: string | null;
  readonly observedAt: number;
}

/** What one DDATA (or one page of synthetic history) carried. */
export interface IncomingBatch {
  readonly device: string;
  readonly receivedAt: number;
  readonly source: Source;
  readonly historical: boolean;
  readonly readings: readonly IncomingReading[];
}

export interface StoredReading extends IncomingReading {
  readonly device: string;
  readonly receivedAt: number;
  readonly source: Source;
  readonly historical: boolean;
}

/** One interval of one series. Absent intervals hold no reading at all. */
export interface Rollup {
  readonly from: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly sum: number;
  readonly last: number | null;
  readonly count: number;
  readonly bad: number;
  readonly synthetic: number;
}

export interface SeriesQuery {
  readonly device: string;
  readonly metric: string;
  /** Inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** `metrics` null grants all metrics of the device. */
export interface Grant {
  readonly device: string;
  readonly metrics: readonly string[] | null;
}

export interface ReadingQuery {
  readonly grants: readonly Grant[];
  readonly from?: number;
  readonly to?: number;
  /** Opaque; the page after it, in the order of storing, without gaps. */
  readonly after?: string;
  readonly limit: number;
}

export interface ReadingCursorPage {
  readonly items: readonly StoredReading[];
  /** Where to go on; equal to the one that was given when nothing new is there. Null only where nothing was ever stored. */
  readonly cursor: string | null;
  readonly more: boolean;
}

/** What evaluation needs of one series over a period. */
export interface SeriesSummary {
  readonly device: string;
  readonly metric: string;
  readonly good: number;
  readonly bad: number;
  readonly synthetic: number;
  /** Received minus observed, ms, of live readings; null where there is none. Synthetic history has no latency. */
  readonly latencyP95Ms: number | null;
  readonly latencyCount: number;
}

export interface SummaryQuery {
  readonly grants: readonly Grant[];
  readonly from: number;
  readonly to: number;
}

/** `slotMs`: the agreed reporting interval, a whole number of minutes; slots start at the epoch. */
export interface HourQuery extends SummaryQuery {
  readonly slotMs: number;
}

/** One series in one hour (UTC), from the roll-ups. A slot longer than an hour counts in the hour that it starts in. */
export interface HourCount {
  readonly device: string;
  readonly metric: string;
  readonly hour: number;
  /** Slots that start in this hour and hold at least one good reading: completeness is counted in these. */
  readonly goodSlots: number;
  readonly good: number;
  readonly bad: number;
  readonly synthetic: number;
}

export interface AppendResult {
  /** Readings that were new. */
  readonly stored: number;
  /** Readings that were there already: a re-send. */
  readonly repeated: number;
  /** New readings of each batch, in the order given: a batch with 0 was a re-send, and need not be told to anyone. */
  readonly storedOf?: readonly number[];
}

/**
 * The only owner of readings. Idempotent on (device, metric, observed time): the first value stored stays.
 * No type of any database leaks through here; every implementation passes reading-store.contract.ts.
 */
export interface ReadingStore {
  /** Resolves after the commit (grouped with its neighbours). Rejects with SANDBOX_STORE_* and stores nothing of the call. */
  append(batches: readonly IncomingBatch[]): Promise<AppendResult>;
  series(query: SeriesQuery & { readonly resolution: Resolution }): Promise<readonly Rollup[]>;
  /** The last reading of every metric of the devices; all devices when left out. */
  latest(devices?: readonly string[]): Promise<readonly StoredReading[]>;
  readings(query: ReadingQuery): Promise<ReadingCursorPage>;
  summarise(query: SummaryQuery): Promise<readonly SeriesSummary[]>;
  hourCounts(query: HourQuery): Promise<readonly HourCount[]>;
  /** Throws where the store cannot be written or read. */
  probe(): Promise<void>;
}
