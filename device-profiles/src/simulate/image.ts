import { byteWidth } from '../decode/bytes.ts';
import { decodeRegisters, encodeRegisters, isBit, registerCount } from '../decode/registers.ts';
import type { ModbusMetric, ModbusTable } from '../format/modbus.ts';
import type { ModbusProfile } from '../format/profile.ts';
import type { MetricValue } from '../format/value.ts';

/** Exception codes (Modbus Application Protocol V1.1b3, chapter 7): address, value. */
export type ImageFault = 2 | 3;
export type ImageRead =
  { readonly ok: true; readonly words: number[] } | { readonly ok: false; readonly exception: ImageFault };
export type ImageWrite = { readonly ok: true } | { readonly ok: false; readonly exception: ImageFault };

/** What a device shows on its registers and bits, and takes from them. Words are 0..65535, bits 0 and 1. */
export interface ModbusImage {
  read(table: ModbusTable, address: number, quantity: number): ImageRead;
  /** All or nothing. A writable metric keeps what it was told. */
  write(table: ModbusTable, address: number, words: readonly number[]): ImageWrite;
}

/**
 * Puts the values of a profile's metrics on their registers. `show` is asked once for each metric that a read touches.
 * Addresses between metrics are readable (as zeros) where the profile's maxGap lets a gateway read across them, and
 * nowhere else; so a read that the profile forbids fails here as on the device.
 */
export function createModbusImage(
  profile: ModbusProfile,
  show: (metric: ModbusMetric) => MetricValue,
): ModbusImage {
  const written = new Map<string, MetricValue>();

  const wordsOf = (metric: ModbusMetric, base: readonly number[]): number[] => {
    const value = written.get(metric.name) ?? show(metric);
    const encoded = encodeRegisters(metric, value, base);
    if (encoded.ok) return encoded.words;
    const wrapped = encodeRegisters(metric, rolledOver(metric, value), base);
    return wrapped.ok ? wrapped.words : [...base];
  };

  return {
    read: (table, address, quantity) => {
      const most = isBit(table) ? profile.quirks.maxBits : profile.quirks.maxRegisters;
      if (quantity > most) return { ok: false, exception: 3 };
      if (!readable(profile, table, address, quantity)) return { ok: false, exception: 2 };
      const words = Array.from({ length: quantity }, () => 0);
      for (const metric of profile.metrics) {
        const count = registerCount(metric);
        const from = metric.register.address - address;
        if (metric.register.table !== table || from >= quantity || from + count <= 0) continue;
        const base = Array.from({ length: count }, (_, at) => words[from + at] ?? 0);
        wordsOf(metric, base).forEach((word, at) => {
          if (from + at >= 0 && from + at < quantity) words[from + at] = word;
        });
      }
      return { ok: true, words };
    },
    write: (table, address, words) => {
      const touched = profile.metrics.filter(
        (metric) =>
          metric.register.table === table &&
          metric.register.address < address + words.length &&
          metric.register.address + registerCount(metric) > address,
      );
      const everyOne = words.every((_, at) =>
        touched.some((metric) => metric.access === 'rw' && holds(metric, address + at)),
      );
      if (!everyOne) return { ok: false, exception: 2 };
      const changes = new Map<string, MetricValue>();
      for (const metric of touched.filter(({ access }) => access === 'rw')) {
        const now = wordsOf(
          metric,
          Array.from({ length: registerCount(metric) }, () => 0),
        );
        const next = now.map((word, at) => words[metric.register.address + at - address] ?? word);
        const decoded = decodeRegisters(metric, next);
        if (!decoded.ok) return { ok: false, exception: 3 };
        changes.set(metric.name, decoded.value);
      }
      for (const [name, value] of changes) written.set(name, value);
      return { ok: true };
    },
  };
}

function holds(metric: ModbusMetric, address: number): boolean {
  const first = metric.register.address;
  return first <= address && address < first + registerCount(metric);
}

/** Whether every address belongs to a metric, or to a gap that may be read across. */
function readable(profile: ModbusProfile, table: ModbusTable, address: number, quantity: number): boolean {
  const own = profile.metrics.filter(({ register }) => register.table === table);
  if (profile.quirks.alone) {
    return own.some((metric) => metric.register.address === address && registerCount(metric) === quantity);
  }
  for (let at = address; at < address + quantity; at++) {
    if (own.some((metric) => holds(metric, at))) continue;
    const before = Math.max(
      ...own.map((metric) => metric.register.address + registerCount(metric)).filter((end) => end <= at),
    );
    const after = Math.min(...own.map(({ register }) => register.address).filter((first) => first > at));
    if (!(after - before <= profile.quirks.maxGap)) return false;
  }
  return true;
}

/** A counter that outgrew its register starts again from zero, as on the device. */
function rolledOver({ register }: ModbusMetric, value: MetricValue): MetricValue {
  if (typeof value !== 'number' || !register.type.startsWith('uint')) return value;
  const span = 2 ** (byteWidth(register.type, 0) * 8) * Math.abs(register.scale ?? 1);
  return ((value % span) + span) % span;
}
