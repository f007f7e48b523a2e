import type { ConfiguredDevice } from '../../model/device.ts';
import { registerCount } from '@city-testbed/device-profiles';
import type { Trace } from '../../drivers/context.ts';
import type { Port } from '../../model/port.ts';

/** Header of Modbus TCP before the unit id. */
const MBAP_BYTES = 6;
const MOST = 500;

export interface Frame {
  readonly direction: 'out' | 'in';
  readonly bytes: Uint8Array;
}

/** Keeps the frames that go by, the last few hundred of them. */
export class Exchanges {
  readonly #frames: Frame[] = [];

  readonly trace: Trace = (direction, bytes) => {
    this.#frames.push({ direction, bytes: Uint8Array.from(bytes) });
    if (this.#frames.length > MOST) this.#frames.shift();
  };

  /** The frames since the last call. */
  take(): readonly Frame[] {
    return this.#frames.splice(0);
  }
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');
}

/**
 * The bytes that each metric was decoded from, in hexadecimal, by metric: looked up in the answers to reads of
 * registers (functions 3 and 4). Frames that do not look like that are left out.
 */
export function registerBytes(
  { definition }: ConfiguredDevice,
  frames: readonly Frame[],
  kind: 'tcp' | 'rtu',
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (definition.transport !== 'modbus') return found;
  const skip = kind === 'tcp' ? MBAP_BYTES : 0;
  frames.forEach(({ direction, bytes }, index) => {
    const answer = frames[index + 1];
    if (direction !== 'out' || answer?.direction !== 'in') return;
    const request = Buffer.from(bytes).subarray(skip);
    const data = Buffer.from(answer.bytes).subarray(skip);
    const code = request[1];
    if (request.length < 6 || data[1] !== code || (code !== 3 && code !== 4)) return;
    const first = request.readUInt16BE(2);
    for (const metric of definition.metrics) {
      if (!('register' in metric)) continue;
      const { table, address } = metric.register;
      if (table !== (code === 3 ? 'holding' : 'input')) continue;
      const from = 3 + 2 * (address - first);
      const to = from + 2 * registerCount(metric);
      if (address >= first && to <= 3 + (data[2] ?? 0) && to <= data.length) {
        found.set(metric.name, hex(data.subarray(from, to)));
      }
    }
  });
  return found;
}

/** The exceptions of a gateway that does not reach the device. Modbus Application Protocol 1.1b3, section 7. */
const UNREACHED = [10, 11];

/** The exception with which a converter says last that it hears nothing from the unit behind it. */
export function converterException(frames: readonly Frame[], { kind }: Port): number | undefined {
  if (kind !== 'modbus-tcp') return undefined;
  const last = frames.findLast(({ direction }) => direction === 'in');
  const [, code = 0, exception = 0] = last?.bytes.subarray(MBAP_BYTES) ?? [];
  return code >= 0x80 && UNREACHED.includes(exception) ? exception : undefined;
}
