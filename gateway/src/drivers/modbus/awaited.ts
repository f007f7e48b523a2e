import { IDENTIFICATION, objectEnds, readIdentification } from './identification.ts';

const CRC = 2;
const EXCEPTION_LENGTH = 5;
/** The longest RTU frame (Modbus over Serial Line V1.02, 2.5.1). */
export const MAX_FRAME = 256;

/** What the answer to the present request must look like. */
export interface Awaited {
  /** Unit id and PDU as they were sent. */
  readonly request: Uint8Array;
  readonly unit: number;
  readonly functionCode: number;
  /** Bytes of a good answer with its CRC; where only the content tells: the most that it may be. */
  readonly length: number;
  /** The answer may carry another unit id: TCP only, where the transaction id is what counts. */
  readonly anyUnit: boolean;
}

/** Lengths of answers: Modbus Application Protocol V1.1b3, chapter 6. `frame` has its CRC. */
export function awaitedBy(frame: Buffer, anyUnit = false): Awaited {
  const request = Uint8Array.from(frame.subarray(0, -CRC));
  const [unit = 0, functionCode = 0] = request;
  return { request, unit, functionCode, length: lengthOf(functionCode, request), anyUnit };
}

function lengthOf(functionCode: number, request: Uint8Array): number {
  const quantity = ((request[4] ?? 0) << 8) | (request[5] ?? 0);
  switch (functionCode) {
    case 1:
    case 2:
      return 3 + Math.ceil(quantity / 8) + CRC;
    case 3:
    case 4:
    case 23:
      return 3 + 2 * quantity + CRC;
    case IDENTIFICATION:
      return MAX_FRAME;
    default:
      return 6 + CRC;
  }
}

/** Whether unit id and PDU (without CRC) answer the request: byte counts, and what a write must repeat. */
export function answers({ request, functionCode, length }: Awaited, body: Uint8Array): boolean {
  if (body[1] === (functionCode | 0x80)) return body.length === EXCEPTION_LENGTH - CRC;
  if (functionCode === IDENTIFICATION) return readIdentification(request, body) !== undefined;
  if (body[1] !== functionCode || body.length !== length - CRC) return false;
  switch (functionCode) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 23:
      return body[2] === body.length - 3;
    default:
      // FC05 and FC06 repeat address and value, FC15 and FC16 address and quantity.
      return body.every((byte, at) => at < 2 || byte === request[at]);
  }
}

/** Where an RTU frame that begins at `start` may end, its CRC included: past the bytes that are there, too. */
export function possibleEnds({ functionCode, length }: Awaited, bytes: Uint8Array, start: number): number[] {
  const code = bytes[start + 1];
  if (code === (functionCode | 0x80)) return [start + EXCEPTION_LENGTH];
  if (code !== functionCode) return [];
  if (functionCode !== IDENTIFICATION) return [start + length];
  const ends = objectEnds(bytes, start).map((end) => end + CRC);
  const whole = ends.length === 1 + (bytes[start + 7] ?? 0);
  // A device that counts the objects of all parts sends fewer: then its frame ends where the bytes end.
  return whole ? ends.slice(-1) : ends.filter((end) => end === bytes.length);
}

/** Where it ends by what it says itself: to tell an answer that is wrong from one that is broken. */
export function ownEnd({ functionCode }: Awaited, bytes: Uint8Array, start: number): number {
  const code = bytes[start + 1];
  if (code === (functionCode | 0x80)) return start + EXCEPTION_LENGTH;
  const counted = functionCode <= 4 || functionCode === 23;
  if (counted) return start + 3 + (bytes[start + 2] ?? 0) + CRC;
  return functionCode === IDENTIFICATION ? (objectEnds(bytes, start).at(-1) ?? 0) + CRC : start + 6 + CRC;
}
