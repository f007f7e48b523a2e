import type { Duplex } from 'node:stream';
import type { MetricValue } from '@city-testbed/device-profiles';
import type { Clock } from '@city-testbed/runtime';
import { gatewayError } from '../../errors.ts';
import type { ConfiguredDevice, DeviceMetric } from '../../model/device.ts';
import type { ModbusPort } from '../../model/port.ts';
import { counting } from '../counters.ts';
import type { DeviceLink, Driver, Identity, Poll, WriteOutcome } from '../driver.ts';
import type { DriverContext } from '../context.ts';
import { connectTcp, openSerial } from '../stream/connect.ts';
import { frameSilenceMs, lineSettings } from '../stream/line-settings.ts';
import { ModbusConnection, type Patience, type Reply, type Send } from './connection.ts';
import { identifyUnit } from './identify.ts';
import { MbapPort } from './mbap-port.ts';
import { ModbusPoll, type Station } from './poll.ts';
import { RtuPort } from './rtu-port.ts';
import { writeMetric } from './write.ts';

const CONNECT_TIMEOUT_MS = 3000;
/** A stream on which nothing at all was heard for so long, over so many requests, is taken for half-open. */
const DEAF_MS = 30_000;
const DEAF_REQUESTS = 5;
/** Start bit, eight data bits, parity or a second stop bit, stop bit: Modbus over Serial Line V1.02, 2.5.1. */
const BITS_PER_BYTE = 11;

/** A device's own pace and patience. */
export interface Manners extends Patience {
  readonly pauseMs: number;
  /** A unit whose late answers could be taken for those of the next request. */
  readonly unit?: number;
}

/** Opens the stream of a port. Throws GATEWAY_PORT_OPEN. */
export type OpenStream = (port: ModbusPort, context: DriverContext) => Promise<Duplex>;

export function createModbusDriver(
  port: ModbusPort,
  context: DriverContext,
  openStream: OpenStream = openPort,
): Driver {
  return new ModbusDriver(port, context, openStream);
}

function openPort(port: ModbusPort, { devices }: DriverContext): Promise<Duplex> {
  return port.kind === 'modbus-rtu'
    ? openSerial(port.path, lineSettings(port, devices))
    : connectTcp(port, CONNECT_TIMEOUT_MS);
}

/** Modbus TCP, RTU and RTU over TCP on modbus-serial's client. */
export class ModbusDriver implements Driver {
  readonly counters = counting();
  readonly #port: ModbusPort;
  readonly #context: DriverContext;
  readonly #openStream: OpenStream;
  readonly #clock: Clock;
  readonly #silenceMs: number;
  readonly #byteMs: number;
  #connection: ModbusConnection | undefined;
  #closing = new AbortController();
  /** The requests before: whoever comes next waits for them. */
  #turn: Promise<unknown> = Promise.resolve();
  #quietFrom = 0;
  /** RTU has no transaction ids: a unit that did not answer may still be about to. */
  #owing: { readonly unit: number; readonly until: number } | undefined;
  /** When a byte was last seen on the line. */
  #byteAt = Number.NEGATIVE_INFINITY;
  #heardAt = 0;
  #unheard = 0;

  constructor(port: ModbusPort, context: DriverContext, openStream: OpenStream) {
    this.#port = port;
    this.#openStream = openStream;
    this.#context = context;
    this.#clock = context.clock;
    const baudRate = port.kind === 'modbus-rtu' ? lineSettings(port, context.devices).baudRate : undefined;
    this.#silenceMs = baudRate === undefined ? 0 : frameSilenceMs(baudRate);
    this.#byteMs = baudRate === undefined ? 0 : (BITS_PER_BYTE * 1000) / baudRate;
  }

  get isOpen(): boolean {
    return this.#connection !== undefined && !this.#connection.closed;
  }

