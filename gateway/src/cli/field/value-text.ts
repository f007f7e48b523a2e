/** Digits that mean something: a float of 32 bits has seven, one of 64 bits fifteen. */
const SINGLE_DIGITS = 7;
const DOUBLE_DIGITS = 15;

/** A value for people, without the digits that come of binary fractions: 230.1, not 230.10000610351562. */
export function valueText(value: string | number | boolean | bigint): string {
  if (typeof value !== 'number' || Number.isInteger(value)) return String(value);
  const digits = Math.fround(value) === value ? SINGLE_DIGITS : DOUBLE_DIGITS;
  return String(Number(value.toPrecision(digits)));
}
