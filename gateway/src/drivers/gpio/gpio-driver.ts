import type { GpioMetric, MetricValue } from '@city-testbed/device-profiles';
import { encodeLevel } from '@city-testbed/device-profiles/decode';
import { gatewayError } from '../../errors.ts';
import type { ConfiguredDevice, DeviceMetric } from '../../model/device.ts';
import type { GpioPort } from '../../model/port.ts';
import { counting } from '../counters.ts';
import type { CounterMemory, DeviceLink, Driver, Poll, Sample, Sampled, WriteOutcome } from '../driver.ts';
import type { DriverContext } from '../context.ts';
import { linesOf, type Lines } from './chips.ts';
import { KeptPin } from './kept-pin.ts';
import type { OpenLine } from './line.ts';
import { counts } from './pin.ts';

/**
 * Counts as of the closing of a port. When one is closed and made anew, the memory may not have its last sample on disk
 * yet, and tells an older count.
 */
const countsAtClose = new WeakMap<CounterMemory, Map<string, number>>();

/** `sys` is where sysfs is mounted. */
export function createGpioDriver(
  port: GpioPort,
  context: DriverContext,
  openLine: OpenLine,
  sys = '/sys',
): Driver {
  return new GpioDriver(port, context, openLine, sys);
}

/**
 * Levels and pulse counters on GPIO lines. Counts go with each sample, so that they are kept with it; a process that
 * is killed loses the pulses since its last sample that is on disk. A line that fails costs the others nothing.
 */
export class GpioDriver implements Driver {
  readonly counters = counting();
  readonly #port: GpioPort;
  readonly #context: DriverContext;
  readonly #openLine: OpenLine;
  readonly #sys: string;
  readonly #pins = new Map<string, KeptPin>();
  #lines: Lines = { base: 0 };
  #open = false;

  constructor(port: GpioPort, context: DriverContext, openLine: OpenLine, sys = '/sys') {
    this.#port = port;
    this.#context = context;
    this.#openLine = openLine;
    this.#sys = sys;
    for (const device of context.devices) this.#addPins(device);
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** The lines that do not work, while others do. */
  get fault(): string | undefined {
    const faults = [...this.#pins.values()].flatMap(({ key, fault }) =>
      fault === undefined ? [] : [`${key}: ${fault}`],
    );
    return this.#open && faults.length > 0 ? faults.join('; ') : undefined;
  }

  /** Throws GATEWAY_GPIO_LINE where the chip is not there, or none of the lines can be used. */
  async open(): Promise<void> {
    await this.close();
    this.#lines = linesOf(this.#port, this.#sys);
    const pins = [...this.#pins.values()];
    for (const pin of pins) await pin.open();
    if (pins.length > 0 && pins.every(({ fault }) => fault !== undefined)) {
      const faults = [...new Set(pins.map(({ fault }) => fault))];
      for (const pin of pins) pin.close();
      throw gatewayError('GATEWAY_GPIO_LINE', `none of them works: ${faults.join('; ')}`);
    }
    this.#open = true;
  }

  close(): Promise<void> {
    const counts = countsAtClose.get(this.#context.counters) ?? new Map<string, number>();
    countsAtClose.set(this.#context.counters, counts);
    for (const pin of this.#pins.values()) {
      if (pin.pulses !== undefined) counts.set(pin.key, pin.pulses);
      pin.close();
    }
    this.#open = false;
    return Promise.resolve();
  }

  link(device: ConfiguredDevice): DeviceLink {
    return {
      poll: (metrics: readonly DeviceMetric[]): Poll => this.#poll(device.id, metrics),
      write: (metric: string, value: MetricValue) => this.#write(`${device.id}/${metric}`, value),
    };
  }

  #addPins({ id, definition, metrics, pins }: ConfiguredDevice): void {
    if (definition.transport !== 'gpio') return;
    const { clock, counters, log } = this.#context;
    const read = new Set(metrics.map(({ name }) => name));
    for (const metric of definition.metrics) {
      const offset = pins[metric.name];
      if (offset === undefined || !read.has(metric.name)) continue;
      const key = `${id}/${metric.name}`;
      this.#pins.set(
        key,
        new KeptPin({
          key,
          metric,
          openLine: () => this.#openAt(offset, metric),
          pulses: Math.max(counters.counter(key), countsAtClose.get(counters)?.get(key) ?? 0),
          retryMaxMs: this.#port.retryMaxMs,
          clock,
          log,
        }),
      );
    }
  }

  #openAt(offset: number, metric: GpioMetric) {
    const { base, lines, label = 'the chip' } = this.#lines;
    if (lines !== undefined && offset >= lines) {
      throw gatewayError(
        'GATEWAY_GPIO_LINE',
        `pin ${String(offset)}: ${label} has the lines 0 to ${String(lines - 1)}`,
      );
    }
    return this.#openLine({
      number: base + offset,
      direction: metric.pin.mode === 'output' ? 'out' : 'in',
      edge: counts(metric) ? 'both' : 'none',
    });
  }

  #poll(device: string, metrics: readonly DeviceMetric[]): Poll {
    const kept = metrics.map(({ name }) => this.#pins.get(`${device}/${name}`));
    let sampled: Counts = new Map();
    const read = async (wanted: (pin: KeptPin) => boolean): Promise<Sample> => {
      const values: Sampled[] = [];
      const pulses: Counts = new Map();
      for (const [index, pin] of kept.entries()) {
        if (!pin || !wanted(pin)) continue;
        this.counters.requests += 1;
        const result = await pin.read();
        values.push(result.ok ? { index, value: result.value } : { index, reason: result.reason });
        if (pin.pulses !== undefined) pulses.set(pin.key, pin.pulses);
      }
      sampled = pulses;
      return { responded: true, values, ...(pulses.size === 0 ? {} : { counters: pulses }) };
    };
    return {
      read: () => read(() => true),
      last: () => {
        const isNew = (pin: KeptPin): boolean =>
          pin.metric.pin.mode === 'count' && pin.pulses !== sampled.get(pin.key);
        return kept.some((pin) => pin !== undefined && isNew(pin)) ? read(isNew) : Promise.resolve(undefined);
      },
    };
  }

  async #write(key: string, value: MetricValue): Promise<WriteOutcome> {
    const pin = this.#pins.get(key);
    if (pin?.metric.pin.mode !== 'output') return { ok: false, reason: 'read_only' };
    const level = encodeLevel(pin.metric, value);
    if (level === undefined) return { ok: false, reason: 'wrong_type' };
    return (await pin.write(level)) ? { ok: true } : { ok: false, reason: 'no_response' };
  }
}

type Counts = Map<string, number>;
