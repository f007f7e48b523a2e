import type { ModbusMetric, ModbusTable } from '../format/modbus.ts';
import type { ModbusProfile } from '../format/profile.ts';
import type { MetricValue } from '../format/value.ts';
import type { Decoded, EncodeFailure } from './registers.ts';

/** One Modbus read: `quantity` registers (FC03, FC04) or bits (FC01, FC02) from the 0-based `address`. */
export interface ReadRequest {
  readonly functionCode: 1 | 2 | 3 | 4;
  readonly table: ModbusTable;
  readonly address: number;
  readonly quantity: number;
  readonly metrics: readonly ModbusMetric[];
}

/** A value that was read, or why it could not be had. */
export interface DecodedMetric {
  readonly metric: string;
  readonly result: Decoded;
}

/** One Modbus write. `values` are register words, or 0 and 1 for coils. */
export interface WriteRequest {
  readonly functionCode: 5 | 6 | 15 | 16;
  readonly address: number;
  readonly values: readonly number[];
}

/**
 * The fewest reads that fetch the metrics (default: all of the profile), neighbours merged within the
 * profile's quirks (maxRegisters, maxBits, maxGap, alone). Ordered by table and address.
 */
export function planReads(profile: ModbusProfile, metrics?: readonly ModbusMetric[]): ReadRequest[] {
  void profile;
  void metrics;
  throw new Error('to come');
}

/**
 * Halves a read that the device refused (exception 02 or 03), so that one bad register costs only itself.
 * Undefined where one metric is left: then that metric is the bad one.
 */
export function splitRead(request: ReadRequest): readonly [ReadRequest, ReadRequest] | undefined {
  void request;
  throw new Error('to come');
}

/** All values of a read. `words`: the registers, or the bits as 0 and 1 or booleans, from `request.address` on. */
export function decodeRead(request: ReadRequest, words: ArrayLike<number | boolean>): DecodedMetric[] {
  void request;
  void words;
  throw new Error('to come');
}

/**
 * The write that sets a metric: FC05 or FC15 for coils, FC06 or FC16 for holding registers.
 * Refused where the metric is `ro` or the value does not fit. Where the metric shares its register with others
 * (`bit`, `mask`, `byte`), `base` must be what the register holds now.
 */
export function planWrite(
  profile: ModbusProfile,
  metric: ModbusMetric,
  value: MetricValue,
  base?: ArrayLike<number>,
):
  | { readonly ok: true; readonly request: WriteRequest }
  | { readonly ok: false; readonly reason: EncodeFailure | 'read_only' } {
  void profile;
  void metric;
  void value;
  void base;
  throw new Error('to come');
}
