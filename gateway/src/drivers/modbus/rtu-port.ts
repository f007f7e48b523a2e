import { crc16 } from './crc16.ts';
import { FramePort, type Awaited } from './frame-port.ts';

/** Frames have at most 256 bytes; twice that holds one behind garbage. */
const MAX_BUFFER = 512;
const EXCEPTION_LENGTH = 5;

/**
 * Modbus RTU framing over a serial line or a raw TCP stream. RTU has no transaction ids, so an answer is known by unit,
 * function, length and CRC alone, and whatever lies on the line before a request is thrown away.
 */
export class RtuPort extends FramePort {
  #received: Buffer = Buffer.alloc(0);

  protected override send(frame: Buffer): void {
    this.#discard(this.#received.length);
    this.stream.write(frame);
  }

  protected override receive(bytes: Buffer): void {
    if (!this.awaited) {
      this.counters.strayFrames += 1;
      return;
    }
    const all = Buffer.concat([this.#received, bytes]);
    this.#received = all.length > MAX_BUFFER ? all.subarray(all.length - MAX_BUFFER) : all;
    const found = find(this.#received, this.awaited);
    if (!found) return;
    const frame = Buffer.from(found);
    this.#received = Buffer.alloc(0);
    this.answer(frame);
  }

  override forget(): 'silence' | 'checksum' {
    const { awaited } = this;
    this.awaited = undefined;
    const began =
      awaited !== undefined &&
      this.#received.length >= EXCEPTION_LENGTH &&
      this.#received[0] === awaited.unit;
    this.#discard(this.#received.length);
    return began ? 'checksum' : 'silence';
  }

  #discard(bytes: number): void {
    if (bytes > 0) this.counters.strayFrames += 1;
    this.#received = Buffer.alloc(0);
  }
}

/** The first place where an answer to the request stands whole and with a good CRC. */
function find(bytes: Buffer, { unit, functionCode, length }: Awaited): Buffer | undefined {
  for (let start = 0; start + EXCEPTION_LENGTH <= bytes.length; start++) {
    if (bytes[start] !== unit) continue;
    const code = bytes[start + 1];
    const wanted = code === functionCode ? length : code === (functionCode | 0x80) ? EXCEPTION_LENGTH : 0;
    const end = start + wanted;
    if (wanted === 0 || end > bytes.length) continue;
    if (bytes.readUInt16LE(end - 2) === crc16(bytes, start, end - 2)) return bytes.subarray(start, end);
  }
  return undefined;
}
