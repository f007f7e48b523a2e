import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Counting } from '../counters.ts';

/** What the answer to the present request must look like. */
export interface Awaited {
  readonly unit: number;
  readonly functionCode: number;
  /** Length of a good answer with its CRC, in bytes. */
  readonly length: number;
}

/**
 * The port below modbus-serial's client, in place of the library's own. The client hands it RTU frames and takes RTU
 * frames from it; it lets through only what answers the request that is under way. docs/adr/007-modbus-ports.md.
 */
export abstract class FramePort extends EventEmitter {
  /** Read and written by modbus-serial: where it looks up the request that an answer belongs to. */
  _transactionIdRead = 1;
  _transactionIdWrite = 1;
  protected readonly stream: Duplex;
  protected readonly counters: Counting;
  protected awaited: Awaited | undefined;

  constructor(stream: Duplex, counters: Counting) {
    super();
    this.stream = stream;
    this.counters = counters;
    stream.on('data', (bytes: Buffer) => this.receive(bytes));
  }

  get isOpen(): boolean {
    return !this.stream.destroyed;
  }

  /** modbus-serial asks for it; the stream is open already. */
  open(callback: () => void): void {
    callback();
  }

  /** Takes a request with its CRC. */
  write(frame: Buffer): void {
    this.awaited = awaitedBy(frame);
    this.send(frame, this.awaited);
  }

  /** The request is given up: whatever answers it now is late. Says whether only broken bytes had come. */
  forget(): 'silence' | 'checksum' {
    this.awaited = undefined;
    return 'silence';
  }

  protected abstract send(frame: Buffer, awaited: Awaited): void;
  protected abstract receive(bytes: Buffer): void;

  protected answer(frame: Buffer): void {
    this.awaited = undefined;
    this.emit('data', frame);
  }
}

/** Length of the answer to a request. Modbus Application Protocol V1.1b3, chapter 6. */
function awaitedBy(frame: Buffer): Awaited {
  const unit = frame[0] ?? 0;
  const functionCode = frame[1] ?? 0;
  const quantity = frame.readUInt16BE(4);
  switch (functionCode) {
    case 1:
    case 2:
      return { unit, functionCode, length: 5 + Math.ceil(quantity / 8) };
    case 3:
    case 4:
      return { unit, functionCode, length: 5 + 2 * quantity };
    default:
      return { unit, functionCode, length: 8 };
  }
}
