import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Trace } from '../context.ts';
import type { Counting } from '../counters.ts';
import { awaitedBy, type Awaited } from './awaited.ts';
import { crc16 } from './crc16.ts';
import { IDENTIFICATION, withoutMore } from './identification.ts';

/** What came until a request was given up: nothing, something broken, or a whole frame that is no answer to it. */
export type GivenUp = 'silence' | 'checksum' | 'malformed';

interface FramePortEvents {
  /** An RTU frame for modbus-serial's client. */
  data: [frame: Buffer];
  /** The device answered the request, and the answer makes no sense. */
  malformed: [];
}

/**
 * The port below modbus-serial's client, in place of the library's own. The client hands it RTU frames and takes RTU
 * frames from it; it lets through only what answers the request that is under way. docs/adr/007-modbus-ports.md.
 */
export abstract class FramePort extends EventEmitter<FramePortEvents> {
  /** Read and written by modbus-serial: where it looks up the request that an answer belongs to. */
  _transactionIdRead = 1;
  _transactionIdWrite = 1;
  /** The next request may be answered under another unit id. */
  anyUnit = false;
  /** Unit id and PDU of the last answer. */
  answered: Uint8Array = new Uint8Array();
  protected readonly stream: Duplex;
  protected readonly counters: Counting;
  protected awaited: Awaited | undefined;
  protected readonly saw: Trace;

  constructor(stream: Duplex, counters: Counting, trace?: Trace) {
    super();
    this.stream = stream;
    this.counters = counters;
    this.saw = trace ?? (() => undefined);
    stream.on('data', (bytes: Buffer) => this.receive(bytes));
  }

  get isOpen(): boolean {
    return !this.stream.destroyed;
  }

  /** Bytes of request and answer together, at most. */
  get exchangeBytes(): number {
    return this.awaited ? this.awaited.request.length + 2 + this.awaited.length : 0;
  }

  /** Bytes kept until a frame is whole. */
  abstract get pending(): number;

  /** modbus-serial asks for it; the stream is open already. */
  open(callback: () => void): void {
    callback();
  }

  /** Takes a request with its CRC. */
  write(frame: Buffer): void {
    this.awaited = awaitedBy(frame, this.anyUnit);
    this.send(frame, this.awaited);
  }

  /** The request is given up: whatever answers it now is late. */
  forget(): GivenUp {
    this.awaited = undefined;
    return 'silence';
  }

  protected abstract send(frame: Buffer, awaited: Awaited): void;
  protected abstract receive(bytes: Buffer): void;

  /** Unit id and PDU that answer the request, on to the client. */
  protected answer({ unit, functionCode }: Awaited, body: Uint8Array): void {
    this.awaited = undefined;
    this.answered = Uint8Array.from(body);
    // The client would ask for the next part by itself: without a pause, without an end, and it throws on an exception.
    const last = functionCode === IDENTIFICATION && body[1] === functionCode ? withoutMore(body) : body;
    const frame = Buffer.alloc(last.length + 2);
    frame.set(last);
    frame[0] = unit;
    frame.writeUInt16LE(crc16(frame, 0, last.length), last.length);
    this.emit('data', frame);
  }

  protected refuse(): void {
    this.awaited = undefined;
    this.emit('malformed');
  }
}
