import type { ByteOrder, RawType, ValueFormat } from '../format/value.ts';

/** A number as it came off the wire, before scaling. */
export type Raw = number | bigint | boolean | string;

const widths: Readonly<Record<Exclude<RawType, 'string'>, number>> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
};

/** Bytes that a value takes; a string has its own length. */
export function byteWidth(type: RawType, stringBytes: number): number {
  return type === 'string' ? stringBytes : widths[type];
}

/** The letters that fit a width in bytes; none for one byte. */
export function ordersOf(width: number): readonly ByteOrder[] {
  if (width === 2) return ['AB', 'BA'];
  if (width === 4) return ['ABCD', 'CDAB', 'BADC', 'DCBA'];
  if (width === 8) return ['ABCDEFGH', 'GHEFCDAB', 'BADCFEHG', 'HGFEDCBA'];
  return [];
}

/**
 * Puts bytes from the order of the wire into the order A, B, C, ... and back. All eight orders are their own inverse,
 * so one function serves both ways. In a string `BA` swaps the bytes of each pair.
 */
export function reorder(bytes: Uint8Array, order: ByteOrder | undefined, type: RawType): Uint8Array {
  const swapped = new Uint8Array(bytes);
  if (order === undefined) return swapped;
  if (type === 'string') {
    if (order === 'BA') swapPairs(swapped);
    return swapped;
  }
  for (let wire = 0; wire < swapped.length; wire++) {
    swapped[order.charCodeAt(wire) - 65] = bytes[wire] ?? 0;
  }
  return swapped;
}

/** Reads a value from bytes in the order A, B, C, ... The caller has checked the length. */
export function readRaw(type: RawType, bytes: Uint8Array): Raw {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case 'bool':
      return view.getUint8(0) !== 0;
    case 'int8':
      return view.getInt8(0);
    case 'uint8':
      return view.getUint8(0);
    case 'int16':
      return view.getInt16(0);
    case 'uint16':
      return view.getUint16(0);
    case 'int32':
      return view.getInt32(0);
    case 'uint32':
      return view.getUint32(0);
    case 'int64':
      return view.getBigInt64(0);
    case 'uint64':
      return view.getBigUint64(0);
    case 'float32':
      return view.getFloat32(0);
    case 'float64':
      return view.getFloat64(0);
    case 'string':
      return trimmed(bytes);
  }
}

/** Writes a raw value in the order A, B, C, ...; integers are taken modulo their width. */
export function writeRaw(type: Exclude<RawType, 'string'>, raw: number | bigint): Uint8Array {
  const bytes = new Uint8Array(widths[type]);
  const view = new DataView(bytes.buffer);
  if (type === 'float32') view.setFloat32(0, Number(raw));
  else if (type === 'float64') view.setFloat64(0, Number(raw));
  else {
    let rest = BigInt.asUintN(bytes.length * 8, BigInt(raw));
    for (let at = bytes.length - 1; at >= 0; at--) {
      bytes[at] = Number(rest & 0xffn);
      rest >>= 8n;
    }
  }
  return bytes;
}

/** The bytes of a text, filled up with zeros; undefined where it is too long or not ASCII. */
export function writeText(text: string, length: number): Uint8Array | undefined {
  if (text.length > length || /[^\x20-\x7e]/.test(text)) return undefined;
  const bytes = new Uint8Array(length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** The bytes A, B, C, ... as one unsigned number: what a manual prints as 0xD8F1. */
export function pattern(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** Bits of the integer that count: those of `mask`, of `bit`, or all. */
export function maskOf(format: ValueFormat): bigint | undefined {
  if (format.bit !== undefined) return 1n << BigInt(format.bit);
  return format.mask === undefined ? undefined : BigInt(format.mask);
}

/** How far a mask is shifted down: the place of its lowest one. */
export function shiftOf(mask: bigint): bigint {
  let shift = 0n;
  while (mask !== 0n && ((mask >> shift) & 1n) === 0n) shift++;
  return shift;
}

function swapPairs(bytes: Uint8Array): void {
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const first = bytes[at] ?? 0;
    bytes[at] = bytes[at + 1] ?? 0;
    bytes[at + 1] = first;
  }
}

/** Text up to the first zero byte, without blanks at either end; bytes that do not print become `?`. */
function trimmed(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const used = end === -1 ? bytes : bytes.subarray(0, end);
  return Array.from(used, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?'))
    .join('')
    .trim();
}
