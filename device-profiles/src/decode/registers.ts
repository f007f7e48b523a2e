import type { ModbusMetric } from '../format/modbus.ts';
import type { MetricValue } from '../format/value.ts';
import { byteWidth } from './bytes.ts';
import { encodeBytes } from './encode-value.ts';
import { bad, good, type Decoded, type EncodeFailure } from './outcome.ts';
import { decodeBytes } from './value.ts';

export type Encoded =
  { readonly ok: true; readonly words: number[] } | { readonly ok: false; readonly reason: EncodeFailure };

/** Registers (or, for coils and discrete inputs, bits) that the metric takes: always 1 for a bit. */
export function registerCount({ register }: ModbusMetric): number {
  if (isBit(register.table)) return 1;
  return Math.ceil(byteWidth(register.type, (register.length ?? 1) * 2) / 2);
}

/**
 * The value of a metric from its registers, first register first, each 0..65535. For coils and discrete inputs
 * `words` is one bit, 0 or 1. Extra words are ignored; missing ones give `too_short`.
 * Order of steps: byte order, invalid markers, bit or mask, enum, scale and offset, min and max.
 * Float NaN and infinities are `invalid_marker`. 64-bit integers: see MetricValue.
 */
export function decodeRegisters(metric: ModbusMetric, words: ArrayLike<number>): Decoded {
  const { register } = metric;
  const count = registerCount(metric);
  if (words.length < count) return bad('too_short');
  if (isBit(register.table)) return good(words[0] !== 0);
  const bytes = bytesOf(words, count);
  if (byteWidth(register.type, 2) === 1) {
    const at = register.byte === 'high' ? 0 : 1;
    return decodeBytes(register, metric, bytes.subarray(at, at + 1));
  }
  return decodeBytes(register, metric, bytes);
}

/**
 * The registers that carry a value; the inverse of decodeRegisters. Integers are rounded after un-scaling.
 * `base` holds what the registers carry now: bits outside a `bit`, `mask` or `byte` are kept from it (default 0).
 */
export function encodeRegisters(
  metric: ModbusMetric,
  value: MetricValue,
  base: ArrayLike<number> = [],
): Encoded {
  const { register } = metric;
  if (isBit(register.table)) {
    return typeof value === 'boolean'
      ? { ok: true, words: [Number(value)] }
      : { ok: false, reason: 'wrong_type' };
  }
  const bytes = bytesOf(base, registerCount(metric));
  const single = byteWidth(register.type, 2) === 1;
  const from = single && register.byte !== 'high' ? 1 : 0;
  const to = single ? from + 1 : bytes.length;
  const encoded = encodeBytes(register, metric, value, bytes.subarray(from, to));
  if (!encoded.ok) return encoded;
  bytes.set(encoded.bytes, from);
  return { ok: true, words: wordsOf(bytes) };
}

/** Whether a table holds single bits. */
export function isBit(table: ModbusMetric['register']['table']): boolean {
  return table === 'coil' || table === 'discrete';
}

function bytesOf(words: ArrayLike<number>, count: number): Uint8Array {
  const bytes = new Uint8Array(count * 2);
  for (let at = 0; at < count; at++) {
    const word = words[at] ?? 0;
    bytes[at * 2] = word >> 8;
    bytes[at * 2 + 1] = word;
  }
  return bytes;
}

function wordsOf(bytes: Uint8Array): number[] {
  return Array.from({ length: bytes.length / 2 }, (_, at) => {
    return ((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0);
  });
}
