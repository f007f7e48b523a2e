import type { ChecksumKind } from '../format/frame.ts';

/** CRC-16/MODBUS: polynomial 0xA001 reflected, start 0xFFFF (Modbus over Serial Line V1.02, chapter 6.2.2). */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}

/** Bytes that the checksum takes in a frame. */
export function checksumWidth(kind: ChecksumKind): 1 | 2 {
  return kind === 'sum16' || kind === 'crc16' ? 2 : 1;
}

export function checksumOf(kind: ChecksumKind, bytes: Uint8Array): number {
  if (kind === 'crc16') return crc16(bytes);
  if (kind === 'xor') return bytes.reduce((all, byte) => all ^ byte, 0);
  const sum = bytes.reduce((all, byte) => all + byte, 0);
  if (kind === 'sum16') return sum & 0xffff;
  return kind === 'sum8' ? sum & 0xff : -sum & 0xff;
}

/** Bytes of a hexadecimal text that the schema has checked: `42 4D`. */
export function hexBytes(text: string): Uint8Array {
  return Uint8Array.from(text.match(/[0-9A-Fa-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** `42 4D`, for messages and vectors. */
export function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
}
