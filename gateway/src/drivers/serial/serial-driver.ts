import type { Duplex } from 'node:stream';
import { createFrameDecoder, createLineDecoder, type StreamDecoder } from '@city-testbed/device-profiles';
import type { Clock } from '@city-testbed/runtime';
import { gatewayError } from '../../errors.ts';
import type { ConfiguredDevice, DeviceMetric } from '../../model/device.ts';
import type { SerialDevicePort } from '../../model/port.ts';
import { counting } from '../counters.ts';
import type { DeviceLink, Driver, Poll, WriteOutcome } from '../driver.ts';
import type { DriverContext } from '../context.ts';
import { connectTcp, endStream, openSerial } from '../stream/connect.ts';
import { lineSettings, tcpAddress } from '../stream/line-settings.ts';
import { LatestValues } from './latest-values.ts';
import { AskedPoll, StreamingPoll, type SerialSource } from './polls.ts';

const CONNECT_TIMEOUT_MS = 3000;
const ANSWER_TIMEOUT_MS = 1000;

export function createSerialDriver(port: SerialDevicePort, context: DriverContext): Driver {
  return new SerialDriver(port, context);
}

/** A sensor that sends frames or lines on a serial line of its own, by itself or when asked. */
export class SerialDriver implements Driver, SerialSource {
  readonly counters = counting();
  readonly latest: LatestValues;
  readonly clock: Clock;
  readonly #port: SerialDevicePort;
  readonly #context: DriverContext;
  #decoder: StreamDecoder | undefined;
  #stream: Duplex | undefined;
  #heard: (() => void) | undefined;

  constructor(port: SerialDevicePort, context: DriverContext) {
    this.#port = port;
    this.#context = context;
    this.clock = context.clock;
    this.latest = new LatestValues(context.clock.monotonic());
  }

  get isOpen(): boolean {
    return this.#stream !== undefined;
  }

  async open(): Promise<void> {
    await this.close();
    const address = tcpAddress(this.#port.path);
    const stream: Duplex = address
      ? await connectTcp(address, CONNECT_TIMEOUT_MS)
      : await openSerial(this.#port.path, lineSettings(this.#port, this.#context.devices));
    this.#stream = stream;
    this.#decoder?.reset();
    this.latest.restart(this.clock.monotonic());
    stream.on('data', (bytes: Buffer) => this.#receive(bytes));
    stream.on('error', (error) =>
      this.#context.log.warn({ err: error, port: this.#port.id }, 'serial line failed'),
    );
    stream.on('close', () => {
      if (this.#stream === stream) this.#stream = undefined;
      this.#heard?.();
    });
  }

  close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    if (stream) endStream(stream);
    return Promise.resolve();
  }

  link({ definition }: ConfiguredDevice): DeviceLink {
    if (definition.transport !== 'serial-frame' && definition.transport !== 'serial-line') {
      throw gatewayError('GATEWAY_PORT_OPEN', `${definition.id} does not speak on a serial line`);
    }
    this.#decoder =
      definition.transport === 'serial-frame'
        ? createFrameDecoder(definition)
        : createLineDecoder(definition);
    const request = definition.transport === 'serial-frame' ? definition.connection.request : undefined;
    const timeoutMs = this.#port.timeoutMs ?? ANSWER_TIMEOUT_MS;
    const { silenceMs } = definition.connection;
    return {
      poll: (metrics: readonly DeviceMetric[]): Poll =>
        request === undefined
          ? new StreamingPoll(metrics, this, silenceMs)
          : new AskedPoll(metrics, this, Buffer.from(request.replaceAll(/\s/g, ''), 'hex'), timeoutMs),
      write: (): Promise<WriteOutcome> => Promise.resolve({ ok: false, reason: 'read_only' }),
    };
  }

  /** Sends bytes and waits for the next frame, good or bad, or until the time is over. */
  async ask(request: Buffer, timeoutMs: number): Promise<void> {
    const stream = this.#stream;
    if (!stream) throw this.#lost();
    this.counters.requests += 1;
    this.#decoder?.reset();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.counters.timeouts += 1;
        resolve();
      }, timeoutMs);
      this.#heard = () => {
        clearTimeout(timer);
        resolve();
      };
      stream.write(request);
    });
    this.#heard = undefined;
    this.assertOpen();
  }

  assertOpen(): void {
    if (!this.#stream) throw this.#lost();
  }

  #receive(bytes: Buffer): void {
    const events = this.#decoder?.push(bytes) ?? [];
    for (const event of events) {
      const now = this.clock.monotonic();
      if (event.ok) this.latest.take(event.values, now);
      else {
        this.counters.checksumErrors += 1;
        this.latest.refuse(event.reason === 'checksum' ? 'checksum' : 'malformed', now);
      }
    }
    if (events.length > 0) this.#heard?.();
  }

  #lost(): Error {
    return gatewayError('GATEWAY_PORT_LOST', this.#port.path);
  }
}
