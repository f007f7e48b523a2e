import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { crc16 } from '../drivers/modbus/crc16.ts';
import { ModbusWords, refusal } from './modbus-words.ts';

export type Framing = 'tcp' | 'rtu';

export interface Asked {
  readonly framing: Framing;
  readonly transaction: number;
  readonly unit: number;
  readonly functionCode: number;
  readonly address: number;
  readonly quantity: number;
  readonly pdu: Buffer;
}

/**
 * What to do with a request:
 * `late` keeps the answer until the next request, and sends it right before that one's answer;
 * `short` lacks the last word (RTU: with a good CRC); `cut` comes byte by byte; `torn` stops half way;
 * `twice` comes twice; `echo` repeats the request first, as some RS-485 adaptors do.
 */
export type Deed =
  | 'good'
  | 'never'
  | 'late'
  | 'cut'
  | 'torn'
  | 'short'
  | 'twice'
  | 'echo'
  | 'wrong-crc'
  | 'foreign-unit'
  | 'foreign-function'
  | 'foreign-transaction'
  | 'hang-up'
  | { readonly exception: number }
  /** The right answer so many milliseconds later, behind those before it: a device that is slow. */
  | { readonly afterMs: number }
  /** The right answer under another unit id. */
  | { readonly unit: number }
  /** Another PDU in a good frame. */
  | { readonly pdu: Buffer }
  /** These bytes, and then, where it is given, what comes next. */
  | { readonly raw: Buffer; readonly then?: Deed };

/** A Modbus server that is told for each request what to do: late, foreign, broken, wrong or no answers. */
export class BrokenPeer {
  readonly words = new ModbusWords();
  readonly asked: Asked[] = [];
  /** Everything that was received. */
  readonly heard: Buffer[] = [];
  connects = 0;
  port = 0;
  /** How many requests were open at the same time, at most. */
  mostAtOnce = 0;
  /** Awaited before each answer. */
  before: (asked: Asked) => Promise<void> | void = () => undefined;
  readonly #deed: (asked: Asked, nth: number) => Deed;
  readonly #framing: Framing;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #late: Buffer = Buffer.alloc(0);
  #atOnce = 0;

  constructor(framing: Framing, deed: (asked: Asked, nth: number) => Deed = () => 'good') {
    this.#framing = framing;
    this.#deed = deed;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#sockets.size;
  }

  async start(): Promise<this> {
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Ends every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Sends bytes that nobody asked for. */
  say(bytes: Buffer): void {
    for (const socket of this.#sockets) socket.write(bytes);
  }

  #serve(socket: Socket): void {
    this.connects += 1;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    let received: Buffer = Buffer.alloc(0);
    socket.on('data', (bytes: Buffer) => {
      this.heard.push(bytes);
      received = Buffer.concat([received, bytes]);
      for (let end = this.#end(received); end > 0 && end <= received.length; end = this.#end(received)) {
        const asked = this.#parse(received.subarray(0, end));
        received = received.subarray(end);
        this.asked.push(asked);
        this.#atOnce += 1;
        this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
        void this.#answer(socket, asked);
      }
    });
  }

  /** Length of the request that `bytes` begin with; 0 where they do not tell yet. */
  #end(bytes: Buffer): number {
    if (this.#framing === 'tcp') return bytes.length < 6 ? 0 : 6 + bytes.readUInt16BE(4);
    if (bytes.length < 7) return 0;
    const code = bytes.readUInt8(1);
    if (code === 43) return 7;
    if (code === 15 || code === 16) return 9 + bytes.readUInt8(6);
    return code === 23 ? 13 + (bytes[10] ?? 256) : 8;
  }

  #parse(packet: Buffer): Asked {
    const tcp = this.#framing === 'tcp';
    const body = tcp ? packet.subarray(6) : packet.subarray(0, -2);
    return {
      framing: this.#framing,
      transaction: tcp ? packet.readUInt16BE(0) : 0,
      unit: body.readUInt8(0),
      functionCode: body.readUInt8(1),
      address: body.readUInt16BE(2),
      quantity: body.length < 6 ? 0 : body.readUInt16BE(4),
      pdu: Buffer.from(body.subarray(1)),
    };
  }

  async #answer(socket: Socket, asked: Asked): Promise<void> {
    const deed = this.#deed(asked, this.asked.length);
    await this.before(asked);
    this.#atOnce -= 1;
    if (deed === 'hang-up') {
      socket.destroy();
      return;
    }
    if (deed === 'late') {
      this.#late = this.#bytes('good', asked);
      return;
    }
    if (typeof deed === 'object' && 'afterMs' in deed) {
      const { afterMs } = deed;
      await new Promise((resolve) => setTimeout(resolve, afterMs));
    }
    const bytes = this.#bytes(deed, asked);
    if (bytes.length === 0) return;
    if (deed === 'cut') {
      for (const byte of bytes) {
        socket.write(Buffer.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
      return;
    }
    socket.write(Buffer.concat([this.#late, bytes]));
    this.#late = Buffer.alloc(0);
  }

  #bytes(deed: Deed, asked: Asked): Buffer {
    const { unit, functionCode, transaction } = asked;
    const good = (): Buffer => this.words.answer(unit, asked.pdu);
    if (typeof deed === 'object') {
      if ('exception' in deed) return frameOf(asked, refusal(functionCode, deed.exception));
      if ('afterMs' in deed) return this.#bytes('good', asked);
      if ('unit' in deed) return frameOf({ ...asked, unit: deed.unit }, good());
      if ('pdu' in deed) return frameOf(asked, deed.pdu);
      return deed.then ? Buffer.concat([deed.raw, this.#bytes(deed.then, asked)]) : deed.raw;
    }
    switch (deed) {
      case 'good':
      case 'cut':
        return frameOf(asked, good());
      case 'torn': {
        const whole = frameOf(asked, good());
        return whole.subarray(0, whole.length >> 1);
      }
      case 'twice':
        return Buffer.concat([frameOf(asked, good()), frameOf(asked, good())]);
      case 'echo':
        return Buffer.concat([frameOf(asked, asked.pdu), frameOf(asked, good())]);
      case 'short': {
        const pdu = Buffer.from(good().subarray(0, -2));
        if (functionCode <= 4) pdu.writeUInt8(pdu.length - 2, 1);
        return frameOf(asked, pdu);
      }
      case 'wrong-crc': {
        const whole = frameOf(asked, good());
        whole.writeUInt8(whole.readUInt8(whole.length - 1) ^ 0x55, whole.length - 1);
        return whole;
      }
      case 'foreign-unit':
        return frameOf({ ...asked, unit: (unit + 1) & 0xff }, this.words.answer(unit + 1, asked.pdu));
      case 'foreign-function':
        return frameOf(asked, Buffer.of(functionCode === 3 ? 4 : 3, 2, 0x66, 0x66));
      case 'foreign-transaction':
        return frameOf({ ...asked, transaction: (transaction + 1) & 0xffff }, good());
      default:
        return Buffer.alloc(0);
    }
  }
}

/** A PDU as it travels. */
export function frameOf(
  { framing, transaction, unit }: Pick<Asked, 'framing' | 'transaction' | 'unit'>,
  pdu: Buffer,
): Buffer {
  const body = Buffer.concat([Buffer.of(unit), pdu]);
  if (framing === 'rtu') {
    const crc = Buffer.alloc(2);
    crc.writeUInt16LE(crc16(body));
    return Buffer.concat([body, crc]);
  }
  const header = Buffer.alloc(6);
  header.writeUInt16BE(transaction, 0);
  header.writeUInt16BE(body.length, 4);
  return Buffer.concat([header, body]);
}
