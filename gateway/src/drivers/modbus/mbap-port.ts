import { crc16 } from './crc16.ts';
import { FramePort, type Awaited } from './frame-port.ts';

const HEADER = 6;
/** Unit id and PDU. Modbus Messaging on TCP/IP V1.0b, 3.1.3: an ADU has at most 260 bytes, 6 of them before the unit id. */
const MAX_LENGTH = 254;

/** Modbus TCP framing: full 16-bit transaction ids, and nothing that carries another one gets through. */
export class MbapPort extends FramePort {
  #transaction = 0;
  #received: Buffer = Buffer.alloc(0);

  protected override send(frame: Buffer): void {
    this.#transaction = (this.#transaction + 1) & 0xffff;
    const body = frame.length - 2; // without the CRC
    const packet = Buffer.allocUnsafe(HEADER + body);
    packet.writeUInt16BE(this.#transaction, 0);
    packet.writeUInt16BE(0, 2);
    packet.writeUInt16BE(body, 4);
    frame.copy(packet, HEADER, 0, body);
    this.stream.write(packet);
  }

  protected override receive(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    while (this.#received.length >= HEADER) {
      const length = this.#received.readUInt16BE(4);
      if (this.#received.readUInt16BE(2) !== 0 || length < 3 || length > MAX_LENGTH) {
        // Nothing in the stream says where the next frame begins: only a new connection helps.
        this.counters.strayFrames += 1;
        this.stream.destroy(new Error('the peer does not speak Modbus TCP'));
        return;
      }
      if (this.#received.length < HEADER + length) return;
      const frame = this.#received.subarray(0, HEADER + length);
      this.#received = this.#received.subarray(HEADER + length);
      this.#frame(frame, length);
    }
  }

  #frame(packet: Buffer, length: number): void {
    const { awaited } = this;
    if (!awaited || packet.readUInt16BE(0) !== this.#transaction || !answers(packet, awaited)) {
      this.counters.strayFrames += 1;
      return;
    }
    const frame = Buffer.allocUnsafe(length + 2);
    packet.copy(frame, 0, HEADER);
    frame.writeUInt16LE(crc16(frame, 0, length), length);
    this.answer(frame);
  }
}

function answers(packet: Buffer, { unit, functionCode }: Awaited): boolean {
  return packet[HEADER] === unit && ((packet[HEADER + 1] ?? 0) & 0x7f) === functionCode;
}
