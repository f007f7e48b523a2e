import { createLogger, systemClock, type Clock } from '@city-testbed/runtime';
import type { Driver, Sample } from '../drivers/driver.ts';
import type { DriverContext } from '../drivers/context.ts';
import { createModbusDriver, type OpenStream } from '../drivers/modbus/modbus-driver.ts';
import { connectTcp } from '../drivers/stream/connect.ts';
import type { ConfiguredDevice } from '../model/device.ts';
import type { ModbusPort } from '../model/port.ts';
import { BrokenPeer, type Asked, type Deed, type Framing } from './broken-peer.ts';

export interface BenchOptions {
  readonly framing?: Framing;
  readonly deed?: (asked: Asked, nth: number) => Deed;
  readonly devices: readonly ConfiguredDevice[];
  readonly timeoutMs?: number;
  readonly retries?: number;
  readonly clock?: Clock;
  readonly trace?: NonNullable<DriverContext['trace']>;
  /** The port is a serial line at this speed, of which the peer is the other end. */
  readonly baudRate?: number;
}

/** A peer and the gateway's own driver, connected to it. */
export interface Bench {
  readonly peer: BrokenPeer;
  readonly driver: Driver;
  stop(): Promise<void>;
}

/** Short, because the tests wait for it; long enough for a busy machine to answer within. */
const TIMEOUT_MS = 250;

export async function modbusBench(options: BenchOptions): Promise<Bench> {
  const { framing = 'tcp', deed, devices, timeoutMs = TIMEOUT_MS, clock = systemClock } = options;
  const peer = await new BrokenPeer(framing, deed).start();
  const common = {
    id: 'port-1',
    timeoutMs,
    retryMaxMs: 1000,
    ...(options.retries === undefined ? {} : { retries: options.retries }),
  };
  const address = { host: '127.0.0.1', port: peer.port };
  const line: OpenStream = () => connectTcp(address, 3000);
  const port: ModbusPort =
    options.baudRate === undefined
      ? { ...common, ...address, kind: framing === 'tcp' ? 'modbus-tcp' : 'modbus-rtu-over-tcp' }
      : { ...common, kind: 'modbus-rtu', path: '/dev/null', baudRate: options.baudRate };
  const context = {
    clock,
    log: createLogger({ name: 'test', level: 'silent' }),
    counters: { counter: () => 0 },
    devices,
    ...(options.trace ? { trace: options.trace } : {}),
  };
  const driver =
    options.baudRate === undefined
      ? createModbusDriver(port, context)
      : createModbusDriver(port, context, line);
  await driver.open();
  return {
    peer,
    driver,
    stop: async () => {
      await driver.close();
      await peer.stop();
    },
  };
}

/** Values of a sample in the order of its metrics; a reason where there is no value. */
export function valuesOf(sample: Sample | undefined): unknown[] {
  const found = [...(sample?.values ?? [])].sort((a, b) => a.index - b.index);
  return found.map((value) => ('value' in value ? value.value : value.reason));
}
