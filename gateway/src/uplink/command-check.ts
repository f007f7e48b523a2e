import type { Metric } from '@city-testbed/sparkplug';
import type { Clock } from '@city-testbed/runtime';
import type { WriteRequest } from '../drivers/driver.ts';
import type { ConfiguredDevice } from '../model/device.ts';

/** Why a command is not even tried: one word for the host, and a sentence for the log. */
export interface Refusal {
  readonly reason:
    | 'unknown_metric'
    | 'read_only'
    | 'wrong_type'
    | 'out_of_range'
    | 'expired'
    | 'clock_unsynced'
    | 'busy'
    | 'too_many';
  readonly detail: string;
}

/** Whether a device has this metric, may be written, and the value fits its type and the limits of its profile. */
export function checkWrite(
  devices: readonly ConfiguredDevice[],
  deviceId: string,
  { name, value }: Metric,
): { readonly request: WriteRequest } | Refusal {
  const device = devices.find(({ id }) => id === deviceId);
  const metric = device?.metrics.find((candidate) => candidate.name === name);
  if (!metric) return { reason: 'unknown_metric', detail: `${deviceId} has no metric ${name ?? ''}` };
  if (!metric.writable) return { reason: 'read_only', detail: `${metric.name} is read-only` };
  const plain = typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
  const number = metric.datatype !== 'Boolean' && metric.datatype !== 'String';
  const wanted = number ? ['number', 'bigint'] : [metric.datatype.toLowerCase()];
  if (!wanted.includes(typeof plain)) {
    return { reason: 'wrong_type', detail: `${metric.name} takes a ${wanted.join(' or ')}` };
  }
  if (typeof plain === 'number' || typeof plain === 'bigint') {
    const { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY } = metric;
    // Also refuses NaN, which is in no range, and infinity, which no device can be set to.
    const inside = Number(plain) >= low && Number(plain) <= high && Number.isFinite(Number(plain));
    if (!inside) {
      const detail = `${metric.name} takes ${String(low)} to ${String(high)}, not ${String(plain)}`;
      return { reason: 'out_of_range', detail };
    }
  }
  return { request: { device: deviceId, metric: metric.name, value: plain as WriteRequest['value'] } };
}

/**
 * Monotonic ms until which it may be carried out; undefined where it never expires. What is left when it is published,
 * by the host's own clock, is what is left when it comes: ours may be anywhere. A clock that is known to be right is
 * asked as well, so that one that was long under way is not carried out.
 */
export function deadlineOf(
  expiresAt: number | undefined,
  publishedAt: number | undefined,
  clock: Clock,
  synced: boolean,
): { readonly deadline: number | undefined } | Refusal {
  if (expiresAt === undefined) return { deadline: undefined };
  const left = [
    ...(publishedAt === undefined ? [] : [expiresAt - publishedAt]),
    ...(synced ? [expiresAt - clock.now()] : []),
  ];
  if (left.length === 0) {
    const detail = 'it expires, but has no time of its own, and the clock of the gateway is not synchronised';
    return { reason: 'clock_unsynced', detail };
  }
  const remaining = Math.min(...left);
  if (!(remaining > 0)) {
    return { reason: 'expired', detail: `it expired at ${new Date(expiresAt).toISOString()}` };
  }
  return { deadline: clock.monotonic() + remaining };
}
