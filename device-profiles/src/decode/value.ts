import type { MetricValue, ValueFormat } from '../format/value.ts';
import { maskOf, pattern, readRaw, reorder, shiftOf, type Raw } from './bytes.ts';
import { bad, good, type Decoded } from './outcome.ts';
import { scaled, within, type Range } from './scale.ts';

/** Bytes in the order of the wire, exactly as many as the type takes, to the value of a metric. */
export function decodeBytes(format: ValueFormat, range: Range, wire: Uint8Array): Decoded {
  const bytes = reorder(wire, format.order, format.type);
  const raw = readRaw(format.type, bytes);
  if (isMarked(format, raw, bytes)) return bad('invalid_marker');
  if (typeof raw === 'string' || typeof raw === 'boolean') return good(raw);
  if (typeof raw === 'number' && !Number.isFinite(raw)) return bad('invalid_marker');
  const part = masked(format, raw, bytes);
  if (format.bit !== undefined) return good(part !== 0 && part !== 0n);
  if (format.enum) {
    const text = format.enum[part.toString()];
    return text === undefined ? bad('out_of_range') : good(text);
  }
  const value = inUnit(format, part);
  return within(value, range) ? good(value) : bad('out_of_range');
}

/** Markers are compared before anything else is done: the manual prints them as they travel. */
function isMarked(format: ValueFormat, raw: Raw, bytes: Uint8Array): boolean {
  return (format.invalid ?? []).some((marker) => {
    if (typeof marker === 'string') return pattern(bytes) === BigInt(marker);
    if (typeof raw === 'string' || typeof raw === 'boolean') return false;
    if (format.type.startsWith('float')) return raw === marker || raw === Math.fround(marker);
    return pattern(bytes) === BigInt.asUintN(bytes.length * 8, BigInt(Math.trunc(marker)));
  });
}

function masked(format: ValueFormat, raw: number | bigint, bytes: Uint8Array): number | bigint {
  const mask = maskOf(format);
  if (mask === undefined) return raw;
  return (pattern(bytes) & mask) >> shiftOf(mask);
}

function inUnit({ scale, offset }: ValueFormat, raw: number | bigint): MetricValue & (number | bigint) {
  const plain = scale === undefined && offset === undefined;
  if (typeof raw === 'number') return scaled(raw, scale, offset);
  const fits = raw >= BigInt(Number.MIN_SAFE_INTEGER) && raw <= BigInt(Number.MAX_SAFE_INTEGER);
  if (fits || !plain) return scaled(Number(raw), scale, offset);
  return raw;
}
