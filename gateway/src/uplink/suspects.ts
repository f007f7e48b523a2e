/** Batches to send alone, to find out whether it is they that make the broker cut the connection. */
export interface Trial {
  /** Any batch that is not under suspicion, to see that the way is open. */
  readonly proof?: true;
  readonly numbers?: readonly number[];
}

/** A batch that was unconfirmed at so many cuts in a row is looked at closely. */
const CUTS = 2;
/** So many times alone on a way that was seen to be open, and cut each time: it is this batch. */
const PROVEN = 3;
/** The same where no other batch is left to show that the way is open: births get through each time, and it does not. */
const ALONE = 20;

/**
 * Finds the batch that a broker refuses by cutting the connection (a packet past its limit, say), which would otherwise
 * be sent again with each new connection for ever. A bad link cuts as well, so a batch is convicted only when the way
 * was seen to be open just before: another batch got through first. Times are monotonic ms.
 */
export class Suspects {
  readonly #patienceMs: number;
  /** Batches that were unconfirmed at the last cuts in a row, with how often. */
  #cuts = new Map<number, number>();
  #suspects = new Set<number>();
  readonly #convictions = new Map<number, number>();
  #open = false;
  #trying: ReadonlySet<number> = new Set();
  #sentAt = 0;
  /** Cuts in a row of the only batch that is left. */
  #alone = 0;

  /** A batch that the connection survives for so long is acquitted, confirmed or not. */
  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  get active(): boolean {
    return this.#suspects.size > 0;
  }

  has(number: number): boolean {
    return this.#suspects.has(number);
  }

  /** A new connection: whether the way is open is not known. */
  restart(): void {
    this.#open = false;
    this.#trying = new Set();
  }

  /** What to send next, and nothing beside it; undefined while the last trial goes on. */
  next(now: number): Trial | undefined {
    if (this.#trying.size > 0) {
      if (now - this.#sentAt < this.#patienceMs) return undefined;
      this.#survived();
    }
    if (!this.#open) return { proof: true };
    // A quarter at a time: each cut leaves a quarter of the suspects at most.
    const many = Math.max(1, Math.floor(this.#suspects.size / 4));
    return { numbers: [...this.#suspects].slice(0, many) };
  }

  /** These go out now. */
  trying(numbers: readonly number[], now: number): void {
    this.#trying = new Set(numbers);
    this.#sentAt = now;
  }

  /** There is no other batch that could show the way to be open. */
  noProof(): number[] {
    return [...this.#suspects].slice(0, 1);
  }

  /** It got through, or is gone. */
  cleared(number: number): void {
    this.#cuts.delete(number);
    this.#suspects.delete(number);
    this.#convictions.delete(number);
    this.#alone = 0;
    if (!this.#trying.has(number)) return;
    this.#trying = new Set([...this.#trying].filter((other) => other !== number));
    if (this.#trying.size === 0) this.#open = true;
  }

  /** The connection was cut from outside with these unconfirmed. Answers the batch that is to blame, once that is sure. */
  cut(unconfirmed: readonly number[], now: number): number | undefined {
    const trying = [...this.#trying];
    const inTime = now - this.#sentAt < this.#patienceMs;
    this.#trying = new Set();
    if (!this.active) {
      this.#count(unconfirmed);
      return undefined;
    }
    if (trying.length === 0 || !inTime) return undefined;
    if (!this.#open) {
      // Whether the way or the batch is to blame is not known: the next time another one is tried first.
      const others = [...this.#suspects].filter((number) => !trying.includes(number));
      this.#suspects = new Set([...others, ...trying]);
      this.#alone = others.length === 0 && trying.length === 1 ? this.#alone + 1 : 0;
      return this.#alone >= ALONE ? trying[0] : undefined;
    }
    this.#suspects = new Set(trying);
    const [only] = trying;
    if (trying.length > 1 || only === undefined) return undefined;
    const times = (this.#convictions.get(only) ?? 0) + 1;
    this.#convictions.set(only, times);
    return times >= PROVEN ? only : undefined;
  }

  #count(unconfirmed: readonly number[]): void {
    this.#cuts = new Map(unconfirmed.map((number) => [number, (this.#cuts.get(number) ?? 0) + 1]));
    this.#suspects = new Set([...this.#cuts].flatMap(([number, times]) => (times >= CUTS ? number : [])));
    this.#convictions.clear();
  }

  #survived(): void {
    for (const number of this.#trying) {
      this.#cuts.delete(number);
      this.#suspects.delete(number);
      this.#convictions.delete(number);
    }
    this.#trying = new Set();
    this.#open = true;
  }
}
