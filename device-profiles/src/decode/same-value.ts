import type { Metric } from '../format/profile.ts';
import type { MetricValue } from '../format/value.ts';

/**
 * Whether a value that was read is the one that was written, as far as the device can hold it: an integer on the wire
 * takes the nearest step of its scale, a float its nearest neighbour.
 */
export function isSameValue(metric: Metric, written: MetricValue, read: MetricValue): boolean {
  if (typeof written === 'string' && typeof read === 'string') return written.trim() === read;
  if (typeof written === 'bigint' && typeof read === 'bigint') return written === read;
  const [a, b] = [numberOf(written), numberOf(read)];
  if (a === undefined || b === undefined) return written === read;
  return Math.abs(a - b) <= stepOf(metric, a) * 0.5 * (1 + 1e-9);
}

function numberOf(value: MetricValue): number | undefined {
  return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : undefined;
}

/** The distance of two values that the device can tell apart, near a value. */
function stepOf(metric: Metric, near: number): number {
  const { type, scale = 1 } = 'register' in metric ? metric.register : { type: 'float64' };
  if (type === 'float32') return Math.abs(near) * 2 ** -22;
  if (type === 'float64') return Math.abs(near) * 2 ** -50;
  return Math.abs(scale);
}
