import { answers, type Awaited } from './awaited.ts';
import { FramePort } from './frame-port.ts';

const HEADER = 6;
/** Unit id and PDU. Modbus Messaging on TCP/IP V1.0b, 3.1.3: an ADU has at most 260 bytes, 6 of them before the unit id. */
const MAX_LENGTH = 254;

/** Modbus TCP framing: full 16-bit transaction ids, and nothing that carries another one gets through. */
export class MbapPort extends FramePort {
  #transaction = 0;
  #received: Buffer = Buffer.alloc(0);

  override get pending(): number {
    return this.#received.length;
  }

  protected override send(frame: Buffer): void {
    this.#transaction = (this.#transaction + 1) & 0xffff;
    const body = frame.length - 2; // without the CRC
    const packet = Buffer.allocUnsafe(HEADER + body);
    packet.writeUInt16BE(this.#transaction, 0);
    packet.writeUInt16BE(0, 2);
    packet.writeUInt16BE(body, 4);
    frame.copy(packet, HEADER, 0, body);
    this.saw('out', packet);
    this.stream.write(packet);
  }

  protected override receive(bytes: Buffer): void {
    // What follows garbage in one packet is garbage too.
    if (this.stream.destroyed) return;
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    while (this.#received.length >= HEADER) {
      const length = this.#received.readUInt16BE(4);
      if (this.#received.readUInt16BE(2) !== 0 || length < 3 || length > MAX_LENGTH) {
        // Nothing in the stream says where the next frame begins: only a new connection helps.
        this.counters.strayFrames += 1;
        this.saw('in', this.#received);
        this.#received = Buffer.alloc(0);
        this.stream.destroy(new Error('the peer does not speak Modbus TCP'));
        return;
      }
      if (this.#received.length < HEADER + length) return;
      const packet = this.#received.subarray(0, HEADER + length);
      this.#received = this.#received.subarray(HEADER + length);
      this.saw('in', packet);
      this.#packet(packet);
    }
  }

  #packet(packet: Buffer): void {
    const { awaited } = this;
    if (!awaited || packet.readUInt16BE(0) !== this.#transaction || !concerns(packet, awaited)) {
      this.counters.strayFrames += 1;
      return;
    }
    const body = packet.subarray(HEADER);
    if (answers(awaited, body)) this.answer(awaited, body);
    else this.refuse();
  }
}

function concerns(packet: Buffer, { unit, functionCode, anyUnit }: Awaited): boolean {
  return (anyUnit || packet[HEADER] === unit) && ((packet[HEADER + 1] ?? 0) & 0x7f) === functionCode;
}