  async open(): Promise<void> {
    await this.close();
    const port = this.#port;
    const stream = await this.#openStream(port, this.#context);
    const framing = port.kind === 'modbus-tcp' ? MbapPort : RtuPort;
    const frames = new framing(stream, this.counters, this.#context.trace);
    this.#connection = new ModbusConnection(stream, frames, this.counters, this.#byteMs);
    if (this.#silenceMs > 0) stream.on('data', () => (this.#byteAt = this.#clock.monotonic()));
    this.#closing = new AbortController();
    this.#quietFrom = this.#clock.monotonic() + this.#longest('connectDelayMs');
    this.#owing = undefined;
    this.#heardAt = this.#clock.monotonic();
    this.#unheard = 0;
  }

  close(): Promise<void> {
    this.#closing.abort();
    this.#connection?.close();
    this.#connection = undefined;
    return Promise.resolve();
  }

  link(device: ConfiguredDevice): DeviceLink {
    const profile = device.definition;
    if (profile.transport !== 'modbus') {
      throw gatewayError('GATEWAY_PORT_OPEN', `${device.id} does not speak Modbus`);
    }
    const port = this.#port;
    const manners: Manners = {
      timeoutMs: port.timeoutMs ?? profile.connection.timeoutMs,
      pauseMs: profile.quirks.pauseMs,
      anyUnit: profile.quirks.anyUnit,
      unit: device.unit,
    };
    const request = (send: Send): Promise<Reply> => this.#request(send, manners);
    // Over TCP nothing is lost on the way that the transport would not send again.
    const retries = port.retries ?? (port.kind === 'modbus-tcp' ? 0 : 1);
    const station: Station = { unit: device.unit, request, clock: this.#clock, retries, answered: false };
    return {
      poll: (metrics: readonly DeviceMetric[]): Poll => new ModbusPoll(profile, metrics, station),
      write: (metric: string, value: MetricValue): Promise<WriteOutcome> =>
        writeMetric(profile, device.unit, metric, value, request),
    };
  }

  identify(unit: number, timeoutMs: number): Promise<Identity> {
    const known = this.#context.devices.find((device) => device.unit === unit)?.definition;
    const anyUnit = known?.transport === 'modbus' && known.quirks.anyUnit;
    // Each of its requests has a function of its own: no late answer of one fits another.
    const manners: Manners = { timeoutMs, pauseMs: this.#longest('pauseMs'), anyUnit };
    return identifyUnit(unit, (send) => this.#request(send, manners));
  }

  /** One request at a time, in the order in which they were asked for. */
  #request(send: Send, manners: Manners): Promise<Reply> {
    const turn = this.#turn.then(() => this.#exchange(send, manners));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #exchange(send: Send, manners: Manners): Promise<Reply> {
    await this.#untilQuiet(manners);
    const connection = this.#connection;
    if (!connection) throw gatewayError('GATEWAY_PORT_LOST', 'it is not open');
    const reply = await connection.request(send, manners);
    const now = this.#clock.monotonic();
    this.#quietFrom = now + Math.max(manners.pauseMs, this.#silenceMs);
    const { unit } = manners;
    const silent = !reply.ok && reply.reason === 'no_response' && this.#port.kind !== 'modbus-tcp';
    if (silent && unit !== undefined) this.#owing = { unit, until: now + manners.timeoutMs };
    this.#listen(connection, reply, now);
    return reply;
  }

  /**
   * Waits for pauses, for the late answer of a unit that owes one, and for the end of what is still being sent on the
   * line; for that not longer than the time-out, or a babbler would stop everything.
   */
  async #untilQuiet({ timeoutMs, unit }: Manners): Promise<void> {
    const { signal } = this.#closing;
    const began = this.#clock.monotonic();
    for (let now = began; !signal.aborted; now = this.#clock.monotonic()) {
      const silent = now - began < timeoutMs ? this.#byteAt + this.#silenceMs : now;
      const owed = unit !== undefined && this.#owing?.unit === unit ? this.#owing.until : now;
      const wait = Math.max(this.#quietFrom, silent, owed) - now;
      if (wait <= 0) return;
      await this.#clock.sleep(wait, signal);
    }
  }

  #longest(quirk: 'connectDelayMs' | 'pauseMs'): number {
    const all = this.#context.devices.map(({ definition }) =>
      definition.transport === 'modbus' ? definition.quirks[quirk] : 0,
    );
    return Math.max(0, ...all);
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
    if (deaf && this.#port.kind !== 'modbus-rtu') connection.close('nothing was heard on it');
  }
}
