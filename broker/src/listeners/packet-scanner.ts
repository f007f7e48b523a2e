/** What a chunk of bytes held, as far as a broker must know before it lets anything parse it. */
export interface Scan {
  /** Packets that count against the message rate: PUBLISH, SUBSCRIBE, UNSUBSCRIBE, PINGREQ. Acknowledgements do not. */
  counted: number;
  /** PUBLISH packets among them. */
  published: number;
  /** Offset just behind the first packet of the connection, when it ends within this chunk. */
  firstEnds: number | undefined;
  /** Why the bytes must not be read any further. */
  fault: 'too_large' | 'malformed' | undefined;
}

const countedTypes = new Set([3, 8, 10, 12]);
const publish = 3;

/**
 * Follows the packet boundaries of an MQTT byte stream (fixed header, section 2.2) without keeping any of it, so that
 * a packet larger than `limit` bytes is known from its header, before a byte of its body is buffered.
 */
export class PacketScanner {
  /** Largest packet, in bytes with its fixed header. */
  limit: number;
  readonly #scan: Scan = { counted: 0, published: 0, firstEnds: undefined, fault: undefined };
  #body = 0; // bytes of the current packet still to come
  #type = -1; // -1: between packets
  #length = 0;
  #lengthBytes = 0;
  #first = true;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** The result is one object that every call reuses. With `stopAtFirst`, bytes behind the first packet are left alone. */
  scan(chunk: Uint8Array, stopAtFirst = false): Readonly<Scan> {
    const scan = this.#blank();
    let at = 0;
    while (at < chunk.length) {
      if (this.#body > 0) {
        const step = Math.min(this.#body, chunk.length - at);
        at += step;
        this.#body -= step;
      } else if (this.#type === -1) {
        this.#type = (chunk[at++] ?? 0) >> 4;
        this.#length = this.#lengthBytes = 0;
        continue;
      } else if (!this.#readLength(chunk[at++] ?? 0)) {
        if (scan.fault) return scan;
        continue;
      }
      if (this.#body === 0 && this.#endPacket(at) && stopAtFirst) return scan;
    }
    return scan;
  }

  #blank(): Scan {
    const scan = this.#scan;
    scan.counted = scan.published = 0;
    scan.firstEnds = scan.fault = undefined;
    return scan;
  }

  /** True when the remaining length is complete [MQTT-2.2.3]. */
  #readLength(byte: number): boolean {
    this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes++;
    if ((byte & 0x80) !== 0) {
      if (this.#lengthBytes === 4) this.#scan.fault = 'malformed';
      return false;
    }
    if (1 + this.#lengthBytes + this.#length > this.limit) {
      this.#scan.fault = 'too_large';
      return false;
    }
    if (countedTypes.has(this.#type)) this.#scan.counted++;
    if (this.#type === publish) this.#scan.published++;
    this.#body = this.#length;
    return true;
  }

  #endPacket(at: number): boolean {
    this.#type = -1;
    if (!this.#first) return false;
    this.#first = false;
    this.#scan.firstEnds = at;
    return true;
  }
}
