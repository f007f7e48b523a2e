import { expect, it } from 'vitest';
import { valueText } from './value-text.ts';

it.each([
  [Math.fround(230.1), '230.1'],
  [0.1 + 0.2, '0.3'],
  [1_234_567.89, '1234567.89'],
  [16_777_217, '16777217'],
  [2n ** 64n, '18446744073709551616'],
  [true, 'true'],
  ['on', 'on'],
])('%s is shown as %s', (value, text) => {
  expect(valueText(value)).toBe(text);
});
