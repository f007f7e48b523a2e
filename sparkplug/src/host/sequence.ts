/** A message that came before one that must come first. */
export interface EarlyMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/**
 * The order of one edge node's messages: 0 to 255 and round again.
 * It keeps what comes too early; what is more than half a round ahead counts as behind. Sparkplug 3.0, section 5.9.
 */
export class MessageOrder {
  #next = 0;
  #early = new Map<number, EarlyMessage>();
  #bytes = 0;
  /** When the present gap was first seen, ms; undefined while there is none. */
  gapSince: number | undefined;

  /** Starts anew after a birth with this number; what was kept belongs to the session before. */
  restart(seq: number): void {
    this.#next = (seq + 1) % 256;
    this.clear();
  }

  get size(): number {
    return this.#early.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The number that is awaited. */
  get next(): number {
    return this.#next;
  }

  place(seq: number): 'next' | 'early' | 'behind' {
    const ahead = (seq - this.#next) & 255;
    if (ahead === 0) return 'next';
    return ahead < 128 && !this.#early.has(seq) ? 'early' : 'behind';
  }

  keep(seq: number, message: EarlyMessage, now: number): void {
    this.#early.set(seq, message);
    this.#bytes += message.payload.length;
    this.gapSince ??= now;
  }

  /** The awaited message was taken in. */
  advance(now: number): void {
    this.#next = (this.#next + 1) % 256;
    this.gapSince = this.#early.size > 0 ? now : undefined;
  }

  /** The kept message whose turn it is now, if it is there. */
  takeNext(): EarlyMessage | undefined {
    return this.#take(this.#next);
  }

  /** Gives up what is missing: the turn goes to the earliest message kept. */
  skipGap(): void {
    let nearest = 256;
    for (const seq of this.#early.keys()) nearest = Math.min(nearest, (seq - this.#next) & 255);
    if (nearest < 256) this.#next = (this.#next + nearest) % 256;
  }

  clear(): void {
    this.#early.clear();
    this.#bytes = 0;
    this.gapSince = undefined;
  }

  #take(seq: number): EarlyMessage | undefined {
    const message = this.#early.get(seq);
    if (message) {
      this.#early.delete(seq);
      this.#bytes -= message.payload.length;
    }
    return message;
  }
}
