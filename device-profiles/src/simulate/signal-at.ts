import type { DeviceProfile } from '../format/profile.ts';
import type { Signal } from '../format/signal.ts';
import type { MetricValue } from '../format/value.ts';

export interface SignalContext {
  /** Signals that replace those of the profile, by metric. */
  readonly signals?: Readonly<Record<string, Signal>>;
  /** How often the metric was read before: for counters `per: read`. Default 0. */
  readonly reads?: number;
  /** When the simulator started, in ms since the epoch: for counters `since: start`. Default 2025-01-01. */
  readonly startedAt?: number;
}

/**
 * What a simulated device shows for a metric at a time (ms since the epoch). Pure: the same profile, metric, seed and
 * time always give the same value, so history made ahead and values polled live come from one curve.
 * Clamped to the metric's min and max. A metric without a signal is its type's zero (0, false, '').
 */
export function signalAt(
  profile: DeviceProfile,
  metric: string,
  seed: number,
  time: number,
  context: SignalContext = {},
): MetricValue {
  void [profile, metric, seed, time, context];
  throw new Error('to come');
}
