// Bytes to values and back, and metrics that are computed from others: all of it pure. Imported as
// @city-testbed/device-profiles/decode by a process that has its profiles already and needs no schema or YAML library.
export { decodeRegisters, encodeRegisters, registerCount, type Encoded } from './decode/registers.ts';
export type { Decoded, DecodedMetric, EncodeFailure } from './decode/outcome.ts';
export {
  decodeRead,
  mergeReads,
  planReads,
  planWrite,
  splitRead,
  type ReadRequest,
  type WriteRequest,
} from './decode/reads.ts';
export { isSameValue } from './decode/same-value.ts';
export type { StreamCounters, StreamDecoder, StreamEvent } from './decode/stream.ts';
export { createFrameDecoder } from './decode/frames.ts';
export { createLineDecoder } from './decode/lines.ts';
export {
  createPulseCounter,
  decodeLevel,
  decodePulses,
  decodeRate,
  encodeLevel,
  type PulseCounter,
} from './decode/pulses.ts';

// Metrics that are computed from others
export {
  createDerivation,
  derivedIntervalMs,
  type Derivation,
  type DerivedValue,
  type SourceReading,
} from './derive/derivation.ts';
