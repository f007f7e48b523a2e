import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface PeerRequest {
  readonly transaction: number;
  readonly unit: number;
  readonly functionCode: number;
  readonly address: number;
  readonly quantity: number;
  readonly socket: Socket;
}

/** Registers that answer a read: value = address + 1000 * unit, so that a wrong answer shows. */
export function registersOf({ unit, address, quantity }: PeerRequest): number[] {
  return Array.from({ length: quantity }, (_, index) => (address + index + 1000 * unit) & 0xffff);
}

/** A Modbus TCP peer that does whatever a test wants: late, wrong, broken or no answers. */
export class ModbusPeer {
  readonly requests: PeerRequest[] = [];
  readonly connections = new Set<Socket>();
  connects = 0;
  readonly #server: Server;
  port = 0;

  constructor(answer: (request: PeerRequest, peer: ModbusPeer) => void) {
    this.#server = createServer((socket) => {
      this.connects += 1;
      this.connections.add(socket);
      socket.on('close', () => this.connections.delete(socket));
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        for (let at = 0; at + 12 <= bytes.length; at += 6 + bytes.readUInt16BE(at + 4)) {
          const request = {
            transaction: bytes.readUInt16BE(at),
            unit: bytes.readUInt8(at + 6),
            functionCode: bytes.readUInt8(at + 7),
            address: bytes.readUInt16BE(at + 8),
            quantity: bytes.readUInt16BE(at + 10),
            socket,
          };
          this.requests.push(request);
          answer(request, this);
        }
      });
    });
  }

  async start(): Promise<this> {
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    for (const socket of this.connections) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export function good(request: PeerRequest, words = registersOf(request)): Buffer {
  const pdu = Buffer.alloc(2 + 2 * words.length);
  pdu.writeUInt8(request.functionCode, 0);
  pdu.writeUInt8(2 * words.length, 1);
  words.forEach((word, index) => pdu.writeUInt16BE(word, 2 + 2 * index));
  return frame(request.transaction, request.unit, pdu);
}

export function exception({ transaction, unit, functionCode }: PeerRequest, code: number): Buffer {
  return frame(transaction, unit, Buffer.from([functionCode | 0x80, code]));
}

export function frame(transaction: number, unit: number, pdu: Buffer): Buffer {
  const header = Buffer.alloc(7);
  header.writeUInt16BE(transaction, 0);
  header.writeUInt16BE(pdu.length + 1, 4);
  header.writeUInt8(unit, 6);
  return Buffer.concat([header, pdu]);
}
