import type { ModbusMetric, ModbusTable } from '../format/modbus.ts';
import type { ModbusProfile } from '../format/profile.ts';
import type { MetricValue } from '../format/value.ts';
import type { DecodedMetric, EncodeFailure } from './outcome.ts';
import { decodeRegisters, encodeRegisters, isBit, registerCount } from './registers.ts';

/** Limits of one read (Modbus Application Protocol V1.1b3, chapters 6.1 to 6.4). */
export const maxRegistersPerRead = 125;
export const maxBitsPerRead = 2000;

/** One Modbus read: `quantity` registers (FC03, FC04) or bits (FC01, FC02) from the 0-based `address`. */
export interface ReadRequest {
  readonly functionCode: 1 | 2 | 3 | 4;
  readonly table: ModbusTable;
  readonly address: number;
  readonly quantity: number;
  readonly metrics: readonly ModbusMetric[];
}

/**
 * Limits of one write of holding registers: FC16 (chapter 6.12), and FC23, which has to carry the address of a read
 * too (chapter 6.17).
 */
export const maxRegistersPerWrite = 123;
export const maxRegistersPerReadWrite = 121;

/** One Modbus write. `values` are register words, or 0 and 1 for coils. FC23 reads back what it writes. */
export interface WriteRequest {
  readonly functionCode: 5 | 6 | 15 | 16 | 23;
  readonly address: number;
  readonly values: readonly number[];
}

const readCodes = { coil: 1, discrete: 2, holding: 3, input: 4 } as const;

/**
 * The fewest reads that fetch the metrics (default: all of the profile), neighbours merged within the
 * profile's quirks (maxRegisters, maxBits, maxGap, alone). Ordered by table and address.
 */
export function planReads(
  profile: ModbusProfile,
  metrics: readonly ModbusMetric[] = profile.metrics,
): ReadRequest[] {
  const { quirks } = profile;
  const reads: ReadRequest[] = [];
  const ordered = [...metrics].sort(
    (a, b) =>
      readCodes[a.register.table] - readCodes[b.register.table] || a.register.address - b.register.address,
  );
  for (const metric of ordered) {
    const last = reads.at(-1);
    const merged = last && !quirks.alone ? span([...last.metrics, metric]) : undefined;
    if (last && merged && last.table === merged.table && fits(profile, last, metric, merged.quantity)) {
      reads[reads.length - 1] = merged;
    } else reads.push(span([metric]));
  }
  return reads;
}

/**
 * Halves a read that the device refused (exception 02 or 03), so that one bad register costs only itself.
 * Undefined where one metric is left: then that metric is the bad one.
 */
export function splitRead(request: ReadRequest): readonly [ReadRequest, ReadRequest] | undefined {
  if (request.metrics.length < 2) return undefined;
  const middle = Math.ceil(request.metrics.length / 2);
  return [span(request.metrics.slice(0, middle)), span(request.metrics.slice(middle))];
}

/**
 * The one read in place of two, `first` the lower one. Undefined where the profile's quirks forbid it, or where it would
 * cover a range that the device is known to refuse.
 */
export function mergeReads(
  profile: ModbusProfile,
  first: ReadRequest,
  second: ReadRequest,
  refused: readonly ReadRequest[],
): ReadRequest | undefined {
  if (profile.quirks.alone || first.table !== second.table) return undefined;
  const merged = span([...first.metrics, ...second.metrics]);
  if (second.address - (first.address + first.quantity) > profile.quirks.maxGap) return undefined;
  if (merged.quantity > mostPerRead(profile, merged.table)) return undefined;
  return refused.some((range) => covers(merged, range)) ? undefined : merged;
}

/** All values of a read. `words`: the registers, or the bits as 0 and 1 or booleans, from `request.address` on. */
export function decodeRead(request: ReadRequest, words: ArrayLike<number | boolean>): DecodedMetric[] {
  const numbers = Array.from(words, Number).slice(0, request.quantity);
  return request.metrics.map((metric) => {
    const at = metric.register.address - request.address;
    const own = numbers.slice(at, at + registerCount(metric));
    return { metric: metric.name, result: decodeRegisters(metric, own) };
  });
}

/**
 * The write that sets a metric: FC05 or FC15 for coils, FC06, FC16 or FC23 for holding registers.
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
  const { table, address } = metric.register;
  if (metric.access === 'ro' || table === 'discrete' || table === 'input') {
    return { ok: false, reason: 'read_only' };
  }
  const encoded = encodeRegisters(metric, value, base);
  if (!encoded.ok) return encoded;
  const single = encoded.words.length === 1 && !profile.quirks.writeMultiple;
  const register = profile.quirks.readBack === 'fc23' ? 23 : single ? 6 : 16;
  const functionCode = table === 'coil' ? (single ? 5 : 15) : register;
  return { ok: true, request: { functionCode, address, values: encoded.words } };
}

/** The one read that covers metrics of one table. */
function span(metrics: readonly ModbusMetric[]): ReadRequest {
  const first = metrics[0];
  if (!first) throw new RangeError('a read needs a metric');
  const { table } = first.register;
  const address = Math.min(...metrics.map(({ register }) => register.address));
  const end = Math.max(...metrics.map((metric) => metric.register.address + registerCount(metric)));
  return { functionCode: readCodes[table], table, address, quantity: end - address, metrics };
}

function fits(profile: ModbusProfile, last: ReadRequest, metric: ModbusMetric, quantity: number): boolean {
  const { quirks } = profile;
  if (metric.register.table !== last.table) return false;
  const gap = metric.register.address - (last.address + last.quantity);
  return gap <= quirks.maxGap && quantity <= mostPerRead(profile, last.table);
}

/** Registers or bits that one read may ask for. */
function mostPerRead({ quirks }: ModbusProfile, table: ModbusTable): number {
  return isBit(table)
    ? Math.min(quirks.maxBits, maxBitsPerRead)
    : Math.min(quirks.maxRegisters, maxRegistersPerRead);
}

function covers(outer: ReadRequest, inner: ReadRequest): boolean {
  return (
    outer.table === inner.table &&
    outer.address <= inner.address &&
    outer.address + outer.quantity >= inner.address + inner.quantity
  );
}
