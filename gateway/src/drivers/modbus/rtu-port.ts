import { answers, ownEnd, possibleEnds, type Awaited } from './awaited.ts';
import { crc16 } from './crc16.ts';
import { FramePort, type GivenUp } from './frame-port.ts';

/** Frames have at most 256 bytes; twice that holds one behind garbage. */
const MAX_BUFFER = 512;
const SHORTEST = 5;

/**
 * Modbus RTU framing over a serial line or a raw TCP stream. RTU has no transaction ids, so an answer is known by unit,
 * function, length, what it repeats of the request, and CRC; whatever lies on the line before a request is thrown away.
 */
export class RtuPort extends FramePort {
  #received: Buffer = Buffer.alloc(0);

  override get pending(): number {
    return this.#received.length;
  }

  protected override send(frame: Buffer): void {
    this.#discard();
    this.saw('out', frame);
    this.stream.write(frame);
  }

  protected override receive(bytes: Buffer): void {
    const { awaited } = this;
    if (!awaited) {
      this.counters.strayFrames += 1;
      this.saw('in', bytes);
      return;
    }
    const all = Buffer.concat([this.#received, bytes]);
    const excess = Math.max(0, all.length - MAX_BUFFER);
    if (excess > 0) this.saw('in', all.subarray(0, excess));
    this.#received = all.subarray(excess);
    const found = find(this.#received, awaited);
    if (!found) return;
    const body = this.#received.subarray(found.start, found.end - 2);
    this.saw('in', this.#received.subarray(0, found.end));
    this.#received = this.#received.subarray(found.end);
    if (found.start > 0) this.counters.strayFrames += 1;
    this.#discard();
    this.answer(awaited, body);
  }

  override forget(): GivenUp {
    const { awaited } = this;
    this.awaited = undefined;
    const given = awaited ? whatCame(withoutEcho(this.#received, awaited), awaited) : 'silence';
    this.#discard();
    return given;
  }

  #discard(): void {
    if (this.#received.length > 0) {
      this.counters.strayFrames += 1;
      this.saw('in', this.#received);
    }
    this.#received = Buffer.alloc(0);
  }
}

/** The first place where an answer to the request stands whole and with a good CRC. */
function find(bytes: Buffer, awaited: Awaited): { start: number; end: number } | undefined {
  for (let start = 0; start + SHORTEST <= bytes.length; start++) {
    if (bytes[start] !== awaited.unit) continue;
    const end = possibleEnds(awaited, bytes, start).find(
      (last) => isFrame(bytes, start, last) && answers(awaited, bytes.subarray(start, last - 2)),
    );
    if (end !== undefined) return { start, end };
  }
  return undefined;
}

/** Bytes that are no answer: a frame of the unit that is whole and wrong, the pieces of one, or nothing of it. */
function whatCame(bytes: Buffer, awaited: Awaited): GivenUp {
  // Its function code may be what is broken; a good frame of another function is foreign.
  let began = bytes.length >= SHORTEST && bytes[0] === awaited.unit && !isFrame(bytes, 0, bytes.length);
  for (let start = 0; start + 2 <= bytes.length; start++) {
    const own = bytes[start] === awaited.unit && ((bytes[start + 1] ?? 0) & 0x7f) === awaited.functionCode;
    if (!own) continue;
    if (isFrame(bytes, start, ownEnd(awaited, bytes, start))) return 'malformed';
    began = true;
  }
  return began ? 'checksum' : 'silence';
}

/** Some RS-485 adaptors hear themselves. */
function withoutEcho(bytes: Buffer, { request }: Awaited): Buffer {
  const echoed = bytes.length >= request.length + 2 && request.every((byte, at) => byte === bytes[at]);
  return echoed ? bytes.subarray(request.length + 2) : bytes;
}

function isFrame(bytes: Buffer, start: number, end: number): boolean {
  return (
    end - start >= SHORTEST &&
    end <= bytes.length &&
    bytes.readUInt16LE(end - 2) === crc16(bytes, start, end - 2)
  );
}
