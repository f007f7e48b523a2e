import type { DecodeFailure } from '../format/expect.ts';
import type { MetricValue } from '../format/value.ts';

/** A decoded value, or why there is none. `reason` is ready to be a `QualityReason`. */
export type Decoded =
  { readonly ok: true; readonly value: MetricValue } | { readonly ok: false; readonly reason: DecodeFailure };

/** Why a value cannot be written. */
export type EncodeFailure = 'out_of_range' | 'wrong_type' | 'unknown_word' | 'too_long';

export const good = (value: MetricValue): Decoded => ({ ok: true, value });
export const bad = (reason: DecodeFailure): Decoded => ({ ok: false, reason });

/** A value of a metric with its name, or why it could not be had. */
export interface DecodedMetric {
  readonly metric: string;
  readonly result: Decoded;
}
