import { sparkplugError } from '../errors.ts';
import { defaultPayloadLimits, type PayloadLimits } from './limits.ts';
import { fromComposite, readMetric } from './read-metric.ts';
import { dateLimit, fromWire, memberFor } from './scalar.ts';
import { WireReader } from './wire-reader.ts';
import type { DataType } from './datatype.ts';
import type { Metric, MetricValue, Payload } from './model.ts';

/**
 * Reads a payload that nobody vouches for. `limits` overrides single default limits.
 * Byte fields are copies; nothing in the result points into `bytes`.
 * Throws SPARKPLUG_PAYLOAD_MALFORMED, SPARKPLUG_PAYLOAD_TOO_LARGE, SPARKPLUG_VALUE_TYPE, SPARKPLUG_VALUE_RANGE
 * or SPARKPLUG_DATATYPE_UNKNOWN, and nothing else.
 */
export function decodePayload(bytes: Uint8Array, limits?: Partial<PayloadLimits>): Payload {
  const reader = readerOf(bytes, limits);
  const metrics: Metric[] = [];
  const payload: { -readonly [key in keyof Payload]: Payload[key] } = { metrics };
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x12) metrics.push(readMetric(reader, 0));
    else if (tag === 0x08) payload.timestamp = reader.safeInteger('timestamp', dateLimit);
    else if (tag === 0x18) payload.seq = reader.safeInteger('seq', 255);
    else if (tag === 0x22) payload.uuid = reader.string();
    else if (tag === 0x2a) payload.body = reader.bytes();
    else reader.skip(tag, 5);
  }
  return payload;
}

/**
 * Gives the wire form of a metric that came without a data type the meaning of `datatype`, taken from its birth.
 * Throws SPARKPLUG_VALUE_TYPE, SPARKPLUG_VALUE_RANGE or SPARKPLUG_PAYLOAD_* where the two do not agree.
 */
export function typedValue(
  wire: MetricValue,
  datatype: DataType,
  limits?: Partial<PayloadLimits>,
): MetricValue {
  if (typeof wire !== 'object') return fromWire(memberFor(wire, datatype), wire, datatype);
  return fromComposite(readerOf(new Uint8Array(0), limits), wire, datatype);
}

function readerOf(bytes: Uint8Array, limits: Partial<PayloadLimits> | undefined): WireReader {
  const all = limits ? { ...defaultPayloadLimits, ...limits } : defaultPayloadLimits;
  if (bytes.length > all.bytes) {
    throw sparkplugError('SPARKPLUG_PAYLOAD_TOO_LARGE', `${bytes.length} bytes, limit ${all.bytes}`);
  }
  return new WireReader(bytes, all);
}
