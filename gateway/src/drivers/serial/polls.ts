import type { Clock } from '@city-testbed/runtime';
import type { DeviceMetric } from '../../model/device.ts';
import type { BadReason } from '../../model/reading.ts';
import type { Poll, Sample, Sampled } from '../driver.ts';
import type { LatestValues } from './latest-values.ts';

/** What the polls see of the driver. */
export interface SerialSource {
  readonly latest: LatestValues;
  readonly clock: Clock;
  ask(request: Buffer, timeoutMs: number): Promise<void>;
  /** Throws GATEWAY_PORT_LOST. */
  assertOpen(): void;
}

/** A sensor that sends by itself: the last values since the poll before, or nothing while it is not yet silent too long. */
export class StreamingPoll implements Poll {
  readonly #metrics: readonly DeviceMetric[];
  readonly #source: SerialSource;
  readonly #silenceMs: number;
  #seen = 0;

  constructor(metrics: readonly DeviceMetric[], source: SerialSource, silenceMs: number) {
    this.#metrics = metrics;
    this.#source = source;
    this.#silenceMs = silenceMs;
  }

  read(): Promise<Sample | undefined> {
    this.#source.assertOpen();
    const { latest, clock } = this.#source;
    const now = clock.monotonic();
    const seen = this.#seen;
    const sample = fresh(this.#metrics, latest, seen);
    this.#seen = latest.mark;
    if (sample) return Promise.resolve(sample);
    const refused = latest.refusedAfter(seen);
    if (refused !== undefined) return Promise.resolve(failed(this.#metrics, refused, true));
    if (latest.silentFor(now) < this.#silenceMs) return Promise.resolve(undefined);
    // It costs nobody anything to look again at the next slot, so this is no reason to look less often.
    return Promise.resolve(failed(this.#metrics, 'no_response', true));
  }
}

/** A sensor that answers a request. */
export class AskedPoll implements Poll {
  readonly #metrics: readonly DeviceMetric[];
  readonly #source: SerialSource;
  readonly #request: Buffer;
  readonly #timeoutMs: number;

  constructor(metrics: readonly DeviceMetric[], source: SerialSource, request: Buffer, timeoutMs: number) {
    this.#metrics = metrics;
    this.#source = source;
    this.#request = request;
    this.#timeoutMs = timeoutMs;
  }

  async read(): Promise<Sample> {
    const { latest } = this.#source;
    const seen = latest.mark;
    await this.#source.ask(this.#request, this.#timeoutMs);
    const refused = latest.refusedAfter(seen);
    return (
      fresh(this.#metrics, latest, seen) ??
      failed(this.#metrics, refused ?? 'no_response', refused !== undefined)
    );
  }
}

function fresh(metrics: readonly DeviceMetric[], latest: LatestValues, seen: number): Sample | undefined {
  const values: Sampled[] = [];
  let observedAt = Number.NEGATIVE_INFINITY;
  metrics.forEach(({ name }, index) => {
    const value = latest.after(name, seen);
    if (!value) return;
    const { result, at } = value;
    values.push(result.ok ? { index, value: result.value } : { index, reason: result.reason });
    observedAt = Math.max(observedAt, at);
  });
  return values.length === 0 ? undefined : { responded: true, values, observedAt };
}

function failed(metrics: readonly DeviceMetric[], reason: BadReason, responded: boolean): Sample {
  return { responded, values: metrics.map((_, index) => ({ index, reason })) };
}
