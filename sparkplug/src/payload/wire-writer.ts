/** Memory that the shared writer keeps between payloads. */
const KEPT = 64 * 1024;
const LONE_SURROGATE = /\p{Surrogate}/u;
const scratch = new DataView(new ArrayBuffer(8));

/**
 * Writes Protocol Buffers fields into one growing buffer. The length of a message inside is put in front of it when it
 * is complete: most are short, so one byte is left for it, and a longer one is moved up.
 */
export class WireWriter {
  #bytes = Buffer.allocUnsafeSlow(KEPT);
  #view = new DataView(this.#bytes.buffer);
  #pos = 0;

  reset(): void {
    this.#pos = 0;
    if (this.#bytes.length > KEPT) this.#resize(KEPT);
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    const copy = Buffer.allocUnsafe(this.#pos);
    this.#bytes.copy(copy, 0, 0, this.#pos);
    return copy;
  }

  /** A tag below 128: field number << 3 | layout. */
  byte(value: number): void {
    if (this.#pos === this.#bytes.length) this.#reserve(1);
    this.#bytes[this.#pos++] = value;
  }

  uint32(value: number): void {
    this.#reserve(5);
    const bytes = this.#bytes;
    let pos = this.#pos;
    while (value > 0x7f) {
      bytes[pos++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    bytes[pos++] = value;
    this.#pos = pos;
  }

  /** A whole number from 0 to 2^53-1. */
  safeInteger(value: number): void {
    if (value <= 0xffffffff) {
      this.uint32(value);
      return;
    }
    const high = Math.floor(value / 0x10000000);
    const low = value - high * 0x10000000;
    this.#reserve(4);
    const bytes = this.#bytes;
    const pos = this.#pos;
    bytes[pos] = low | 0x80;
    bytes[pos + 1] = (low >>> 7) | 0x80;
    bytes[pos + 2] = (low >>> 14) | 0x80;
    bytes[pos + 3] = (low >>> 21) | 0x80;
    this.#pos = pos + 4;
    this.uint32(high);
  }

  /** The low 64 bits, so that a negative value goes out in two's complement. */
  int64(value: bigint): void {
    scratch.setBigInt64(0, value, true);
    let low = scratch.getUint32(0, true);
    let high = scratch.getUint32(4, true);
    this.#reserve(10);
    while (high !== 0) {
      this.#bytes[this.#pos++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.uint32(low);
  }

  float(value: number): void {
    this.#reserve(4);
    this.#view.setFloat32(this.#pos, value, true);
    this.#pos += 4;
  }

  double(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#pos, value, true);
    this.#pos += 8;
  }

  /** UTF-8 with its length in front; false (and nothing written) for text with half a surrogate pair. */
  string(text: string): boolean {
    const length = text.length;
    if (length < 0x80) {
      this.#reserve(length + 1);
      const bytes = this.#bytes;
      let pos = this.#pos + 1;
      let index = 0;
      for (; index < length; index++) {
        const code = text.charCodeAt(index);
        if (code >= 0x80) break;
        bytes[pos++] = code;
      }
      if (index === length) {
        bytes[this.#pos] = length;
        this.#pos = pos;
        return true;
      }
    }
    if (LONE_SURROGATE.test(text)) return false;
    const size = Buffer.byteLength(text);
    this.uint32(size);
    this.#reserve(size);
    this.#pos += this.#bytes.write(text, this.#pos, size, 'utf8');
    return true;
  }

  /** Bytes with their length in front. */
  bytes(value: Uint8Array): void {
    this.uint32(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#pos);
    this.#pos += value.length;
  }

  /** Starts a message inside; give the result to `close`. */
  open(): number {
    this.#reserve(1);
    return ++this.#pos;
  }

  close(start: number): void {
    const length = this.#pos - start;
    if (length < 0x80) {
      this.#bytes[start - 1] = length;
      return;
    }
    const extra = length < 0x4000 ? 1 : length < 0x200000 ? 2 : length < 0x10000000 ? 3 : 4;
    this.#reserve(extra);
    this.#bytes.copyWithin(start + extra, start, start + length);
    this.#pos = start - 1;
    this.uint32(length);
    this.#pos += length;
  }

  #reserve(count: number): void {
    const needed = this.#pos + count;
    if (needed > this.#bytes.length) this.#resize(Math.max(needed, this.#bytes.length * 2));
  }

  #resize(size: number): void {
    const bytes = Buffer.allocUnsafeSlow(size);
    this.#bytes.copy(bytes, 0, 0, this.#pos);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
