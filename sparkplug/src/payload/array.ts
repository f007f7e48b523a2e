import { isUtf8 } from 'node:buffer';
import { sparkplugError } from '../errors.ts';
import { DataType } from './datatype.ts';
import { dateLimit, datatypeLabel } from './scalar.ts';
import type { MetricValue, NumberArray } from './model.ts';

interface NumberArrayKind {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): NumberArray;
}

const kinds = new Map<DataType, NumberArrayKind>([
  [DataType.Int8Array, Int8Array],
  [DataType.Int16Array, Int16Array],
  [DataType.Int32Array, Int32Array],
  [DataType.Int64Array, BigInt64Array],
  [DataType.UInt8Array, Uint8Array],
  [DataType.UInt16Array, Uint16Array],
  [DataType.UInt32Array, Uint32Array],
  [DataType.UInt64Array, BigUint64Array],
  [DataType.FloatArray, Float32Array],
  [DataType.DoubleArray, Float64Array],
]);

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Bytes of an array metric: packed little-endian. Sparkplug 3.0, 6.4.17 "Array Types". */
export function packArray(datatype: DataType, value: unknown): Uint8Array {
  const kind = kinds.get(datatype);
  if (kind) {
    if (!(value instanceof kind)) throw wrong(datatype, `expected ${kind.name}`);
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return littleEndian ? bytes : swapped(bytes, kind.BYTES_PER_ELEMENT);
  }
  if (!Array.isArray(value)) throw wrong(datatype, 'expected an array');
  if (datatype === DataType.BooleanArray) return packBooleans(value);
  if (datatype === DataType.StringArray) return packStrings(value);
  return packDates(value);
}

/** Undoes packArray. `count` is told the number of elements before memory is taken for them, and may throw. */
export function unpackArray(
  datatype: DataType,
  bytes: Uint8Array,
  count: (elements: number) => void,
): MetricValue {
  const kind = kinds.get(datatype);
  if (kind) {
    count(wholeElements(datatype, bytes, kind.BYTES_PER_ELEMENT));
    const copy = littleEndian ? new Uint8Array(bytes) : swapped(bytes, kind.BYTES_PER_ELEMENT);
    return new kind(copy.buffer);
  }
  if (datatype === DataType.BooleanArray) return unpackBooleans(bytes, count);
  if (datatype === DataType.StringArray) return unpackStrings(bytes, count);
  return unpackDates(bytes, count);
}

export function isArrayType(datatype: DataType): boolean {
  return datatype >= DataType.Int8Array;
}

/** Four bytes of count, then a bit each, the highest bit first. */
function packBooleans(values: readonly unknown[]): Uint8Array {
  const bytes = new Uint8Array(4 + Math.ceil(values.length / 8));
  new DataView(bytes.buffer).setUint32(0, values.length, true);
  values.forEach((value, index) => {
    if (typeof value !== 'boolean') throw wrong(DataType.BooleanArray, `element ${index} is not a boolean`);
    if (value) bytes[4 + (index >> 3)] = (bytes[4 + (index >> 3)] ?? 0) | (0x80 >> (index & 7));
  });
  return bytes;
}

function unpackBooleans(bytes: Uint8Array, count: (elements: number) => void): boolean[] {
  if (bytes.length < 4) throw cut(DataType.BooleanArray, 'its count is cut');
  const length = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  if (bytes.length !== 4 + Math.ceil(length / 8)) {
    throw cut(DataType.BooleanArray, `a count of ${length} with ${bytes.length - 4} bytes`);
  }
  count(length);
  return Array.from({ length }, (_, index) => ((bytes[4 + (index >> 3)] ?? 0) & (0x80 >> (index & 7))) !== 0);
}

function packStrings(values: readonly unknown[]): Uint8Array {
  const parts = values.map((value, index) => {
    if (typeof value !== 'string') throw wrong(DataType.StringArray, `element ${index} is not a string`);
    if (value.includes('\0'))
      throw wrong(DataType.StringArray, `element ${index} holds U+0000, which ends a string`);
    if (/\p{Surrogate}/u.test(value))
      throw wrong(DataType.StringArray, `element ${index} is not Unicode text`);
    return `${value}\0`;
  });
  return Buffer.from(parts.join(''));
}

function unpackStrings(bytes: Uint8Array, count: (elements: number) => void): string[] {
  if (bytes.length === 0) return [];
  if (bytes[bytes.length - 1] !== 0) throw cut(DataType.StringArray, 'the last string is not ended');
  if (!isUtf8(bytes)) throw cut(DataType.StringArray, 'text that is not UTF-8');
  let length = 0;
  for (const byte of bytes) if (byte === 0) length++;
  count(length);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length - 1).toString('utf8');
  return text.split('\0');
}

function packDates(values: readonly unknown[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      throw wrong(DataType.DateTimeArray, `element ${index} is not a whole number of ms`);
    }
    if (Math.abs(value) > dateLimit) throw outside(DataType.DateTimeArray, index);
    view.setBigInt64(index * 8, BigInt(value), true);
  });
  return bytes;
}

function unpackDates(bytes: Uint8Array, count: (elements: number) => void): number[] {
  const length = wholeElements(DataType.DateTimeArray, bytes, 8);
  count(length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length }, (_, index) => {
    const value = Number(view.getBigInt64(index * 8, true));
    if (Math.abs(value) > dateLimit) throw outside(DataType.DateTimeArray, index);
    return value;
  });
}

function wholeElements(datatype: DataType, bytes: Uint8Array, width: number): number {
  if (bytes.length % width !== 0)
    throw cut(datatype, `${bytes.length} bytes are not whole elements of ${width}`);
  return bytes.length / width;
}

function swapped(bytes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  for (let start = 0; start < copy.length; start += width) copy.subarray(start, start + width).reverse();
  return copy;
}

function wrong(datatype: DataType, detail: string): Error {
  return sparkplugError('SPARKPLUG_VALUE_TYPE', `${datatypeLabel(datatype)}: ${detail}`);
}

function cut(datatype: DataType, detail: string): Error {
  return sparkplugError('SPARKPLUG_PAYLOAD_MALFORMED', `${datatypeLabel(datatype)}: ${detail}`);
}

function outside(datatype: DataType, index: number): Error {
  return sparkplugError(
    'SPARKPLUG_VALUE_RANGE',
    `${datatypeLabel(datatype)}: element ${index} is not a possible date`,
  );
}
