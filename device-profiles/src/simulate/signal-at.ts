import type { DeviceProfile, Metric } from '../format/profile.ts';
import type { Signal } from '../format/signal.ts';
import type { MetricValue } from '../format/value.ts';
import { counterAt } from './counter.ts';
import { localTime } from './local-time.ts';
import { jitter, wander } from './noise.ts';
import { isOccupied } from './occupancy.ts';
import { rushHour } from './rush-hour.ts';
import { isDark, sunElevation } from './sun.ts';

/** How much of the noise is the instrument's own, and moves from one reading to the next. */
const jitterShare = 0.15;

export interface SignalContext {
  /** Signals that replace those of the profile, by metric. */
  readonly signals?: Readonly<Record<string, Signal>>;
  /** How often the metric was read before: for counters `per: read`. Default 0. */
  readonly reads?: number;
  /** When the simulator started, in ms since the epoch: for counters `since: start`. Default 2025-01-01. */
  readonly startedAt?: number;
}

const minuteMs = 60_000;

/**
 * What a simulated device shows for a metric at a time (ms since the epoch). Pure: the same profile, metric, seed and
 * time always give the same value, so history made ahead and values polled live come from one curve.
 * Clamped to the metric's min and max, and whole where its datatype is. A metric without a signal, or that the profile
 * has not, is zero, false or empty.
 */
export function signalAt(
  profile: DeviceProfile,
  metric: string,
  seed: number,
  time: number,
  context: SignalContext = {},
): MetricValue {
  const known = (profile.metrics as readonly Metric[]).find(({ name }) => name === metric);
  const signal = context.signals?.[metric] ?? profile.simulate?.signals[metric];
  if (!known || !signal) return zeroOf(known);
  const value = valueOf(signal, seed, metric, time, context);
  return typeof value === 'number' ? shaped(known, value) : value;
}

function valueOf(
  signal: Signal,
  seed: number,
  name: string,
  time: number,
  context: SignalContext,
): number | boolean | string {
  const noisy = (amplitude: number, minutes = 7): number =>
    amplitude === 0
      ? 0
      : amplitude *
        ((1 - jitterShare) * wander(seed, name, time, minutes * minuteMs) +
          jitterShare * jitter(seed, name, time));
  switch (signal.kind) {
    case 'constant':
      return signal.value;
    case 'noise':
      return signal.mean + noisy(signal.amplitude, signal.periodMinutes);
    case 'daily': {
      const angle = ((localTime(time).hour - signal.peakHour) / 12) * Math.PI;
      return signal.mean + signal.amplitude * Math.cos(angle) + noisy(signal.noise, 40);
    }
    case 'sun': {
      const height = Math.max(0, sunElevation(time));
      const clouds = (signal.clouds * (1 + wander(seed, name, time, 35 * minuteMs))) / 2;
      return signal.night + (signal.peak - signal.night) * height * (1 - clouds);
    }
    case 'dark':
      return (isDark(time) ? signal.on : signal.off) + noisy(signal.noise);
    case 'rush_hour': {
      const { hour, weekday } = localTime(time);
      const { morning, evening, widthHours, weekend } = signal;
      const traffic = rushHour(hour, weekday, morning, evening, widthHours, weekend);
      return signal.base + signal.peak * traffic + noisy(signal.noise, 25);
    }
    case 'counter':
      return counterAt(signal, seed, name, time, {
        reads: context.reads ?? 0,
        startedAt: context.startedAt ?? Date.UTC(2025, 0, 1),
      });
    case 'occupancy':
      return (isOccupied(signal, seed, name, time) ? signal.occupied : signal.free) + noisy(signal.noise, 3);
  }
}

function shaped(metric: Metric, value: number): number {
  const clamped = Math.min(metric.max ?? Infinity, Math.max(metric.min ?? -Infinity, value));
  const whole = metric.datatype !== 'Float' && metric.datatype !== 'Double';
  return whole ? Math.round(clamped) : Number(clamped.toPrecision(9));
}

function zeroOf(metric: Metric | undefined): MetricValue {
  if (metric?.datatype === 'Boolean') return false;
  if (metric?.datatype === 'String') return '';
  return Math.max(0, metric?.min ?? 0);
}
