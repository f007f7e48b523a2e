import { isCoded } from '@city-testbed/runtime';
import { sparkplugError, type SparkplugCode } from '../errors.ts';
import { dateLimit } from './scalar.ts';
import { WireWriter } from './wire-writer.ts';
import { writeCount, writeMetric } from './write-metric.ts';
import type { Metric, Payload } from './model.ts';

export interface EncodeOptions {
  /** Leave data types of metrics off the wire, as DATA and CMD messages should (default false). tck-id-payloads-metric-datatype-not-req */
  readonly omitDatatypes?: boolean;
  /**
   * The field for UInt32 values. `long_value` (default) is what Eclipse Tahu, Ignition and `sparkplug-payload` write and
   * read; `int_value` is what the specification says. Our decoder takes both. docs/adr/004-sparkplug-codec.md
   */
  readonly uint32?: 'long_value' | 'int_value';
}

/** One for all: encoding is synchronous, and what it gives out is a copy. */
const writer = new WireWriter();

/**
 * Bytes of a payload. Throws SPARKPLUG_VALUE_TYPE, SPARKPLUG_VALUE_RANGE or SPARKPLUG_DATATYPE_UNKNOWN, naming the metric.
 * A caller's own nesting is not measured; the caller knows what it builds.
 */
export function encodePayload(payload: Payload, options: EncodeOptions = {}): Uint8Array {
  const form = { datatypes: options.omitDatatypes !== true, longUInt32: options.uint32 !== 'int_value' };
  const { timestamp, seq, uuid, body, metrics } = payload;
  writer.reset();
  if (timestamp !== undefined) writeCount(writer, 0x08, timestamp, dateLimit, 'timestamp');
  let current: Metric | undefined;
  try {
    for (const metric of metrics) {
      current = metric;
      writer.byte(0x12);
      writeMetric(writer, metric, form);
    }
  } catch (error) {
    throw named(error, current);
  }
  if (seq !== undefined) writeCount(writer, 0x18, seq, 255, 'seq');
  if (uuid !== undefined) {
    writer.byte(0x22);
    if (!writer.string(uuid)) throw sparkplugError('SPARKPLUG_VALUE_TYPE', 'the uuid is not Unicode text');
  }
  if (body !== undefined) {
    writer.byte(0x2a);
    writer.bytes(body);
  }
  return writer.finish();
}

/** The same error, with the metric that it is about. */
function named(error: unknown, metric: Metric | undefined): unknown {
  if (!isCoded(error) || !metric) return error;
  const which = metric.name ?? `alias ${metric.alias ?? 'unknown'}`;
  const detail = error.message.slice(error.message.indexOf(': ') + 2);
  return sparkplugError(error.code as SparkplugCode, `metric ${which}: ${detail}`, {
    context: { metric: which },
    cause: error,
  });
}
