import type { Duplex } from 'node:stream';
import type { DecodedMetric, StreamDecoder } from '@city-testbed/device-profiles';
import { createFrameDecoder, createLineDecoder } from '@city-testbed/device-profiles/decode';
import { messageOf, type Clock } from '@city-testbed/runtime';
import { gatewayError } from '../../errors.ts';
import type { ConfiguredDevice, DeviceMetric } from '../../model/device.ts';
import type { SerialDevicePort } from '../../model/port.ts';
import { counting } from '../counters.ts';
import type { DeviceLink, Driver, Poll, WriteOutcome } from '../driver.ts';
import type { DriverContext } from '../context.ts';
import { closeStream, connectTcp, openSerial } from '../stream/connect.ts';
import { lineSettings, tcpAddress } from '../stream/line-settings.ts';
import { whenPluggedIn } from '../stream/presence.ts';
import { deviceBehind } from '../stream/serial-names.ts';
import { LatestValues, type Heard } from './latest-values.ts';
import { AskedPoll, StreamingPoll, type SerialSource } from './polls.ts';
import { WarmUp } from './warm-up.ts';

const CONNECT_TIMEOUT_MS = 3000;
const ANSWER_TIMEOUT_MS = 1000;

export function createSerialDriver(port: SerialDevicePort, context: DriverContext): Driver {
  return new SerialDriver(port, context);
}

export interface SerialDriverOptions {
  /** How often it is looked whether the adapter is still plugged in, or back. */
  readonly lookMs?: number;
}

/** A sensor that sends frames or lines on a serial line of its own, by itself or when asked. */
export class SerialDriver implements Driver, SerialSource {
  readonly counters = counting();
  readonly latest: LatestValues;
  readonly clock: Clock;
  readonly #port: SerialDevicePort;
  readonly #context: DriverContext;
  readonly #lookMs: number | undefined;
  #decoder: StreamDecoder | undefined;
  #warmUp: WarmUp | undefined;
  #stream: Duplex | undefined;
  #heard: (() => void) | undefined;
  #asked = false;
  #changed: ((change: 'lost' | 'back') => void) | undefined;
  #endWaiting: (() => void) | undefined;

  constructor(port: SerialDevicePort, context: DriverContext, { lookMs }: SerialDriverOptions = {}) {
    this.#port = port;
    this.#context = context;
    this.#lookMs = lookMs;
    this.clock = context.clock;
    this.latest = new LatestValues(context.clock.monotonic());
  }

  get isOpen(): boolean {
    return this.#stream !== undefined;
  }

  async open(): Promise<void> {
    await this.close();
    const address = tcpAddress(this.#port.path);
    const stream: Duplex = address ? await connectTcp(address, CONNECT_TIMEOUT_MS) : await this.#openLine();
    this.#stream = stream;
    this.#decoder?.reset();
    const now = this.clock.monotonic();
    this.latest.restart(now);
    // A replugged adapter has cut its sensor's power; a TCP connection says nothing of it.
    if (!address) this.#warmUp?.powered(now);
    let why = 'closed by the other side';
    stream.on('data', (bytes: Buffer) => this.#receive(bytes));
    stream.on('error', (error) => (why = messageOf(error)));
    stream.on('close', (fault?: unknown) => {
      if (this.#stream !== stream) return;
      this.#stream = undefined;
      const error = this.#lost(fault instanceof Error ? fault.message : why);
      this.#context.log.warn({ port: this.#port.id, ...error.toJSON() }, error.message);
      this.#heard?.();
      // A serial server may end an idle connection; the next poll makes a new one.
      if (!address) this.#changed?.('lost');
    });
  }

  async close(): Promise<void> {
    this.#endWaiting?.();
    this.#endWaiting = undefined;
    const stream = this.#stream;
    this.#stream = undefined;
    this.#heard?.();
    if (stream) await closeStream(stream);
  }

  onChange(listener: (change: 'lost' | 'back') => void): void {
    this.#changed = listener;
  }

  link({ definition }: ConfiguredDevice): DeviceLink {
    if (definition.transport !== 'serial-frame' && definition.transport !== 'serial-line') {
      throw gatewayError('GATEWAY_PORT_OPEN', `${definition.id} does not speak on a serial line`);
    }
    this.#decoder =
      definition.transport === 'serial-frame'
        ? createFrameDecoder(definition)
        : createLineDecoder(definition);
    const { request, warmUpMs } =
      definition.transport === 'serial-frame' ? definition.connection : { request: undefined, warmUpMs: 0 };
    this.#asked = request !== undefined;
    this.#warmUp = new WarmUp(
      { warmUpMs, silenceMs: definition.connection.silenceMs },
      this.clock.monotonic(),
    );
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
    if (!stream) throw this.#lost('it is not open');
    this.counters.requests += 1;
    this.#decoder?.reset();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.counters.timeouts += 1;
        this.#warmUp?.unanswered();
        resolve();
      }, timeoutMs);
      this.#heard = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#context.trace?.('out', request);
      stream.write(request);
    });
    this.#heard = undefined;
    this.assertOpen();
  }

  assertOpen(): void {
    if (!this.#stream) throw this.#lost('it is not open');
  }

  async #openLine(): Promise<Duplex> {
    const { path } = this.#port;
    const missing = deviceBehind(path) === undefined;
    try {
      return await openSerial(path, lineSettings(this.#port, this.#context.devices), this.#lookMs);
    } catch (error) {
      // It may have come back just now.
      if (missing || deviceBehind(path) === undefined) {
        this.#endWaiting = whenPluggedIn(path, () => this.#changed?.('back'), this.#lookMs);
      }
      throw error;
    }
  }

  #receive(bytes: Buffer): void {
    this.#context.trace?.('in', bytes);
    const events = this.#decoder?.push(bytes) ?? [];
    if (events.length === 0) return;
    const now = this.clock.monotonic();
    if (this.#asked && !this.#heard) {
      // Late, or sent by itself: it answers nothing.
      this.counters.strayFrames += events.length;
      return;
    }
    for (const event of events) {
      if (event.ok) {
        const early = this.#warmUp?.heard(now, this.#asked) ?? false;
        this.latest.take(early ? event.values.map(tooEarly) : event.values, now);
      } else {
        this.counters.checksumErrors += 1;
        this.latest.refuse(event.reason === 'checksum' ? 'checksum' : 'malformed');
      }
    }
    this.#heard?.();
  }

  #lost(why: string) {
    return gatewayError('GATEWAY_PORT_LOST', `${this.#port.path}: ${why}`);
  }
}

function tooEarly({ metric }: DecodedMetric): Heard {
  return { metric, result: { ok: false, reason: 'warming_up' } };
}
