// Read Device Identification, function 43 with MEI type 14. Modbus Application Protocol V1.1b3, chapter 6.21.

export const IDENTIFICATION = 43;
export const basicObjects = { vendor: 0, product: 1, revision: 2 } as const;
/** Which objects are asked for: basic identification as a stream, or regular, for a device that refuses basic. */
export const readCodes = { basic: 1, regular: 2 } as const;

const MEI_TYPE = 0x0e;
/** Unit id, function, MEI type, read code, conformity, more follows, next object, number of objects. */
const HEAD = 8;
const CODE_AT = 3;
const MORE_AT = 5;
const NEXT_AT = 6;
const COUNT_AT = 7;

export interface IdentificationPart {
  readonly objects: ReadonlyMap<number, string>;
  /** The object to ask for next, where the device says that more follows. */
  readonly next?: number;
}

/** Where each object of an answer ends, counted from `start`: the first entry is the head, which has none. */
export function objectEnds(bytes: Uint8Array, start = 0): number[] {
  const ends: number[] = [];
  const count = bytes[start + COUNT_AT];
  if (count === undefined) return ends;
  let at = start + HEAD;
  ends.push(at);
  for (let object = 0; object < count; object++) {
    const length = bytes[at + 1];
    if (length === undefined || at + 2 + length > bytes.length) break;
    at += 2 + length;
    ends.push(at);
  }
  return ends;
}

/**
 * What an answer says: unit id and PDU, without CRC. Undefined where it is no answer to the request or does not end
 * where an object ends. The number of objects is a bound: some devices give that of all parts together.
 */
export function readIdentification(request: Uint8Array, body: Uint8Array): IdentificationPart | undefined {
  const asked = body[2] === MEI_TYPE && body[CODE_AT] === request[CODE_AT];
  const ends = objectEnds(body);
  if (!asked || ends.at(-1) !== body.length) return undefined;
  const objects = new Map<number, string>();
  ends.slice(0, -1).forEach((at, index) => {
    objects.set(body[at] ?? 0, printable(body.subarray(at + 2, ends[index + 1])));
  });
  const more = body[MORE_AT] === 0xff;
  return more ? { objects, next: body[NEXT_AT] ?? 0 } : { objects };
}

/** The same answer, saying that nothing follows. */
export function withoutMore(body: Uint8Array): Buffer {
  const last = Buffer.from(body);
  if (last.length > NEXT_AT) last.fill(0, MORE_AT, NEXT_AT + 1);
  return last;
}

/** What a device says of itself ends up on a terminal and in a log. */
function printable(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('utf8')
    .replace(/[\p{C}\ufffd]/gu, '')
    .trim();
}
