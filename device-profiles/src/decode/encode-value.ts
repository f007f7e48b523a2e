import type { MetricValue, RawType, ValueFormat } from '../format/value.ts';
import { maskOf, pattern, reorder, shiftOf, writeRaw, writeText } from './bytes.ts';
import type { EncodeFailure } from './outcome.ts';
import { unscaled, within, type Range } from './scale.ts';

type Refused = { readonly ok: false; readonly reason: EncodeFailure };
type Wire = { readonly ok: true; readonly bytes: Uint8Array };
const refuse = (reason: EncodeFailure): Refused => ({ ok: false, reason });

/** The value of a metric to bytes in the order of the wire. `base`: what stands there now, also in that order. */
export function encodeBytes(
  format: ValueFormat,
  range: Range,
  value: MetricValue,
  base: Uint8Array,
): Wire | Refused {
  const { type } = format;
  if (type === 'string') {
    if (typeof value !== 'string') return refuse('wrong_type');
    const text = writeText(value, base.length);
    return text ? { ok: true, bytes: reorder(text, format.order, type) } : refuse('too_long');
  }
  const raw = rawOf(format, range, value);
  if (typeof raw === 'object') return raw;
  const part = place(format, type, raw, base);
  if (typeof part === 'object') return part;
  return { ok: true, bytes: reorder(writeRaw(type, part), format.order, type) };
}

/** Undoes enum, scale and offset. */
function rawOf(format: ValueFormat, range: Range, value: MetricValue): number | bigint | Refused {
  if (format.type === 'bool' || format.bit !== undefined) {
    return typeof value === 'boolean' ? Number(value) : refuse('wrong_type');
  }
  if (format.enum) {
    if (typeof value !== 'string') return refuse('wrong_type');
    const entry = Object.entries(format.enum).find(([, text]) => text === value);
    return entry ? Number(entry[0]) : refuse('unknown_word');
  }
  if (typeof value === 'bigint') {
    if (!within(value, range)) return refuse('out_of_range');
    if (format.scale === undefined && format.offset === undefined) return value;
    return unscaled(Number(value), format.scale, format.offset);
  }
  if (typeof value !== 'number') return refuse('wrong_type');
  if (!Number.isFinite(value) || !within(value, range)) return refuse('out_of_range');
  return unscaled(value, format.scale, format.offset);
}

/** Rounds to the type, checks its range, and puts masked bits among those that stand there. */
function place(
  format: ValueFormat,
  type: Exclude<RawType, 'string'>,
  raw: number | bigint,
  base: Uint8Array,
): number | bigint | Refused {
  if (type === 'float64') return Number(raw);
  if (type === 'float32')
    return Number.isFinite(Math.fround(Number(raw))) ? Number(raw) : refuse('out_of_range');
  const integer = typeof raw === 'bigint' ? raw : BigInt(Math.round(raw));
  const mask = maskOf(format);
  if (mask === undefined) return fits(type, integer, base.length) ? integer : refuse('out_of_range');
  const shift = shiftOf(mask);
  if (integer < 0n || ((integer << shift) & ~mask) !== 0n) return refuse('out_of_range');
  return (pattern(reorder(base, format.order, type)) & ~mask) | (integer << shift);
}

function fits(type: RawType, integer: bigint, bytes: number): boolean {
  const bits = BigInt(bytes * 8);
  return type.startsWith('int')
    ? integer >= -(1n << (bits - 1n)) && integer < 1n << (bits - 1n)
    : integer >= 0n && integer < 1n << bits;
}
