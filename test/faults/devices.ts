import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome, Truth } from './truth.ts';

/** How a device behaves when it is asked. */
export type Manner =
  | { readonly kind: 'answers' }
  | { readonly kind: 'silent' }
  /** Beyond the time-out of the gateway. */
  | { readonly kind: 'late'; readonly byMs: number }
  | { readonly kind: 'wrong-unit' }
  /** RTU: a wrong checksum. TCP has none: a wrong transaction id. */
  | { readonly kind: 'wrong-check' }
  /** Half of the answer. */
  | { readonly kind: 'short' }
  | { readonly kind: 'exception'; readonly code: number };

export interface BusDevice {
  readonly id: string;
  readonly unit: number;
  /** Metric by the address of its first register; each has two, high word first. */
  readonly registers: ReadonlyMap<number, string>;
}

type Framing = 'tcp' | 'rtu';

interface Question {
  readonly unit: number;
  readonly address: number;
  /** Only over TCP. */
  readonly transaction: number;
}

const REQUEST_BYTES = { tcp: 12, rtu: 8 } as const;

/** Several devices on one bus: Modbus TCP, or RTU frames over TCP (which socat puts on a pseudo-terminal). */
export class Bus {
  readonly devices: readonly BusDevice[];
  readonly #framing: Framing;
  readonly #truth: Truth;
  readonly #manners = new Map<string, Manner>();
  readonly #connections = new Set<Socket>();
  readonly #server: Server;

  constructor(framing: Framing, devices: readonly BusDevice[], truth: Truth) {
    this.#framing = framing;
    this.devices = devices;
    this.#truth = truth;
    for (const { id, registers } of devices) truth.declare(id, [...registers.values()]);
    this.#server = createServer((socket) => this.#serve(socket));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    this.hangUp();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Every connection is reset. */
  hangUp(): void {
    for (const socket of this.#connections) socket.resetAndDestroy();
  }

  behave(device: string, manner: Manner): void {
    this.#manners.set(device, manner);
  }

  #serve(socket: Socket): void {
    this.#connections.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => this.#connections.delete(socket));
    socket.on('error', () => undefined);
    let waiting: Buffer = Buffer.alloc(0);
    socket.on('data', (bytes) => {
      waiting = Buffer.concat([waiting, bytes]);
      while (waiting.length >= REQUEST_BYTES[this.#framing]) {
        const question = this.#framing === 'tcp' ? tcpQuestion(waiting) : rtuQuestion(waiting);
        // On a serial line one waits for the next byte that could begin a frame.
        waiting = waiting.subarray(question ? REQUEST_BYTES[this.#framing] : 1);
        if (question) void this.#answer(socket, question);
      }
    });
  }

  async #answer(socket: Socket, question: Question): Promise<void> {
    const device = this.devices.find(({ unit }) => unit === question.unit);
    const metric = device?.registers.get(question.address);
    if (!device || metric === undefined) return;
    const request = this.#truth.ask(device.id);
    const manner = this.#manners.get(device.id) ?? { kind: 'answers' };
    if (manner.kind === 'silent') return;
    if (manner.kind === 'exception') {
      socket.write(this.#frame(question, Buffer.from([0x83, manner.code])));
      return;
    }
    const value = this.#truth.serve(device.id, metric, request, outcomeOf(manner, this.#framing));
    if (manner.kind === 'late') await sleep(manner.byMs);
    if (!socket.destroyed) socket.write(this.#spoil(question, value, manner));
  }

  #spoil(question: Question, value: number, manner: Manner): Buffer {
    const pdu = Buffer.from([3, 4, 0, 0, 0, 0]);
    pdu.writeUInt32BE(value, 2);
    if (manner.kind === 'wrong-unit') return this.#frame({ ...question, unit: question.unit + 100 }, pdu);
    const frame = this.#frame(question, pdu);
    if (manner.kind === 'short') return frame.subarray(0, frame.length - 3);
    if (manner.kind === 'wrong-check') {
      const at = this.#framing === 'tcp' ? 1 : frame.length - 1;
      frame.writeUInt8(frame.readUInt8(at) ^ 0x55, at);
    }
    return frame;
  }

  #frame({ unit, transaction }: Question, pdu: Buffer): Buffer {
    if (this.#framing === 'rtu') {
      const frame = Buffer.concat([Buffer.from([unit]), pdu, Buffer.alloc(2)]);
      frame.writeUInt16LE(crc(frame.subarray(0, -2)), frame.length - 2);
      return frame;
    }
    const header = Buffer.alloc(7);
    header.writeUInt16BE(transaction, 0);
    header.writeUInt16BE(pdu.length + 1, 4);
    header.writeUInt8(unit, 6);
    return Buffer.concat([header, pdu]);
  }
}

function outcomeOf({ kind }: Manner, framing: Framing): Outcome {
  if (kind === 'answers') return 'good';
  return kind === 'late' && framing === 'rtu' ? 'maybe' : 'spoiled';
}

function tcpQuestion(bytes: Buffer): Question | undefined {
  if (bytes.readUInt16BE(2) !== 0 || bytes.readUInt16BE(4) !== 6) return undefined;
  return {
    transaction: bytes.readUInt16BE(0),
    unit: bytes.readUInt8(6),
    address: bytes.readUInt16BE(8),
  };
}

function rtuQuestion(bytes: Buffer): Question | undefined {
  const frame = bytes.subarray(0, REQUEST_BYTES.rtu);
  if (frame.readUInt16LE(6) !== crc(frame.subarray(0, 6))) return undefined;
  return { transaction: 0, unit: frame.readUInt8(0), address: frame.readUInt16BE(2) };
}

/** CRC-16/MODBUS, bit by bit: Modbus over Serial Line V1.02, 6.2.2. Written apart from the gateway's own. */
export function crc(bytes: Uint8Array): number {
  let register = 0xffff;
  for (const byte of bytes) {
    register ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      const carry = register & 1;
      register >>= 1;
      if (carry) register ^= 0xa001;
    }
  }
  return register;
}
