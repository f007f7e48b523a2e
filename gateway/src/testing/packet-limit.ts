import type { Socket } from 'node:net';
import { PassThrough, Duplex } from 'node:stream';

/** The socket as a broker sees it that cuts the connection at an MQTT packet of more bytes than this. */
export function limited(socket: Socket, largest: () => number): Duplex {
  const passed = new PassThrough();
  const headers = new HeaderReader();
  let over = false;
  socket.on('data', (chunk) => {
    if (over) return;
    const fits = headers.read(chunk, largest());
    passed.write(chunk.subarray(0, fits));
    // What came before it is taken in first.
    over = fits < chunk.length;
    if (over) setTimeout(() => socket.destroy(), 20);
  });
  socket.on('close', () => passed.destroy());
  return Duplex.from({ readable: passed, writable: socket });
}

/** Follows the fixed headers of a stream of MQTT packets. [MQTT-2.2] */
class HeaderReader {
  #left = 0;
  #length = 0;
  #factor = 0;

  /** How many of these bytes come before a packet that is longer than this. */
  read(chunk: Buffer, largest: number): number {
    let at = 0;
    let began = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const skipped = Math.min(this.#left, chunk.length - at);
        this.#left -= skipped;
        at += skipped;
        continue;
      }
      if (this.#factor === 0) began = at;
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
      if (this.#length > largest) return began;
    }
    return chunk.length;
  }
}
