import { planReads, type ModbusProfile } from '@city-testbed/device-profiles';
import { frameSilenceMs, lineSettings } from '../../drivers/stream/line-settings.ts';
import type { ConfiguredDevice } from '../../model/device.ts';
import type { Port, ModbusPort } from '../../model/port.ts';
import { note, warning, type Finding, type Subject } from './finding.ts';

/** What a device takes before it answers. The specification names no figure; field devices take 5 to 50 ms. */
const ANSWER_MS = 20;
/** A request and its answer over a network of the site. */
const NETWORK_MS = 10;
/** Past this, one device that does not answer, or a few commands, make the others late. */
const FULL_PERCENT = 80;

/** How busy a bus would be, and how long it hangs on one device. */
export interface BusLoad {
  readonly port: string;
  /** Time under way of all requests, by the time there is. Intervals of 0 take what is left and are not counted. */
  readonly percent: number;
  /** Longest time-out of a device, ms. */
  readonly timeoutMs: number;
  /** Shortest interval on the bus that is not 0, ms; undefined where there is none. */
  readonly shortestMs: number | undefined;
}

/** Bus load of every Modbus port, as warnings where it is too much and notes where it is not. */
export function checkBusLoad({ inspected }: Subject): Finding[] {
  const { ports, devices } = inspected.plan;
  return ports.flatMap((port, index) => {
    const load = busLoad(
      port,
      devices.filter((device) => device.port === port.id),
    );
    return load ? findings(load, `ports.${String(index)}`) : [];
  });
}

function findings({ port, percent, timeoutMs, shortestMs }: BusLoad, path: string): Finding[] {
  const busy = `port ${port} would be busy ${percent < 1 ? 'less than 1' : percent.toFixed(0)} %`;
  const found =
    percent >= FULL_PERCENT
      ? [
          warning(
            path,
            busy,
            'longer intervals, fewer metrics, or a faster line; polls are skipped and counted',
          ),
        ]
      : [note(path, busy, `up to ${String(FULL_PERCENT)} % leaves room for devices that do not answer`)];
  if (shortestMs !== undefined && timeoutMs > shortestMs) {
    const late = `one device that does not answer holds port ${port} up for ${String(timeoutMs)} ms, but something is due every ${String(shortestMs)} ms`;
    found.push(warning(path, late, 'a shorter timeoutMs, or a longer interval'));
  }
  return found;
}

/** Undefined for ports on which nothing is asked for. */
export function busLoad(port: Port, devices: readonly ConfiguredDevice[]): BusLoad | undefined {
  if (port.kind === 'serial' || port.kind === 'gpio') return undefined;
  let percent = 0;
  let timeoutMs = 0;
  const intervals: number[] = [];
  for (const device of devices) {
    const { definition } = device;
    if (definition.transport !== 'modbus') continue;
    timeoutMs = Math.max(timeoutMs, port.timeoutMs ?? definition.connection.timeoutMs);
    const groups = new Map<number, Set<string>>();
    for (const { name, intervalMs } of device.metrics) {
      groups.set(intervalMs, (groups.get(intervalMs) ?? new Set()).add(name));
    }
    for (const [intervalMs, names] of groups) {
      if (intervalMs === 0) continue;
      intervals.push(intervalMs);
      percent += (100 * pollMs(port, devices, definition, names)) / intervalMs;
    }
  }
  return {
    port: port.id,
    percent,
    timeoutMs,
    shortestMs: intervals.length > 0 ? Math.min(...intervals) : undefined,
  };
}

/** Time that reading the metrics takes, ms. */
function pollMs(
  port: ModbusPort,
  devices: readonly ConfiguredDevice[],
  profile: ModbusProfile,
  names: ReadonlySet<string>,
): number {
  const reads = planReads(
    profile,
    profile.metrics.filter(({ name }) => names.has(name)),
  );
  const pauseMs = profile.quirks.pauseMs;
  if (port.kind !== 'modbus-rtu') return reads.length * (NETWORK_MS + pauseMs);
  const line = lineSettings(port, devices);
  const parityBits = line.parity === 'none' ? 0 : 1;
  const byteMs = ((1 + line.dataBits + parityBits + line.stopBits) * 1000) / line.baudRate;
  const silenceMs = frameSilenceMs(line.baudRate);
  // A request has 8 bytes and an answer 5 around its values (Modbus over Serial Line V1.02, chapter 2.5.1).
  return reads.reduce((sum, { functionCode, quantity }) => {
    const values = functionCode <= 2 ? Math.ceil(quantity / 8) : 2 * quantity;
    return sum + (13 + values) * byteMs + ANSWER_MS + silenceMs + Math.max(silenceMs, pauseMs);
  }, 0);
}
