import type { Value } from '../contract/index.ts';
import { BOOLEAN, HISTORICAL, qualityOf, reasonOf, sourceOf } from './reading-flags.ts';
import type { StoredReading } from './reading-store.ts';
import type { SeriesNames } from './series-names.ts';

/** A row of table readings. A text is a BLOB. */
export interface ReadingRow {
  series: number;
  observed: number;
  delay: number;
  flags: number;
  value: number | Buffer | null;
}

export function readingOf(row: ReadingRow, names: SeriesNames): StoredReading {
  const { device, metric } = names.name(row.series);
  const reason = reasonOf(row.flags);
  return {
    device,
    metric,
    value: valueOf(row),
    quality: qualityOf(row.flags),
    reason: reason === 0 ? null : names.reason(reason),
    observedAt: row.observed,
    receivedAt: row.observed + row.delay,
    source: sourceOf(row.flags),
    historical: (row.flags & HISTORICAL) !== 0,
  };
}

function valueOf({ value, flags }: ReadingRow): Value {
  if (Buffer.isBuffer(value)) return value.toString();
  return (flags & BOOLEAN) !== 0 && value !== null ? value !== 0 : value;
}
