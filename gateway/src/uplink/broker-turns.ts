/**
 * Which of several brokers is next. After one that cannot be reached, or where the primary host is not, the one after it
 * follows; a connection that served is followed by the first again. A pause grows with each round that brought nothing.
 */
export class BrokerTurns {
  readonly #urls: readonly string[];
  #at = 0;
  #rounds = 0;

  constructor(urls: readonly [string, ...string[]]) {
    this.#urls = urls;
  }

  get current(): string {
    return this.#urls[this.#at] ?? '';
  }

  get several(): boolean {
    return this.#urls.length > 1;
  }

  /** How many rounds before this one brought nothing: what a pause grows with. Within a round the next one follows soon. */
  get rounds(): number {
    return this.#at === 0 ? Math.max(0, this.#rounds - 1) : 0;
  }

  /** This one does not serve. */
  failed(): void {
    this.#at = (this.#at + 1) % this.#urls.length;
    if (this.#at === 0) this.#rounds += 1;
  }

  /** A connection that served is over. */
  ended(): void {
    this.#at = 0;
    this.#rounds += 1;
  }

  /** Something got through: the next pause is the shortest. */
  worked(): void {
    this.#rounds = 0;
  }
}
