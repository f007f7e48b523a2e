import type { DataType, MetricValue } from '@city-testbed/sparkplug';

/** A number or word about the gateway itself, told in NBIRTH and once a minute in NDATA. */
export interface NodeMetric {
  /** Begins with `Gateway/`, e.g. `Gateway/Outbox/Batches`. The same name has the same data type for ever. */
  readonly name: string;
  readonly datatype: DataType;
  /** As the data type wants it: UInt64 is a bigint. */
  readonly value: MetricValue | null;
  readonly unit?: string;
}
