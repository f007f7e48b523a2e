import type { BadReason } from '../model/reading.ts';

// The numbers are on disks in the field: append only. Modbus exceptions stand at 0x80 + code.
const reasons = [
  'no_response',
  'checksum',
  'invalid_marker',
  'out_of_range',
  'too_short',
  'malformed',
  'stale',
  'clock_unsynced',
  'warming_up',
] as const satisfies readonly BadReason[];

const codes = new Map<string, number>(reasons.map((reason, code) => [reason, code]));

/** One byte for a reason. */
export function reasonCode(reason: BadReason): number {
  const code = codes.get(reason);
  if (code !== undefined) return code;
  return 0x80 | (Number(reason.slice('exception_'.length)) & 0x7f);
}

/** The reason of a byte; undefined where this version does not know it. */
export function reasonOf(code: number): BadReason | undefined {
  return code >= 0x80 ? `exception_${code & 0x7f}` : reasons[code];
}
