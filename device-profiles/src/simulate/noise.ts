/** A number in [0, 1) that depends on its arguments alone: the same seed, name and step always give the same. */
export function hashed(seed: number, name: string, step: number): number {
  let mixed = (seed ^ 0x9e3779b9) >>> 0;
  for (let at = 0; at < name.length; at++) {
    mixed = Math.imul(mixed ^ name.charCodeAt(at), 0x01000193) >>> 0;
  }
  mixed = Math.imul(mixed ^ (step >>> 0), 0x85ebca6b) >>> 0;
  mixed = Math.imul(mixed ^ Math.floor(step / 2 ** 32), 0xc2b2ae35) >>> 0;
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x2c1b3c6d) >>> 0;
  mixed ^= mixed >>> 12;
  mixed = Math.imul(mixed, 0x297a2d39) >>> 0;
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}

/**
 * A smooth wander in [-1, 1]: two octaves of value noise. `period` is how long one swing takes, in ms.
 */
export function wander(seed: number, name: string, time: number, period: number): number {
  return 0.7 * octave(seed, name, time, period) + 0.3 * octave(seed, `${name}'`, time, period / 4);
}

/** What an instrument adds by itself: another number in [-1, 1] each second. */
export function jitter(seed: number, name: string, time: number): number {
  return hashed(seed, `${name}"`, Math.floor(time / 1000)) * 2 - 1;
}

function octave(seed: number, name: string, time: number, period: number): number {
  const place = time / period;
  const step = Math.floor(place);
  const part = place - step;
  const ease = part * part * (3 - 2 * part);
  const from = hashed(seed, name, step) * 2 - 1;
  const to = hashed(seed, name, step + 1) * 2 - 1;
  return from + (to - from) * ease;
}
