import type { Payload } from './model.ts';

export interface EncodeOptions {
  /** Leave data types of metrics off the wire, as DATA and CMD messages should (default false). tck-id-payloads-metric-datatype-not-req */
  readonly omitDatatypes?: boolean;
}

/** Bytes of a payload. Throws SPARKPLUG_VALUE_TYPE, SPARKPLUG_VALUE_RANGE or SPARKPLUG_DATATYPE_UNKNOWN, naming the metric. */
export function encodePayload(payload: Payload, options: EncodeOptions = {}): Uint8Array {
  throw new Error(`not yet ${payload.metrics.length} ${String(options.omitDatatypes)}`);
}
