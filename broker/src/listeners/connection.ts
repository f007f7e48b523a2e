import { Duplex } from 'node:stream';
import type { ClientLimits, Transport } from '../model/principal.ts';
import type { Reason } from '../model/reasons.ts';
import { TokenBucket } from '../model/token-bucket.ts';
import type { Traffic } from '../model/traffic.ts';
import { connackVersion3, connackVersion5, prefaceBytes, readPreface } from './connect-preface.ts';
import type { ClientConnection, ListenerContext, Peer } from './listener.ts';
import { PacketScanner } from './packet-scanner.ts';

/** One write to the socket, at most: small enough that a slow link finishes one within the drain time-out. */
const sliceBytes = 64 * 1024;
/** Above this many waiting bytes the client holds back who publishes to it, for a moment. */
const fullBytes = 256 * 1024;
/** How long it may hold them back. A client that reads drains far sooner; one that does not must not stall others. */
const holdBackMs = 50;
/** How long a connection that was ended may take to say goodbye. */
const farewellMs = 1000;

/** Endings after which nothing more is read or written: the client floods, or does not read. */
const hostile = new Set<Reason>(['packet_too_large', 'message_rate', 'queue_full', 'drain_timeout']);

const nothing = Buffer.alloc(0);

/**
 * The stream between a socket and Aedes. Inwards it knows each packet's size before a byte of its body is kept, and
 * reads nothing behind CONNECT until the client is let in. Outwards it joins all writes of one turn of the event loop
 * into one (low latency without Nagle's delay), and bounds what waits.
 */
export class MqttConnection extends Duplex implements ClientConnection {
  readonly transport: Transport;
  readonly peer: Peer;
  readonly traffic: Traffic;
  readonly #socket: Duplex;
  readonly #context: ListenerContext;
  readonly #scanner: PacketScanner;
  #ending: Reason | undefined;
  #admitted = false;
  #preface: Buffer | undefined = nothing;
  #held: Buffer | undefined;
  #bucket: TokenBucket | undefined;
  #limits: ClientLimits;
  #joining = false;
  #lagging = false;
  #holdBack: NodeJS.Timeout | undefined;
  #writingSince: number | undefined;

  constructor(socket: Duplex, about: { peer: Peer; traffic: Traffic }, context: ListenerContext) {
    super({ readableHighWaterMark: sliceBytes, writableHighWaterMark: fullBytes, allowHalfOpen: true });
    this.transport = about.traffic.transport;
    this.peer = about.peer;
    this.traffic = about.traffic;
    this.#socket = socket;
    this.#context = context;
    this.#limits = context.limits;
    this.#scanner = new PacketScanner(context.limits.packetBytesBeforeAuth);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('end', () => this.push(null));
    socket.on('close', () => this.destroy());
    socket.on('error', (error) => this.destroy(error));
    this.on('drain', () => this.#drained());
  }

  get ending(): Reason | undefined {
    return this.#ending;
  }

  /** The largest packet that it may send now, in bytes: less until the client is let in. */
  get packetBytes(): number {
    return this.#scanner.limit;
  }

  get queuedBytes(): number {
    return this.writableLength;
  }

  admit(limits: ClientLimits): void {
    if (this.#admitted || this.destroyed) return;
    this.#admitted = true;
    this.#limits = limits;
    this.#scanner.limit = limits.packetBytes;
    const now = this.#context.clock.monotonic();
    this.#bucket = new TokenBucket(limits.messagesPerSecond, 2 * limits.messagesPerSecond, now);
    const held = this.#held;
    this.#held = undefined;
    this.#socket.resume();
    if (held && held.length > 0) this.#pass(held);
  }

  cut(reason: Reason, detail: string): void {
    if (this.destroyed) return;
    this.report(reason, detail);
    this.destroy();
  }

  report(reason: Reason, detail: string): void {
    if (this.#ending !== undefined) return;
    this.#ending = reason;
    const { transport, peer } = this;
    this.#context.onIncident({
      kind: this.#admitted ? 'cut' : 'refused',
      reason,
      detail,
      transport,
      peer,
      connection: this,
    });
  }

  stalledMs(): number {
    return this.#writingSince === undefined ? 0 : this.#context.clock.monotonic() - this.#writingSince;
  }

  #receive(chunk: Buffer): void {
    if (this.destroyed) return;
    this.traffic.bytesIn += chunk.length;
    if (this.#preface && !this.#examine(this.#preface, chunk)) return;
    this.#pass(chunk);
  }

  /** False when the connection does not begin as MQTT 3.1.1 does; it is then ended. */
  #examine(before: Buffer, chunk: Buffer): boolean {
    const bytes = Buffer.concat([before, chunk.subarray(0, prefaceBytes)]);
    const preface = readPreface(bytes);
    this.#preface = preface === 'more' ? bytes : undefined;
    if (preface === 'more' || preface === 'mqtt_3') return true;
    if (preface === 'not_mqtt') {
      this.cut('not_mqtt', 'the first bytes are not an MQTT CONNECT');
    } else {
      this.#socket.write(preface === 'mqtt_5' ? connackVersion5 : connackVersion3);
      this.cut('protocol_version', preface === 'mqtt_5' ? 'MQTT 5' : 'unknown protocol level');
    }
    return false;
  }

