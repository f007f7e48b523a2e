import { byteWidth } from '../decode/bytes.ts';
import { within } from '../decode/scale.ts';
import type { DerivedMetric } from '../format/derived.ts';
import type { DeviceProfile, Metric } from '../format/profile.ts';
import type { MetricValue } from '../format/value.ts';
import { CounterSteps } from './counter-steps.ts';
import { Windows, type WindowSums } from './window.ts';

/** A reading of the metric that something is derived from. */
export type SourceReading<Reason extends string> = {
  /** Wall time, ms since the Unix epoch: it says which window the reading is in. */
  readonly at: number;
  /** Monotonic time, ms: rates are taken from it, so that no jump of the clock shows in them. */
  readonly uptime: number;
} & ({ readonly value: MetricValue } | { readonly reason: Reason });

export type DerivedValue<Reason extends string> =
  { readonly value: number } | { readonly reason: Reason | 'stale' | 'out_of_range' };

/** Computes one derived metric of one device. It has a state of its own, which a restart forgets. */
export interface Derivation<Reason extends string> {
  /** What a reading of the source yields; undefined while its window goes on. */
  take(reading: SourceReading<Reason>): DerivedValue<Reason> | undefined;
}

const perMs = { second: 1000, minute: 60_000, hour: 3_600_000 } as const;
/** Readings further apart than so many intervals are not compared. */
const GAP_INTERVALS = 3;
const SHORTEST_GAP_MS = 3000;

/** `intervalMs`: the interval at which the source is read here; 0 is as fast as possible. */
export function createDerivation<Reason extends string>(
  profile: DeviceProfile,
  derived: DerivedMetric,
  intervalMs: number,
): Derivation<Reason> {
  if (derived.kind !== 'rate') return new WindowDerivation(derived, intervalMs);
  const source = profile.metrics.find(({ name }) => name === derived.from);
  const gap = Math.max(GAP_INTERVALS * intervalMs, SHORTEST_GAP_MS);
  const steps = new CounterSteps(derived.wrap ?? (source && wrapOf(source)), gap);
  return derived.windowMs === undefined
    ? new RateDerivation(derived, steps)
    : new WindowRateDerivation(derived, steps, derived.windowMs);
}

/** How often a derived metric has a value, where its source is read at `intervalMs`. */
export function derivedIntervalMs({ windowMs }: DerivedMetric, intervalMs: number): number {
  return windowMs ?? intervalMs;
}

/** Where a counter starts at 0 again by the width of its integer; undefined where it has none. */
export function wrapOf(metric: Metric): number | undefined {
  const source = 'register' in metric ? metric.register : 'field' in metric ? metric.field : undefined;
  if (
    source?.type !== 'uint8' &&
    source?.type !== 'uint16' &&
    source?.type !== 'uint32' &&
    source?.type !== 'uint64'
  )
    return undefined;
  if ('bit' in source || 'mask' in source) return undefined;
  return 2 ** (8 * byteWidth(source.type, 0)) * Math.abs(source.scale ?? 1);
}

class RateDerivation<Reason extends string> implements Derivation<Reason> {
  readonly #derived: DerivedMetric;
  readonly #steps: CounterSteps;

  constructor(derived: DerivedMetric, steps: CounterSteps) {
    this.#derived = derived;
    this.#steps = steps;
  }

  take(reading: SourceReading<Reason>): DerivedValue<Reason> {
    if ('reason' in reading) return { reason: reading.reason };
    const step = this.#steps.next(reading.value, reading.uptime);
    return step ? result(this.#derived, rate(this.#derived, step.by, step.ms)) : { reason: 'stale' };
  }
}

class WindowRateDerivation<Reason extends string> implements Derivation<Reason> {
  readonly #derived: DerivedMetric;
  readonly #steps: CounterSteps;
  readonly #windows: Windows;
  readonly #leastMs: number;

  constructor(derived: DerivedMetric, steps: CounterSteps, windowMs: number) {
    this.#derived = derived;
    this.#steps = steps;
    this.#windows = new Windows(windowMs);
    this.#leastMs = shareOf(derived) * windowMs;
  }

  take(reading: SourceReading<Reason>): DerivedValue<Reason> | undefined {
    const ended = this.#windows.moveTo(reading.at);
    if ('value' in reading) {
      const step = this.#steps.next(reading.value, reading.uptime);
      if (step) this.#windows.open.add(step.by, step.ms);
    }
    if (ended === undefined) return undefined;
    if (ended === 'lost' || ended.ms === 0 || ended.ms < this.#leastMs) return { reason: 'stale' };
    return result(this.#derived, rate(this.#derived, ended.sum, ended.ms));
  }
}

class WindowDerivation<Reason extends string> implements Derivation<Reason> {
  readonly #derived: DerivedMetric;
  readonly #windows: Windows;
  readonly #least: number;

  constructor(derived: DerivedMetric, intervalMs: number) {
    this.#derived = derived;
    const { windowMs = intervalMs } = derived;
    this.#windows = new Windows(windowMs);
    const expected = intervalMs > 0 ? windowMs / intervalMs : 1;
    this.#least = Math.max(1, Math.floor(expected * shareOf(derived)));
  }

  take(reading: SourceReading<Reason>): DerivedValue<Reason> | undefined {
    const ended = this.#windows.moveTo(reading.at);
    const value = 'value' in reading ? Number(reading.value) : Number.NaN;
    if (Number.isFinite(value)) this.#windows.open.add(value);
    if (ended === undefined) return undefined;
    if (ended === 'lost' || ended.count < this.#least) return { reason: 'stale' };
    return result(this.#derived, statistic(this.#derived.kind, ended));
  }
}

function shareOf({ atLeast, kind }: DerivedMetric): number {
  return atLeast ?? (kind === 'sum' ? 0.9 : 0.5);
}

function rate({ per = 'second' }: DerivedMetric, by: number, ms: number): number {
  return (by / ms) * perMs[per];
}

function statistic(kind: DerivedMetric['kind'], { sum, count, min, max }: WindowSums): number {
  if (kind === 'min') return min;
  if (kind === 'max') return max;
  return kind === 'mean' ? sum / count : sum;
}

/** Scaled, as its datatype has it, and within its bounds. The noise of binary fractions is cut. */
function result<Reason extends string>(derived: DerivedMetric, raw: number): DerivedValue<Reason> {
  const value = Number((raw * (derived.scale ?? 1)).toPrecision(12));
  const whole = derived.datatype !== 'Double' && derived.datatype !== 'Float';
  const shown = whole ? Math.round(value) : value;
  return within(shown, derived) ? { value: shown } : { reason: 'out_of_range' };
}
