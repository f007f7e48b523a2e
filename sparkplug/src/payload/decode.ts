import type { PayloadLimits } from './limits.ts';
import type { DataType } from './datatype.ts';
import type { MetricValue, Payload } from './model.ts';

/**
 * Reads a payload that nobody vouches for. `limits` overrides single default limits.
 * Byte fields are copies; nothing in the result points into `bytes`.
 * Throws SPARKPLUG_PAYLOAD_MALFORMED, SPARKPLUG_PAYLOAD_TOO_LARGE, SPARKPLUG_VALUE_TYPE, SPARKPLUG_VALUE_RANGE
 * or SPARKPLUG_DATATYPE_UNKNOWN, and nothing else.
 */
export function decodePayload(bytes: Uint8Array, limits?: Partial<PayloadLimits>): Payload {
  throw new Error(`not yet ${bytes.length} ${String(limits?.bytes)}`);
}

/**
 * Gives the wire form of a metric that came without a data type the meaning of `datatype`, taken from its birth.
 * Throws SPARKPLUG_VALUE_TYPE or SPARKPLUG_VALUE_RANGE where the two do not agree.
 */
export function typedValue(
  wire: MetricValue,
  datatype: DataType,
  limits?: Partial<PayloadLimits>,
): MetricValue {
  throw new Error(`not yet ${typeof wire} ${datatype} ${String(limits?.bytes)}`);
}
