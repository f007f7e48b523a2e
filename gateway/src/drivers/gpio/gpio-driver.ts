import { encodeLevel, type GpioProfile, type MetricValue } from '@city-testbed/device-profiles';
import { gatewayError } from '../../errors.ts';
import type { ConfiguredDevice, DeviceMetric } from '../../model/device.ts';
import type { GpioPort } from '../../model/port.ts';
import { counting } from '../counters.ts';
import type { DeviceLink, Driver, Poll, Sample, Sampled, WriteOutcome } from '../driver.ts';
import type { DriverContext } from '../context.ts';
import type { OpenLine } from './line.ts';
import { Pin } from './pin.ts';

export function createGpioDriver(port: GpioPort, context: DriverContext, openLine: OpenLine): Driver {
  return new GpioDriver(port, context, openLine);
}

/** Levels and pulse counters on GPIO lines. Counts go with each sample, so that they are kept with it. */
export class GpioDriver implements Driver {
  readonly counters = counting();
  readonly #port: GpioPort;
  readonly #context: DriverContext;
  readonly #openLine: OpenLine;
  readonly #pins = new Map<string, Pin>();
  #open = false;

  constructor(port: GpioPort, context: DriverContext, openLine: OpenLine) {
    this.#port = port;
    this.#context = context;
    this.#openLine = openLine;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  async open(): Promise<void> {
    await this.close();
    try {
      for (const device of this.#context.devices) {
        if (device.definition.transport === 'gpio') this.#openPins(device, device.definition);
      }
      this.#open = true;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  close(): Promise<void> {
    for (const pin of this.#pins.values()) pin.close();
    this.#pins.clear();
    this.#open = false;
    return Promise.resolve();
  }

  link(device: ConfiguredDevice): DeviceLink {
    return {
      poll: (metrics: readonly DeviceMetric[]): Poll => ({ read: () => this.#read(device.id, metrics) }),
      write: (metric: string, value: MetricValue) => this.#write(`${device.id}/${metric}`, value),
    };
  }

  #openPins(device: ConfiguredDevice, profile: GpioProfile): void {
    const { clock, counters } = this.#context;
    for (const metric of profile.metrics) {
      const offset = device.pins[metric.name];
      if (offset === undefined) continue;
      const key = `${device.id}/${metric.name}`;
      const { mode, edge } = metric.pin;
      const line = this.#openLine({
        number: (this.#port.base ?? 0) + offset,
        direction: mode === 'output' ? 'out' : 'in',
        edge: mode === 'count' || mode === 'rate' ? edge : 'none',
      });
      this.#pins.set(key, new Pin(metric, line, clock, counters.counter(key)));
    }
  }

  async #read(device: string, metrics: readonly DeviceMetric[]): Promise<Sample> {
    const values: Sampled[] = [];
    const counts = new Map<string, number>();
    for (const [index, { name }] of metrics.entries()) {
      const key = `${device}/${name}`;
      const pin = this.#pins.get(key);
      if (!pin) continue;
      this.counters.requests += 1;
      values.push(await sampled(pin, index));
      if (pin.pulses !== undefined) counts.set(key, pin.pulses);
    }
    return { responded: true, values, ...(counts.size === 0 ? {} : { counters: counts }) };
  }

  async #write(key: string, value: MetricValue): Promise<WriteOutcome> {
    const pin = this.#pins.get(key);
    if (pin?.metric.pin.mode !== 'output') return { ok: false, reason: 'read_only' };
    const level = encodeLevel(pin.metric, value);
    if (level === undefined) return { ok: false, reason: 'wrong_type' };
    try {
      await pin.line.write(level);
      return { ok: true };
    } catch (error) {
      throw gatewayError('GATEWAY_PORT_LOST', `line of ${key}`, { cause: error });
    }
  }
}

async function sampled(pin: Pin, index: number): Promise<Sampled> {
  try {
    const result = await pin.read();
    return result.ok ? { index, value: result.value } : { index, reason: result.reason };
  } catch {
    // The line is gone, e.g. unexported by someone else.
    return { index, reason: 'no_response' };
  }
}
