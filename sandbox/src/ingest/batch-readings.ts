import type { ResolvedMetric } from '@city-testbed/sparkplug';
import type { CodedError } from '@city-testbed/runtime';
import type { Quality, Value } from '../contract/index.ts';
import { sandboxError } from '../errors.ts';
import { LAST_TIME, type IncomingBatch, type IncomingReading } from '../store/reading-store.ts';
import { BATCH, isMeasured } from './birth-record.ts';

/** What one DDATA gives to store. */
export interface BatchReadings {
  /** Its number, for the confirmation; null from an edge node that numbers nothing. */
  readonly number: number | null;
  /** At most two: what is live and what is late. */
  readonly batches: readonly IncomingBatch[];
  readonly readings: number;
  /** About what they take in memory. */
  readonly bytes: number;
  readonly faults: readonly CodedError[];
}

/** A box without a clock battery that never heard the time may send earlier ones. */
const PLAUSIBLE = Date.UTC(2000, 0, 1);
const DAY = 24 * 3_600_000;
const LONGEST_TEXT = 4096;
const READING_BYTES = 150;
const REASON = /^[\w.:-]{1,64}$/;
/** Values of the property Quality, as Ignition and others use them (protocol.md). */
const GOOD = 192;
const STALE = 500;

/**
 * The readings of a data message. One that cannot be stored is left out with a fault: the batch is confirmed all the
 * same, or the gateway would send it for ever. One whose time cannot be right is kept, with a fault: the clock that is
 * wrong may be this machine's own, and the gateway deletes what is confirmed. Throws SANDBOX_INGEST_BATCH_INVALID where the batch number is none.
 */
export function batchReadings(
  device: string,
  metrics: readonly ResolvedMetric[],
  receivedAt: number,
): BatchReadings {
  const live: IncomingReading[] = [];
  const late: IncomingReading[] = [];
  const faults: CodedError[] = [];
  let number: number | null = null;
  let bytes = 0;
  let odd: number | undefined;
  for (const metric of metrics) {
    if (metric.name === BATCH) number = batchNumber(metric);
    else if (!metric.isTransient && isMeasured(metric)) {
      const fault = faultOf(device, metric);
      if (fault) {
        faults.push(fault);
        continue;
      }
      if (metric.timestamp < PLAUSIBLE || metric.timestamp > receivedAt + DAY) odd ??= metric.timestamp;
      const reading = readingOf(metric);
      (metric.isHistorical ? late : live).push(reading);
      bytes += READING_BYTES + (typeof reading.value === 'string' ? reading.value.length : 0);
    }
  }
  if (odd !== undefined) faults.push(timeFault(device, odd, receivedAt));
  const batches: IncomingBatch[] = [];
  const shared = { device, receivedAt, source: 'live' } as const;
  if (late.length > 0) batches.push({ ...shared, historical: true, readings: late });
  if (live.length > 0) batches.push({ ...shared, historical: false, readings: live });
  return { number, batches, readings: late.length + live.length, bytes, faults };
}

function batchNumber({ value }: ResolvedMetric): number {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
  throw sandboxError(
    'SANDBOX_INGEST_BATCH_INVALID',
    `metric ${BATCH} is ${typeof value === 'number' ? value : typeof value}`,
  );
}

function readingOf({ name, value, timestamp, properties }: ResolvedMetric): IncomingReading {
  const stated = properties?.['Quality']?.value;
  const given = properties?.['QualityReason']?.value;
  const stored = plain(value);
  let quality: Quality = 'bad';
  if (stated === undefined || stated === null || Number(stated) === GOOD)
    quality = stored === null ? 'bad' : 'good';
  else if (Number(stated) === STALE) quality = 'stale';
  let reason: string | null = null;
  if (typeof given === 'string' && given !== '') reason = REASON.test(given) ? given : 'other';
  else if (quality !== 'good') reason = quality === 'stale' ? 'stale' : 'no_value';
  return { metric: name, value: stored, quality, reason, observedAt: Math.round(timestamp) };
}

/** One for the message: all its readings come by the same clock. */
function timeFault(device: string, odd: number, now: number): CodedError {
  const found = `${device}: observed ${new Date(odd).toISOString()}, received ${new Date(now).toISOString()}`;
  return sandboxError('SANDBOX_INGEST_TIME_ODD', found, { context: { device } });
}

function faultOf(device: string, { name, value, timestamp }: ResolvedMetric): CodedError | undefined {
  const found = !(timestamp >= 0 && Math.round(timestamp) < LAST_TIME)
    ? `time ${timestamp}`
    : typeof value === 'string' && value.length > LONGEST_TEXT
      ? `text of ${value.length} characters`
      : undefined;
  if (found === undefined) return undefined;
  return sandboxError('SANDBOX_INGEST_READING_INVALID', `${device}/${name}: ${found}`, {
    context: { device, metric: name },
  });
}

/** 64-bit integers past 2 ** 53 lose their last digits here; NaN and infinity are no values. */
function plain(value: ResolvedMetric['value']): Value {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'boolean' || typeof value === 'string' ? value : null;
}
