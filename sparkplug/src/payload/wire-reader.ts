import { isUtf8 } from 'node:buffer';
import type { CodedError } from '@city-testbed/runtime';
import { sparkplugError } from '../errors.ts';
import type { PayloadLimits } from './limits.ts';

/** How a field is laid out. https://protobuf.dev/programming-guides/encoding/ */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/**
 * Names, property keys and states come again and again: short ASCII texts are looked up by their bytes first, which
 * saves making them anew. A table of fixed size, where a text simply takes the place of another.
 */
const SHORT = 32;
const familiar = new Array<string>(2048).fill('');
const scratch = new DataView(new ArrayBuffer(8));

/**
 * Reads Protocol Buffers fields from bytes that nobody vouches for. Nothing is read past `end`, which `enter` narrows
 * to the message inside; every length is checked before it is used.
 */
export class WireReader {
  pos = 0;
  end: number;
  /** What may still come, of the whole payload. */
  metricsLeft: number;
  elementsLeft: number;
  readonly limits: PayloadLimits;
  readonly #bytes: Buffer;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, limits: PayloadLimits) {
    this.#bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.end = bytes.length;
    this.metricsLeft = limits.metrics;
    this.elementsLeft = limits.elements;
    this.limits = limits;
  }

  /** Field number and layout, as one number. */
  tag(): number {
    const pos = this.pos;
    if (pos < this.end) {
      const byte = this.#bytes[pos] ?? 0;
      if (byte < 0x80 && byte > 7) {
        this.pos = pos + 1;
        return byte;
      }
    }
    const tag = this.uint32();
    if (tag < 8) throw this.malformed('field number 0');
    return tag;
  }

  /** The low 32 bits of a varint: what uint32, and a negative int32 written in ten bytes, come to. */
  uint32(): number {
    const bytes = this.#bytes;
    const end = this.end;
    let pos = this.pos;
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (pos >= end) throw this.malformed('a number is cut');
      const byte = bytes[pos++] ?? 0;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.pos = pos;
        return value >>> 0;
      }
    }
    throw this.malformed('a number of more than ten bytes');
  }

  bool(): boolean {
    return this.uint32() !== 0;
  }

  /** A varint from 0 to `max`, itself a safe integer; `what` names it in the error. */
  safeInteger(what: string, max: number): number {
    const bytes = this.#bytes;
    const end = this.end;
    let pos = this.pos;
    // Seven bits a byte: four bytes in each of two small integers, the last two in a third.
    let low = 0;
    let middle = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (pos >= end) throw this.malformed('a number is cut');
      const byte = bytes[pos++] ?? 0;
      if (shift < 28) low |= (byte & 0x7f) << shift;
      else if (shift < 56) middle |= (byte & 0x7f) << (shift - 28);
      else high |= (byte & 0x7f) << (shift - 56);
      if (byte < 0x80) {
        this.pos = pos;
        const value = low + middle * 0x10000000 + high * 0x100000000000000;
        if (value > max) throw this.fault('SPARKPLUG_VALUE_RANGE', `${what} ${value} is over ${max}`);
        return value;
      }
    }
    throw this.malformed('a number of more than ten bytes');
  }

  /** A varint of 64 bits, unsigned. */
  uint64(): bigint {
    const bytes = this.#bytes;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.pos >= this.end) throw this.malformed('a number is cut');
      const byte = bytes[this.pos++] ?? 0;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        scratch.setInt32(0, low, true);
        scratch.setInt32(4, high, true);
        return scratch.getBigUint64(0, true);
      }
    }
    throw this.malformed('a number of more than ten bytes');
  }

  float(): number {
    const pos = this.#take(4);
    return this.#view.getFloat32(pos, true);
  }

  double(): number {
    const pos = this.#take(8);
    return this.#view.getFloat64(pos, true);
  }

  /** UTF-8 text with its length before it. */
  string(): string {
    const length = this.uint32();
    if (length > this.limits.stringBytes) throw this.#tooLong(length);
    const start = this.#take(length);
    const end = start + length;
    const bytes = this.#bytes;
    if (length <= SHORT) {
      const known = this.#familiar(start, end);
      if (known !== undefined) return known;
    }
    let ascii = true;
    for (let pos = start; pos < end && ascii; pos++) ascii = (bytes[pos] ?? 0) < 0x80;
    if (ascii) return bytes.toString('latin1', start, end);
    if (!isUtf8(bytes.subarray(start, end))) throw this.malformed('text that is not UTF-8');
    return bytes.toString('utf8', start, end);
  }

  /** A copy of bytes with their length before them. */
  bytes(): Uint8Array {
    const length = this.uint32();
    if (length > this.limits.stringBytes) throw this.#tooLong(length);
    const start = this.#take(length);
    return new Uint8Array(this.#bytes.subarray(start, start + length));
  }

  /** Narrows to the message whose length comes next; give the result to `leave`. */
  enter(): number {
    const outer = this.end;
    const length = this.uint32();
    if (length > outer - this.pos) throw this.malformed('a message is cut');
    this.end = this.pos + length;
    return outer;
  }

  leave(outer: number): void {
    this.end = outer;
  }

  /**
   * Passes over a field that this version does not know.
   * `known` is the highest field number that it does: such a field only comes here when its layout is wrong.
   */
  skip(tag: number, known: number): void {
    if (tag >>> 3 <= known)
      throw this.fault('SPARKPLUG_VALUE_TYPE', `field ${tag >>> 3} is laid out as ${tag & 7}`);
    const layout = tag & 7;
    if (layout === VARINT) this.uint32();
    else if (layout === FIXED64) this.#take(8);
    else if (layout === LENGTH) this.#take(this.uint32());
    else if (layout === FIXED32) this.#take(4);
    else throw this.malformed(`layout ${layout}`);
  }

  countMetric(): void {
    if (--this.metricsLeft < 0) throw this.tooMany('metrics', this.limits.metrics);
  }

  countElements(count: number): void {
    this.elementsLeft -= count;
    if (this.elementsLeft < 0) throw this.tooMany('elements', this.limits.elements);
  }

  checkDepth(depth: number): void {
    if (depth > this.limits.depth) throw this.tooMany('levels', this.limits.depth);
  }

  tooMany(what: string, limit: number): CodedError {
    return this.fault('SPARKPLUG_PAYLOAD_TOO_LARGE', `more than ${limit} ${what}`);
  }

  malformed(detail: string): CodedError {
    return this.fault('SPARKPLUG_PAYLOAD_MALFORMED', detail);
  }

  fault(code: Parameters<typeof sparkplugError>[0], detail: string): CodedError {
    return sparkplugError(code, `${detail}, at byte ${this.pos}`, { context: { at: this.pos } });
  }

  /** The text of short ASCII bytes; undefined for other bytes. */
  #familiar(start: number, end: number): string | undefined {
    const bytes = this.#bytes;
    let hash = 0;
    for (let pos = start; pos < end; pos++) {
      const byte = bytes[pos] ?? 0;
      if (byte >= 0x80) return undefined;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    const slot = (hash ^ (hash >>> 15)) & 2047;
    const candidate = familiar[slot] ?? '';
    if (candidate.length === end - start) {
      let index = 0;
      while (start + index < end && candidate.charCodeAt(index) === bytes[start + index]) index++;
      if (start + index === end) return candidate;
    }
    const text = bytes.toString('latin1', start, end);
    familiar[slot] = text;
    return text;
  }

  #tooLong(length: number): CodedError {
    return this.fault(
      'SPARKPLUG_PAYLOAD_TOO_LARGE',
      `a field of ${length} bytes, limit ${this.limits.stringBytes}`,
    );
  }

  #take(length: number): number {
    const pos = this.pos;
    if (length > this.end - pos) throw this.malformed('a field is cut');
    this.pos = pos + length;
    return pos;
  }
}
