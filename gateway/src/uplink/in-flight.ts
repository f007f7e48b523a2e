/** Batches that were sent and not confirmed yet, in the order of sending. Times are monotonic ms. */
export class InFlight {
  readonly #sentAt = new Map<number, number>();

  get size(): number {
    return this.#sentAt.size;
  }

  has(number: number): boolean {
    return this.#sentAt.has(number);
  }

  sent(number: number, at: number): void {
    // To the end of the order, also when it is sent again.
    this.#sentAt.delete(number);
    this.#sentAt.set(number, at);
  }

  /** Takes out those of a range, both ends included, and names them. */
  confirm(from: number, to: number): number[] {
    const confirmed: number[] = [];
    const take = (number: number): void => {
      if (this.#sentAt.delete(number)) confirmed.push(number);
    };
    // A range from the wire may be as wide as it likes.
    if (to - from < this.#sentAt.size) for (let number = from; number <= to; number++) take(number);
    else for (const number of [...this.#sentAt.keys()]) if (number >= from && number <= to) take(number);
    return confirmed;
  }

  /** The oldest ones that were sent before `time`, at most so many. */
  overdue(time: number, limit: number): number[] {
    const numbers: number[] = [];
    for (const [number, at] of this.#sentAt) {
      if (at > time || numbers.length >= limit) break;
      numbers.push(number);
    }
    return numbers;
  }

  clear(): void {
    this.#sentAt.clear();
  }
}
