import { LAST_TIME, type IncomingBatch, type IncomingReading } from './reading-store.ts';
import { sandboxError } from '../errors.ts';
import { BOOLEAN, HISTORICAL, MOST_REASONS, qualityBits, REASON_SHIFT, sourceBits } from './reading-flags.ts';

/** One append on its way to the writer thread: columns instead of objects, moved without copying. */
export interface Packet {
  /** Names that this packet uses for the first time; each takes the next number, from 0. */
  readonly newSeries: readonly (readonly [device: string, metric: string])[];
  /** As newSeries; the first reason has number 1. */
  readonly newReasons: readonly string[];
  /** Where each batch begins among the readings. */
  readonly starts: Uint32Array;
  /** Received, ms, of each batch. */
  readonly received: Float64Array;
  readonly series: Uint32Array;
  readonly observed: Float64Array;
  /** NaN stands for null and for a text. */
  readonly numbers: Float64Array;
  readonly flags: Uint32Array;
  /** Text values by the index of their reading. */
  readonly texts: ReadonlyMap<number, string>;
}

const LONGEST_NAME = 512;
const LONGEST_TEXT = 4096;

/** Numbers names once, so that no string crosses to the writer thread twice. */
export class PacketEncoder {
  readonly #series = new Map<string, Map<string, number>>();
  readonly #reasons = new Map<string, number>();
  #seriesCount = 0;
  #newSeries: (readonly [string, string])[] = [];
  #newReasons: string[] = [];

  /** Throws SANDBOX_STORE_READING_INVALID; then nothing of the call is stored. */
  encode(batches: readonly IncomingBatch[]): Packet {
    const size = countReadings(batches);
    const starts = new Uint32Array(batches.length);
    const received = new Float64Array(batches.length);
    const series = new Uint32Array(size);
    const observed = new Float64Array(size);
    const numbers = new Float64Array(size).fill(NaN);
    const flags = new Uint32Array(size);
    const texts = new Map<number, string>();
    let at = 0;
    for (const [index, batch] of batches.entries()) {
      checkTime(batch.receivedAt, batch);
      starts[index] = at;
      received[index] = batch.receivedAt;
      const shared = sourceBits(batch.source) | (batch.historical ? HISTORICAL : 0);
      const metrics = this.#metricsOf(batch.device);
      for (const reading of batch.readings) {
        checkTime(reading.observedAt, batch, reading);
        series[at] = metrics.get(reading.metric) ?? this.#number(batch.device, metrics, reading.metric);
        observed[at] = reading.observedAt;
        let bits = shared | qualityBits(reading.quality);
        if (reading.reason !== null) bits |= this.#reason(reading.reason) << REASON_SHIFT;
        const { value } = reading;
        if (typeof value === 'number') {
          if (!Number.isFinite(value)) throw invalid(batch, reading, 'value is not a finite number');
          numbers[at] = value;
        } else if (typeof value === 'boolean') {
          numbers[at] = value ? 1 : 0;
          bits |= BOOLEAN;
        } else if (value !== null) {
          if (value.length > LONGEST_TEXT)
            throw invalid(batch, reading, `text of ${value.length} characters`);
          texts.set(at, value);
        }
        flags[at] = bits;
        at++;
      }
    }
    const newSeries = this.#newSeries;
    const newReasons = this.#newReasons;
    this.#newSeries = [];
    this.#newReasons = [];
    return { newSeries, newReasons, starts, received, series, observed, numbers, flags, texts };
  }

  #metricsOf(device: string): Map<string, number> {
    let metrics = this.#series.get(device);
    if (!metrics) this.#series.set(device, (metrics = new Map<string, number>()));
    return metrics;
  }

  #number(device: string, metrics: Map<string, number>, metric: string): number {
    if (device === '' || metric === '' || device.length > LONGEST_NAME || metric.length > LONGEST_NAME) {
      throw sandboxError(
        'SANDBOX_STORE_READING_INVALID',
        `name of ${device.length} and ${metric.length} characters`,
      );
    }
    const number = this.#seriesCount++;
    metrics.set(metric, number);
    this.#newSeries.push([device, metric]);
    return number;
  }

  #reason(text: string): number {
    const known = this.#reasons.get(text);
    if (known !== undefined) return known;
    const reason = this.#reasons.size >= MOST_REASONS - 1 || text.length > LONGEST_NAME ? 'other' : text;
    let number = this.#reasons.get(reason);
    if (number === undefined) {
      number = this.#reasons.size + 1;
      this.#reasons.set(reason, number);
      this.#newReasons.push(reason);
    }
    return number;
  }
}

export function countReadings(batches: readonly IncomingBatch[]): number {
  let count = 0;
  for (const batch of batches) count += batch.readings.length;
  return count;
}

/** The buffers of a packet, to be moved to the other thread. */
export function buffersOf(packet: Packet): ArrayBuffer[] {
  const columns = [
    packet.starts,
    packet.received,
    packet.series,
    packet.observed,
    packet.numbers,
    packet.flags,
  ];
  return columns.map((column) => column.buffer as ArrayBuffer);
}

function checkTime(time: number, batch: IncomingBatch, reading?: IncomingReading): void {
  if (Number.isSafeInteger(time) && time >= 0 && time < LAST_TIME) return;
  throw invalid(batch, reading, `time ${time}`);
}

function invalid(batch: IncomingBatch, reading: IncomingReading | undefined, found: string): Error {
  const where = reading === undefined ? batch.device : `${batch.device}/${reading.metric}`;
  return sandboxError('SANDBOX_STORE_READING_INVALID', `${where}: ${found}`, {
    context: { device: batch.device, metric: reading?.metric },
  });
}