  #pass(chunk: Buffer): void {
    const scan = this.#scanner.scan(chunk, !this.#admitted);
    if (scan.fault) {
      if (scan.fault === 'malformed') this.cut('protocol_error', 'remaining length of more than four bytes');
      else this.cut('packet_too_large', `a packet of more than ${this.#scanner.limit} bytes`);
      return;
    }
    if (this.#bucket && scan.counted > 0) {
      if (!this.#bucket.take(scan.counted, this.#context.clock.monotonic())) {
        this.cut('message_rate', `more than ${this.#limits.messagesPerSecond} a second`);
        return;
      }
      this.traffic.messagesIn += scan.published;
    }
    if (!this.#admitted && scan.firstEnds !== undefined) {
      this.#held = chunk.subarray(scan.firstEnds);
      this.#socket.pause();
      this.push(chunk.subarray(0, scan.firstEnds));
    } else if (!this.push(chunk)) this.#socket.pause();
  }

  override _read(): void {
    if (this.#held === undefined) this.#socket.resume();
  }

  /** Every packet that Aedes writes is corked until the next tick; this keeps the cork on until the turn ends. */
  override cork(): void {
    super.cork();
    if (this.#joining) return;
    this.#joining = true;
    super.cork();
    setImmediate(() => {
      this.#joining = false;
      this.uncork();
    });
  }

  /**
   * False asks the publisher to wait for 'drain', which comes when the client has read, or after a moment when it has
   * not: from then on the client is lagging, its queue alone grows, and its limits decide.
   */
  override write(chunk: Uint8Array | string, ...rest: unknown[]): boolean {
    if (this.destroyed) return true;
    const room = super.write(chunk, ...(rest as [BufferEncoding]));
    if (this.writableLength > this.#limits.queuedBytes) {
      this.cut('queue_full', `${this.writableLength} bytes wait`);
      return true;
    }
    if (room || this.#lagging) return true;
    this.#holdBack ??= setTimeout(() => {
      this.emit('drain');
      this.#lagging = true;
    }, holdBackMs);
    return false;
  }

  #drained(): void {
    clearTimeout(this.#holdBack);
    this.#holdBack = undefined;
    this.#lagging = false;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  #send(bytes: Buffer, done: (error?: Error | null) => void): void {
    const slice = bytes.subarray(0, sliceBytes);
    this.#writingSince = this.#context.clock.monotonic();
    this.traffic.bytesOut += slice.length;
    this.#socket.write(slice, (error) => {
      this.#writingSince = undefined;
      if (error || bytes.length <= sliceBytes) done(error);
      else this.#send(bytes.subarray(sliceBytes), done);
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#held = undefined;
    this.#drained();
    const socket = this.#socket;
    if (error || (this.#ending !== undefined && hostile.has(this.#ending))) socket.destroy();
    else {
      // Reading on keeps the kernel from answering unread bytes with a reset, which would take our last words with it.
      socket.resume();
      socket.end();
      setTimeout(() => socket.destroy(), farewellMs).unref();
    }
    done(error);
  }
}
