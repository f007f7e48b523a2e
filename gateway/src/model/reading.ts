import type { MetricValue } from '@city-testbed/device-profiles';

/** Why a value is not good: the words of `QualityReason` in the protocol. */
export type BadReason =
  | 'no_response'
  | 'checksum'
  | 'invalid_marker'
  | 'out_of_range'
  | 'too_short'
  | 'malformed'
  | 'stale'
  | 'clock_unsynced'
  /** The sensor had power too short a time for its values to be trusted. */
  | 'warming_up'
  | `exception_${number}`;

/** One value of one metric. `value` is null exactly where the reason says why there is none. */
export interface Reading {
  /** Sparkplug alias of (device, metric): given once, never reused. */
  readonly alias: number;
  readonly value: MetricValue | null;
  readonly reason?: BadReason;
}

/** What one poll of one device brought. It becomes one outbox row and one DDATA message. */
export interface Batch {
  readonly device: string;
  /** When it was observed: wall time, ms since the Unix epoch. Grows strictly per device. */
  readonly at: number;
  /** The same moment in ms since the boot of the machine. */
  readonly uptime: number;
  /** Whether the wall clock was to be trusted at that moment. */
  readonly synced: boolean;
  readonly readings: readonly Reading[];
  /** Pulse counters as of this poll; kept in the same transaction, so that counts survive a restart. */
  readonly counters?: ReadonlyMap<string, number>;
}

/** A batch that is on disk. */
export interface StoredBatch extends Omit<Batch, 'counters'> {
  /** Grows for the life of the outbox; never given twice. */
  readonly number: number;
}
