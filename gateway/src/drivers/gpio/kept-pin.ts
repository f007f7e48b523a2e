import type { Decoded, GpioMetric } from '@city-testbed/device-profiles';
import { isCoded, messageOf, type Clock, type Logger } from '@city-testbed/runtime';
import { gatewayError } from '../../errors.ts';
import type { Line } from './line.ts';
import { counts, Pin } from './pin.ts';

const FIRST_RETRY_MS = 1000;

export interface KeptPinOptions {
  /** `<device>/<metric>` */
  readonly key: string;
  readonly metric: GpioMetric;
  /** Throws GATEWAY_GPIO_LINE. */
  readonly openLine: () => Line;
  /** Pulses that were kept from before the process started. */
  readonly pulses: number;
  readonly retryMaxMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

type Read = Decoded | { readonly ok: false; readonly reason: 'no_response' };
const noResponse: Read = { ok: false, reason: 'no_response' };

/** One metric's line for as long as its port lives: opened, lost, tried again. Its count outlives the line. */
export class KeptPin {
  readonly metric: GpioMetric;
  readonly key: string;
  readonly #options: KeptPinOptions;
  #pin: Pin | undefined;
  #pulses: number;
  #fault: string | undefined;
  #tries = 0;
  #retryAt = Number.NEGATIVE_INFINITY;

  constructor(options: KeptPinOptions) {
    this.#options = options;
    this.metric = options.metric;
    this.key = options.key;
    this.#pulses = options.pulses;
  }

  /** Why there is no value of it; undefined while it works. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** What has to survive a restart; undefined for levels. */
  get pulses(): number | undefined {
    return counts(this.metric) ? (this.#pin?.pulses ?? this.#pulses) : undefined;
  }

  /** Opens the line, unless it was tried just now. It never throws: `fault` says what is wrong. */
  async open(): Promise<void> {
    const { openLine, clock, log, metric, key } = this.#options;
    if (this.#pin || clock.monotonic() < this.#retryAt) return;
    let line: Line | undefined;
    try {
      line = openLine();
      // Before the edges are watched: a read hides the edge before it.
      const level = counts(metric) ? await line.read() : undefined;
      this.#pin = new Pin(metric, line, clock, this.#pulses, level);
      if (this.#fault !== undefined) log.info({ metric: key }, `the line of ${key} works again`);
      this.#fault = undefined;
      this.#tries = 0;
    } catch (error) {
      line?.close();
      this.#fail(error);
    }
  }

  async read(): Promise<Read> {
    await this.open();
    const pin = this.#pin;
    if (!pin) return noResponse;
    try {
      if (!pin.line.inPlace()) throw gatewayError('GATEWAY_GPIO_LINE', 'another program took the line away');
      return await pin.read();
    } catch (error) {
      this.close();
      this.#fail(error);
      return noResponse;
    }
  }

  /** False: the line does not work. */
  async write(level: 0 | 1): Promise<boolean> {
    await this.open();
    if (!this.#pin) return false;
    try {
      await this.#pin.line.write(level);
      return true;
    } catch (error) {
      this.close();
      this.#fail(error);
      return false;
    }
  }

  /** Also tries at once again, when it is opened next. */
  close(): void {
    this.#pulses = this.pulses ?? 0;
    this.#pin?.line.close();
    this.#pin = undefined;
    this.#tries = 0;
    this.#retryAt = Number.NEGATIVE_INFINITY;
  }

  #fail(error: unknown): void {
    const { clock, log, key, retryMaxMs } = this.#options;
    const message = messageOf(error);
    if (message !== this.#fault) {
      log.warn({ metric: key, ...(isCoded(error) ? error.toJSON() : { err: error }) }, message);
    }
    this.#fault = message;
    this.#retryAt = clock.monotonic() + Math.min(retryMaxMs, FIRST_RETRY_MS * 2 ** Math.min(this.#tries, 20));
    this.#tries += 1;
  }
}
