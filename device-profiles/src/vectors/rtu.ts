import { crc16, hexBytes, hexText } from '../decode/checksum.ts';
import type { ProfileFault } from '../load/fault.ts';

/** A Modbus RTU frame without its CRC: unit id and PDU. */
export interface RtuFrame {
  readonly unit: number;
  readonly pdu: Uint8Array;
}

/** Splits a frame; undefined where it is too short or its CRC is wrong (Modbus over Serial Line V1.02, 2.5.1). */
export function rtuFrame(hex: string): RtuFrame | undefined {
  const bytes = hexBytes(hex);
  if (bytes.length < 4 || crcFault(hex, '').length > 0) return undefined;
  return { unit: bytes[0] ?? 0, pdu: bytes.subarray(1, -2) };
}

/** The CRC as it must travel, low byte first. */
export function rtuCrc(body: Uint8Array): Uint8Array {
  const crc = crc16(body);
  return Uint8Array.of(crc & 0xff, crc >> 8);
}

/** Says what CRC a frame should carry where it carries another. */
export function crcFault(hex: string, path: string): ProfileFault[] {
  const bytes = hexBytes(hex);
  if (bytes.length < 4)
    return [{ path, found: `${bytes.length} bytes`, allowed: 'an RTU frame with its CRC' }];
  const wanted = hexText(rtuCrc(bytes.subarray(0, -2)));
  const found = hexText(bytes.subarray(-2));
  return found === wanted ? [] : [{ path, found: `CRC ${found}`, allowed: `CRC ${wanted} for these bytes` }];
}
