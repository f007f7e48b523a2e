interface Sent {
  readonly device: string;
  /** Monotonic ms of the last time that it was sent. */
  readonly at: number;
  readonly times: number;
}

/** Batches that were sent and not confirmed yet, in the order of sending. Times are monotonic ms. */
export class InFlight {
  readonly #sent = new Map<number, Sent>();
  readonly #perDevice = new Map<string, number>();

  get size(): number {
    return this.#sent.size;
  }

  has(number: number): boolean {
    return this.#sent.has(number);
  }

  /** All of them, or those of one device, in the order of sending. */
  numbers(device?: string): number[] {
    const all = [...this.#sent];
    return all.flatMap(([number, sent]) => (device === undefined || sent.device === device ? number : []));
  }

  /** How many of one device. */
  of(device: string): number {
    return this.#perDevice.get(device) ?? 0;
  }

  sent({ number, device }: { readonly number: number; readonly device: string }, at: number): void {
    const times = (this.#sent.get(number)?.times ?? 0) + 1;
    // To the end of the order, also when it is sent again.
    this.remove(number);
    this.#sent.set(number, { device, at, times });
    this.#perDevice.set(device, this.of(device) + 1);
  }

  /** Takes one out, and says whose it was. */
  remove(number: number): string | undefined {
    const device = this.#sent.get(number)?.device;
    if (device === undefined) return undefined;
    this.#sent.delete(number);
    const left = this.of(device) - 1;
    if (left > 0) this.#perDevice.set(device, left);
    else this.#perDevice.delete(device);
    return device;
  }

  /** Takes out those of a range, both ends included, and names them with their devices. */
  confirm(from: number, to: number): { readonly number: number; readonly device: string }[] {
    const confirmed: { number: number; device: string }[] = [];
    const take = (number: number): void => {
      const device = this.remove(number);
      if (device !== undefined) confirmed.push({ number, device });
    };
    // A range from the wire may be as wide as it likes.
    if (to - from < this.#sent.size) for (let number = from; number <= to; number++) take(number);
    else for (const number of [...this.#sent.keys()]) if (number >= from && number <= to) take(number);
    return confirmed;
  }

  /** The oldest ones that were sent before `time`, at most so many. */
  overdue(time: number, limit: number): { readonly number: number; readonly sent: Sent }[] {
    const overdue: { number: number; sent: Sent }[] = [];
    for (const [number, sent] of this.#sent) {
      if (sent.at > time || overdue.length >= limit) break;
      overdue.push({ number, sent });
    }
    return overdue;
  }

  /** Takes out all of one device but this one. */
  keepOnly(number: number, device: string): void {
    for (const [other, sent] of [...this.#sent])
      if (sent.device === device && other !== number) this.remove(other);
  }

  clear(): void {
    this.#sent.clear();
    this.#perDevice.clear();
  }
}
