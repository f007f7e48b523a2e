/**
 * The keys of the readings that one batch stored, in the order of storing, as bytes: for each the difference of its
 * series and of its time to the one before, as zigzag varints (7 bits a byte, low ones first). About 2 to 4 bytes each.
 */
export class LogKeys {
  readonly #bytes: number[] = [];
  #series = 0;
  #observed = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(series: number, observed: number): void {
    this.#push(series - this.#series);
    this.#push(observed - this.#observed);
    this.#series = series;
    this.#observed = observed;
    this.#count++;
  }

  /** Hands over the bytes and begins anew. */
  take(): Buffer {
    const bytes = Buffer.from(this.#bytes);
    this.#bytes.length = 0;
    this.#series = this.#observed = this.#count = 0;
    return bytes;
  }

  // Times need more than 32 bits, so this counts with division instead of shifts.
  #push(value: number): void {
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    while (rest >= 128) {
      this.#bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.#bytes.push(rest);
  }
}

export interface LogKey {
  readonly series: number;
  readonly observed: number;
}

/** Reads what LogKeys wrote. Throws RangeError for bytes that end within a number. */
export function readLogKeys(bytes: Uint8Array): LogKey[] {
  const keys: LogKey[] = [];
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('log keys end within a number');
      value += (byte & 127) * scale;
      if (byte < 128) break;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  };
  let series = 0;
  let observed = 0;
  while (at < bytes.length) {
    series += next();
    observed += next();
    keys.push({ series, observed });
  }
  return keys;
}
