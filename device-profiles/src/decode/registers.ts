import type { DecodeFailure } from '../format/expect.ts';
import type { ModbusMetric } from '../format/modbus.ts';
import type { MetricValue } from '../format/value.ts';

/** A decoded value, or why there is none. `reason` is ready to be a `QualityReason`. */
export type Decoded =
  { readonly ok: true; readonly value: MetricValue } | { readonly ok: false; readonly reason: DecodeFailure };

/** Why a value cannot be written. */
export type EncodeFailure = 'out_of_range' | 'wrong_type' | 'unknown_word' | 'too_long';
export type Encoded =
  { readonly ok: true; readonly words: number[] } | { readonly ok: false; readonly reason: EncodeFailure };

/** Registers (or, for coils and discrete inputs, bits) that the metric takes: always 1 for a bit. */
export function registerCount(metric: ModbusMetric): number {
  void metric;
  throw new Error('to come');
}

/**
 * The value of a metric from its registers, first register first, each 0..65535. For coils and discrete inputs
 * `words` is one bit, 0 or 1. Extra words are ignored; missing ones give `too_short`.
 * Order of steps: byte order, invalid markers, bit or mask, enum, scale and offset, min and max.
 * Float NaN and infinities are `invalid_marker`. 64-bit integers: see MetricValue.
 */
export function decodeRegisters(metric: ModbusMetric, words: ArrayLike<number>): Decoded {
  void metric;
  void words;
  throw new Error('to come');
}

/**
 * The registers that carry a value; the inverse of decodeRegisters. Integers are rounded after un-scaling.
 * `base` holds what the registers carry now: bits outside a `bit`, `mask` or `byte` are kept from it (default 0).
 */
export function encodeRegisters(metric: ModbusMetric, value: MetricValue, base?: ArrayLike<number>): Encoded {
  void metric;
  void value;
  void base;
  throw new Error('to come');
}
