import type { Signal } from '../format/signal.ts';
import { localTime } from './local-time.ts';
import { hashed } from './noise.ts';
import { rushHour } from './rush-hour.ts';

type Occupancy = Extract<Signal, { kind: 'occupancy' }>;

/**
 * Whether a car stands on a place. Time is cut into stays of random length around stayMinutes; in each the place is
 * taken with a chance that follows the hour: `night` while the city sleeps, up to `day` while it works or shops.
 */
export function isOccupied(signal: Occupancy, seed: number, name: string, time: number): boolean {
  const stay = signal.stayMinutes * 60_000;
  let slot = Math.floor(time / stay);
  // Each slot's border is moved by up to half a stay, so that stays have different lengths.
  if (time < slot * stay + (hashed(seed, `${name}:border`, slot) - 0.5) * stay) slot--;
  else if (time >= (slot + 1) * stay + (hashed(seed, `${name}:border`, slot + 1) - 0.5) * stay) slot++;
  const chance = signal.night + (signal.day - signal.night) * demand((slot + 0.5) * stay);
  return hashed(seed, `${name}:taken`, slot) < chance;
}

/** How much the city wants to park, 0 to 1. */
function demand(time: number): number {
  const { hour, weekday } = localTime(time);
  const working = Math.exp(-(((hour - 13) / 5) ** 2));
  const weekend = weekday === 0 || weekday === 6;
  return Math.min(1, (weekend ? 0.55 : 0.85) * working + 0.25 * rushHour(hour, weekday, 8, 17.5, 1.2, 0.35));
}
