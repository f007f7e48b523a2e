import type { Random } from '@city-testbed/runtime';

/**
 * Pause before try number `tries` (0 is the first), ms: doubling from min to max, of which a random half is taken off,
 * so that a thousand gateways do not come back in the same second.
 */
export function backOffMs(tries: number, min: number, max: number, random: Random): number {
  const full = Math.min(max, min * 2 ** Math.min(tries, 20));
  return full / 2 + (full / 2) * random.next();
}
