import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BadReason, Reading } from '../model/reading.ts';
import { ranges } from './ranges.ts';
import { decodeReadings, encodeReadings } from './row.ts';

const reason = fc.oneof(
  fc.constantFrom<BadReason>('no_response', 'checksum', 'invalid_marker', 'out_of_range', 'stale'),
  fc.integer({ min: 1, max: 127 }).map((code): BadReason => `exception_${code}`),
);
const value = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true }),
  fc.float({ noNaN: true }),
  fc.integer({ min: -50_000, max: 50_000 }).map((n) => n / 1000),
  fc.boolean(),
  fc.string({ unit: 'grapheme' }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
);
const alias = fc.integer({ min: 1, max: 1_000_000 });
const reading: fc.Arbitrary<Reading> = fc.oneof(
  fc.record({ alias, value }),
  fc.record({ alias, value: fc.constant(null), reason }),
  fc.record({ alias, value, reason }),
);

describe('rows of the outbox', () => {
  it('gives back every value of every kind, bit for bit', () => {
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 50 }), (readings) => {
        expect(decodeReadings(encodeReadings(readings))).toEqual(readings);
      }),
    );
  });

  it('takes few bytes per reading', () => {
    const meter = [230.2, 4.31, 992.1, 1000, 12.5, 0.97, 50, 1234.5].map((value, index) => ({
      alias: 100 + index,
      value: Math.fround(value),
    }));
    expect(encodeReadings(meter).length).toBeLessThanOrEqual(8 * 5 + 2);
    expect(encodeReadings([{ alias: 1, value: 28.3 }]).length).toBe(4);
    expect(encodeReadings([{ alias: 1, value: 5000 }]).length).toBe(3);
    expect(encodeReadings([{ alias: 1, value: null, reason: 'no_response' }]).length).toBe(2);
  });

  it('refuses bytes that no version wrote, with a code, and never runs on', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          decodeReadings(Buffer.from(bytes));
        } catch (error) {
          expect(error).toMatchObject({ code: 'GATEWAY_OUTBOX_ROW' });
        }
      }),
    );
    expect(() => decodeReadings(encodeReadings([{ alias: 1, value: 1.1e300 }]).subarray(0, 5))).toThrow(
      'too early',
    );
  });
});

describe('ranges', () => {
  it('joins neighbours, whatever their order', () => {
    expect(ranges([7, 1, 2, 3, 9, 8])).toEqual([
      [1, 3],
      [7, 9],
    ]);
    expect(ranges([])).toEqual([]);
  });
});
