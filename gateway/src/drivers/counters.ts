import type { DriverCounters } from './driver.ts';

/** DriverCounters that a driver adds to. */
export type Counting = { -readonly [Key in keyof DriverCounters]: DriverCounters[Key] };

export function counting(): Counting {
  return { requests: 0, timeouts: 0, exceptions: 0, strayFrames: 0, checksumErrors: 0 };
}
