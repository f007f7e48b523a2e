/**
 * raw * scale + offset, as a person would write it: a scale such as 0.001 divides by 1000 instead, and the noise of
 * binary fractions beyond 15 digits is cut, so that 28300 at 0.001 is 28.3 and 5 tips of 0.2794 are 1.397.
 */
export function scaled(raw: number, scale = 1, offset = 0): number {
  if (scale === 1 && offset === 0) return raw;
  const divisor = Math.round(1 / scale);
  const product = isInverse(scale, divisor) ? raw / divisor : raw * scale;
  return Number((product + offset).toPrecision(15));
}

/** The inverse: (value - offset) / scale. */
export function unscaled(value: number, scale = 1, offset = 0): number {
  if (scale === 1 && offset === 0) return value;
  const divisor = Math.round(1 / scale);
  return isInverse(scale, divisor) ? (value - offset) * divisor : (value - offset) / scale;
}

function isInverse(scale: number, divisor: number): boolean {
  return Math.abs(scale) < 1 && divisor !== 0 && Math.abs(divisor * scale - 1) < 1e-12;
}

export interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** Whether a number lies within the bounds that are given. */
export function within(value: number | bigint, { min, max }: Range): boolean {
  return (min === undefined || value >= min) && (max === undefined || value <= max);
}
