import type { Clock } from '@city-testbed/runtime';

/** Sends stored ranges to one gateway; answers whether they left. */
export type SendStored = (gateway: string, ranges: BigUint64Array) => boolean;

const INTERVAL_MS = 250;
/** Numbers of one gateway that may wait; it sends the rest again, and hears of them then. */
const MOST_NUMBERS = 100_000;
const MOST_RANGES = 1000;

interface Waiting {
  numbers: number[];
  sentAt: number;
  scheduled: boolean;
}

/**
 * Tells each gateway which of its batches are committed: ranges, grouped, at most one message in 250 ms (protocol.md).
 * What cannot be sent is forgotten: the gateway sends those batches again, and they are confirmed again.
 */
export class Confirmations {
  readonly #clock: Clock;
  readonly #send: SendStored;
  readonly #gateways = new Map<string, Waiting>();
  readonly #stopped = new AbortController();
  #sent = 0;

  constructor(clock: Clock, send: SendStored) {
    this.#clock = clock;
    this.#send = send;
  }

  get sent(): number {
    return this.#sent;
  }

  add(gateway: string, number: number): void {
    let waiting = this.#gateways.get(gateway);
    if (!waiting) {
      waiting = { numbers: [], sentAt: -Infinity, scheduled: false };
      this.#gateways.set(gateway, waiting);
    }
    if (waiting.numbers.length < MOST_NUMBERS) waiting.numbers.push(number);
    this.#schedule(gateway, waiting);
  }

  /** Sends what waits, at once: the last words before a stop. */
  stop(): void {
    this.#stopped.abort();
    for (const [gateway, waiting] of this.#gateways) this.#flush(gateway, waiting);
    this.#gateways.clear();
  }

  #schedule(gateway: string, waiting: Waiting): void {
    if (waiting.scheduled) return;
    waiting.scheduled = true;
    const pause = Math.max(0, waiting.sentAt + INTERVAL_MS - this.#clock.monotonic());
    void this.#clock.sleep(pause, this.#stopped.signal).then(() => {
      waiting.scheduled = false;
      if (!this.#stopped.signal.aborted) this.#flush(gateway, waiting);
      if (waiting.numbers.length > 0) this.#schedule(gateway, waiting);
    });
  }

  #flush(gateway: string, waiting: Waiting): void {
    const ranges = rangesOf(waiting.numbers);
    if (ranges.length === 0) return;
    waiting.sentAt = this.#clock.monotonic();
    waiting.numbers = [];
    for (const [from, to] of ranges.slice(MOST_RANGES)) {
      for (let number = from; number <= to; number++) waiting.numbers.push(number);
    }
    const pairs = ranges.slice(0, MOST_RANGES).flat().map(BigInt);
    if (this.#send(gateway, BigUint64Array.from(pairs))) this.#sent++;
  }
}

/** Sorted, inclusive ranges over the numbers, repeated ones once. */
export function rangesOf(numbers: readonly number[]): [from: number, to: number][] {
  const ranges: [number, number][] = [];
  let last: [number, number] | undefined;
  for (const number of [...numbers].sort((a, b) => a - b)) {
    if (last && number <= last[1] + 1) last[1] = number;
    else ranges.push((last = [number, number]));
  }
  return ranges;
}
