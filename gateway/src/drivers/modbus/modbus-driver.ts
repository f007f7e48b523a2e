import type { MetricValue } from '@city-testbed/device-profiles';
import type { Clock } from '@city-testbed/runtime';
import { gatewayError } from '../../errors.ts';
import type { ConfiguredDevice, DeviceMetric } from '../../model/device.ts';
import type { ModbusPort } from '../../model/port.ts';
import { counting } from '../counters.ts';
import type { DeviceLink, Driver, Poll, WriteOutcome } from '../driver.ts';
import type { DriverContext } from '../context.ts';
import { connectTcp, openSerial } from '../stream/connect.ts';
import { frameSilenceMs, lineSettings } from '../stream/line-settings.ts';
import { ModbusConnection, type Reply, type Send } from './connection.ts';
import { MbapPort } from './mbap-port.ts';
import { ModbusPoll } from './poll.ts';
import { RtuPort } from './rtu-port.ts';
import { writeMetric } from './write.ts';

const CONNECT_TIMEOUT_MS = 3000;
/** A stream on which nothing at all was heard for so long, over so many requests, is taken for half-open. */
const DEAF_MS = 30_000;
const DEAF_REQUESTS = 5;

/** A device's own pace and patience. */
export interface Manners {
  readonly timeoutMs: number;
  readonly pauseMs: number;
}

export function createModbusDriver(port: ModbusPort, context: DriverContext): Driver {
  return new ModbusDriver(port, context);
}

/** Modbus TCP, RTU and RTU over TCP on modbus-serial's client. */
export class ModbusDriver implements Driver {
  readonly counters = counting();
  readonly #port: ModbusPort;
  readonly #context: DriverContext;
  readonly #clock: Clock;
  readonly #silenceMs: number;
  #connection: ModbusConnection | undefined;
  #quietFrom = 0;
  #heardAt = 0;
  #unheard = 0;

  constructor(port: ModbusPort, context: DriverContext) {
    this.#port = port;
    this.#context = context;
    this.#clock = context.clock;
    this.#silenceMs =
      port.kind === 'modbus-rtu' ? frameSilenceMs(lineSettings(port, context.devices).baudRate) : 0;
  }

  get isOpen(): boolean {
    return this.#connection !== undefined && !this.#connection.closed;
  }

  async open(): Promise<void> {
    await this.close();
    const port = this.#port;
    const stream =
      port.kind === 'modbus-rtu'
        ? await openSerial(port.path, lineSettings(port, this.#context.devices))
        : await connectTcp(port, CONNECT_TIMEOUT_MS);
    const framing = port.kind === 'modbus-tcp' ? MbapPort : RtuPort;
    this.#connection = new ModbusConnection(stream, new framing(stream, this.counters), this.counters);
    const delays = this.#context.devices.map(({ definition }) =>
      definition.transport === 'modbus' ? definition.quirks.connectDelayMs : 0,
    );
    this.#quietFrom = this.#clock.monotonic() + Math.max(0, ...delays);
    this.#heardAt = this.#clock.monotonic();
    this.#unheard = 0;
  }

  close(): Promise<void> {
    this.#connection?.close();
    this.#connection = undefined;
    return Promise.resolve();
  }

  link(device: ConfiguredDevice): DeviceLink {
    const profile = device.definition;
    if (profile.transport !== 'modbus') {
      throw gatewayError('GATEWAY_PORT_OPEN', `${device.id} does not speak Modbus`);
    }
    const manners: Manners = {
      timeoutMs: this.#port.timeoutMs ?? profile.connection.timeoutMs,
      pauseMs: profile.quirks.pauseMs,
    };
    const request = (send: Send): Promise<Reply> => this.#request(send, manners);
    return {
      poll: (metrics: readonly DeviceMetric[]): Poll =>
        new ModbusPoll(profile, device.unit, metrics, request),
      write: (metric: string, value: MetricValue): Promise<WriteOutcome> =>
        writeMetric(profile, device.unit, metric, value, request),
    };
  }

  async #request(send: Send, { timeoutMs, pauseMs }: Manners): Promise<Reply> {
    const wait = this.#quietFrom - this.#clock.monotonic();
    if (wait > 0) await this.#clock.sleep(wait);
    const connection = this.#connection;
    if (!connection) throw gatewayError('GATEWAY_PORT_LOST', 'it is not open');
    const reply = await connection.request(send, timeoutMs);
    const pause = Math.max(pauseMs, this.#silenceMs);
    const now = this.#clock.monotonic();
    if (pause > 0) this.#quietFrom = now + pause;
    this.#listen(connection, reply, now);
    return reply;
  }

  /** Finds out a TCP link whose other end is gone without a word. A dead device among live ones never gets here. */
  #listen(connection: ModbusConnection, reply: Reply, now: number): void {
    if (reply.ok || reply.reason !== 'no_response') {
      this.#heardAt = now;
      this.#unheard = 0;
      return;
    }
    this.#unheard += 1;
    const deaf = this.#unheard >= DEAF_REQUESTS && now - this.#heardAt > DEAF_MS;
    if (deaf && this.#port.kind !== 'modbus-rtu') connection.close();
  }
}
