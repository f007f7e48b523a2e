import type { DeviceMetric } from '../model/device.ts';
import type { Reading } from '../model/reading.ts';

interface Kept {
  readonly reading: Reading;
  readonly uptime: number;
}

/**
 * Report by exception: of a metric with a deadband only those values are kept that differ by more than it from the last
 * one that was kept, or whose quality does. One that stays the same is kept when the next one would come later than
 * `maxSilenceMs` after the last, so that the time between two is never longer, whatever the poll's jitter.
 */
export class ReportFilter {
  readonly #kept = new Map<string, Kept>();

  /** Whether a reading is to be kept; `uptime` is when it was observed. The first one always is. */
  keeps(metric: DeviceMetric, reading: Reading, uptime: number): boolean {
    const { name, deadband, intervalMs, maxSilenceMs = intervalMs } = metric;
    if (deadband === undefined) return true;
    const last = this.#kept.get(name);
    const keep =
      last === undefined ||
      uptime + intervalMs >= last.uptime + maxSilenceMs ||
      differs(last.reading, reading, deadband);
    if (keep) this.#kept.set(name, { reading, uptime });
    return keep;
  }
}

function differs(last: Reading, { value, reason }: Reading, deadband: number): boolean {
  if (last.reason !== reason) return true;
  const numbers = [last.value, value].map((item) => (typeof item === 'bigint' ? Number(item) : item));
  const [before, now] = numbers;
  if (typeof before !== 'number' || typeof now !== 'number') return last.value !== value;
  return Math.abs(now - before) > deadband;
}
