import { isIPv6 } from 'node:net';
import type { Clock } from '@city-testbed/runtime';
import type { Reason } from '../model/reasons.ts';
import { KeyedBuckets } from '../model/token-bucket.ts';

/**
 * Who may connect at all, before a byte is read: a rate for each address (for IPv6 each /64, which is what one
 * customer has), and a total.
 * @param open says how many connections there are now
 */
export function createDoor(
  limits: { readonly connectsPerSecond: number; readonly connections: number },
  clock: Clock,
  open: () => number,
): (host: string) => Reason | undefined {
  const perSecond = limits.connectsPerSecond;
  const addresses = new KeyedBuckets({ perSecond, burst: 2 * perSecond, keys: 10_000 });
  return (host) => {
    if (open() >= limits.connections) return 'too_many_connections';
    return addresses.take(neighbourhood(host), 1, clock.monotonic()) ? undefined : 'connect_rate';
  };
}

/** The address itself, or the first four groups of an IPv6 address. */
export function neighbourhood(host: string): string {
  if (!isIPv6(host)) return host;
  const [head = '', tail] = host.split('::');
  const front = head === '' ? [] : head.split(':');
  if (tail === undefined) return front.slice(0, 4).join(':');
  const back = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0');
  return [...front, ...zeros, ...back].slice(0, 4).join(':');
}
