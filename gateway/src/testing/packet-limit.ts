import type { Socket } from 'node:net';
import { PassThrough, Duplex } from 'node:stream';

/** The socket as a broker sees it that cuts the connection at an MQTT packet of more bytes than this. */
export function limited(socket: Socket, largest: () => number): Duplex {
  const passed = new PassThrough();
  const headers = new HeaderReader();
  socket.on('data', (chunk) => {
    if (headers.read(chunk) > largest()) socket.destroy();
    else passed.write(chunk);
  });
  socket.on('close', () => passed.destroy());
  return Duplex.from({ readable: passed, writable: socket });
}

/** Follows the fixed headers of a stream of MQTT packets. [MQTT-2.2] */
class HeaderReader {
  #left = 0;
  #length = 0;
  #factor = 0;

  /** Remaining Length of the longest packet that begins in these bytes. */
  read(chunk: Buffer): number {
    let longest = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const skipped = Math.min(this.#left, chunk.length - at);
        this.#left -= skipped;
        at += skipped;
        continue;
      }
      const byte = chunk[at++] ?? 0;
      if (this.#factor === 0) {
        this.#factor = 1;
        this.#length = 0;
        continue;
      }
      this.#length += (byte & 0x7f) * this.#factor;
      this.#factor *= 128;
      if (byte >= 0x80) continue;
      this.#factor = 0;
      this.#left = this.#length;
      longest = Math.max(longest, this.#length);
    }
    return longest;
  }
}
