import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ModbusMetric, ModbusRegister } from '../format/modbus.ts';
import { ordersOf } from './bytes.ts';
import { decodeRegisters, encodeRegisters, registerCount } from './registers.ts';

function metric(register: Partial<ModbusRegister>, more: Partial<ModbusMetric> = {}): ModbusMetric {
  return {
    name: 'value',
    label: { en: 'Value', ro: 'Valoare' },
    unit: '1',
    datatype: 'Double',
    access: 'rw',
    intervalMs: 1000,
    register: { table: 'holding', address: 0, type: 'uint16', ...register },
    ...more,
  };
}

const integers = {
  int8: [-128n, 127n],
  uint8: [0n, 255n],
  int16: [-32768n, 32767n],
  uint16: [0n, 65535n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
} as const;
const bytes = { int8: 1, uint8: 1, int16: 2, uint16: 2, int32: 4, uint32: 4, int64: 8, uint64: 8 } as const;

test.each(Object.keys(integers) as (keyof typeof integers)[])(
  '%s comes back as it was encoded, in every byte order, and as a number where that is exact',
  (type) => {
    const [min, max] = integers[type];
    const orders = [undefined, ...ordersOf(bytes[type])];
    fc.assert(
      fc.property(fc.bigInt({ min, max }), fc.constantFrom(...orders), (value, order) => {
        const subject = metric({ type, ...(order ? { order } : {}) });
        const safe = BigInt(Number(value)) === value && Number.isSafeInteger(Number(value));
        const encoded = encodeRegisters(subject, safe ? Number(value) : value);
        if (!encoded.ok) throw new Error(encoded.reason);
        expect(encoded.words).toHaveLength(registerCount(subject));
        const decoded = decodeRegisters(subject, Uint16Array.from(encoded.words));
        expect(decoded).toEqual({ ok: true, value: safe ? Number(value) : value });
      }),
    );
  },
);

test.each(['float32', 'float64'] as const)('%s comes back in every byte order', (type) => {
  const numbers =
    type === 'float32'
      ? fc.float({ noNaN: true, noDefaultInfinity: true })
      : fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(numbers, fc.constantFrom(...ordersOf(type === 'float32' ? 4 : 8)), (value, order) => {
      const subject = metric({ type, order });
      const encoded = encodeRegisters(subject, value);
      if (!encoded.ok) throw new Error(encoded.reason);
      expect(decodeRegisters(subject, encoded.words)).toEqual({ ok: true, value });
    }),
  );
});

test('a scaled value comes back to the precision of its register', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -32768, max: 32767 }),
      fc.constantFrom(0.001, 0.01, 0.1, 0.5, 0.2794, 2, 10),
      fc.constantFrom(0, -40, 273.15),
      (raw, scale, offset) => {
        const subject = metric({ type: 'int16', scale, offset });
        const decoded = decodeRegisters(subject, [raw & 0xffff]);
        if (!decoded.ok) throw new Error(decoded.reason);
        expect(encodeRegisters(subject, decoded.value)).toEqual({ ok: true, words: [raw & 0xffff] });
      },
    ),
  );
});

test('no words whatsoever make the decoder throw', () => {
  const types = ['int8', 'uint16', 'int32', 'float32', 'uint64', 'float64', 'string'] as const;
  fc.assert(
    fc.property(
      fc.constantFrom(...types),
      fc.array(fc.integer({ min: 0, max: 65535 }), { maxLength: 8 }),
      (type, words) => {
        const subject = metric({ type, length: 3 });
        expect(decodeRegisters(subject, words).ok).toBeTypeOf('boolean');
      },
    ),
  );
});

test('28300 thousandths are 28.3 and not 28.300000000000001', () => {
  expect(decodeRegisters(metric({ scale: 0.001 }), [28300])).toEqual({ ok: true, value: 28.3 });
});

test('the words of an unsigned 32-bit value are swapped too, not only those of a float', () => {
  const subject = metric({ type: 'uint32', order: 'CDAB' });
  expect(decodeRegisters(subject, [0x5678, 0x1234])).toEqual({ ok: true, value: 0x12345678 });
});

test('missing registers, markers, NaN and bounds each have their reason', () => {
  expect(decodeRegisters(metric({ type: 'uint32' }), [1])).toEqual({ ok: false, reason: 'too_short' });
  const marked = metric({ type: 'int16', invalid: [-1, '0x8000'] });
  expect(decodeRegisters(marked, [0xffff])).toEqual({ ok: false, reason: 'invalid_marker' });
  expect(decodeRegisters(marked, [0x8000])).toEqual({ ok: false, reason: 'invalid_marker' });
  expect(decodeRegisters(metric({ type: 'float32' }), [0x7fc0, 0])).toEqual({
    ok: false,
    reason: 'invalid_marker',
  });
  expect(decodeRegisters(metric({}, { max: 10 }), [11])).toEqual({ ok: false, reason: 'out_of_range' });
  expect(decodeRegisters(metric({}, { min: 5 }), [4])).toEqual({ ok: false, reason: 'out_of_range' });
});

test('a write to a bit or a mask keeps the other bits of the register', () => {
  expect(encodeRegisters(metric({ bit: 3 }), true, [0xf0f0])).toEqual({ ok: true, words: [0xf0f8] });
  expect(encodeRegisters(metric({ bit: 4 }), false, [0xf0f0])).toEqual({ ok: true, words: [0xf0e0] });
  expect(encodeRegisters(metric({ mask: 0x0f00 }), 5, [0xf0ff])).toEqual({ ok: true, words: [0xf5ff] });
  const half = metric({ type: 'uint8', byte: 'high' });
  expect(encodeRegisters(half, 0x12, [0xabcd])).toEqual({ ok: true, words: [0x12cd] });
});

test('what does not fit is refused with its reason', () => {
  expect(encodeRegisters(metric({}), 65536)).toEqual({ ok: false, reason: 'out_of_range' });
  expect(encodeRegisters(metric({}), -1)).toEqual({ ok: false, reason: 'out_of_range' });
  expect(encodeRegisters(metric({}), 'on')).toEqual({ ok: false, reason: 'wrong_type' });
  expect(encodeRegisters(metric({ mask: 3 }), 4)).toEqual({ ok: false, reason: 'out_of_range' });
  expect(encodeRegisters(metric({ enum: { '1': 'eco' } }), 'full')).toEqual({
    ok: false,
    reason: 'unknown_word',
  });
  expect(encodeRegisters(metric({ type: 'string', length: 1 }), 'abc')).toEqual({
    ok: false,
    reason: 'too_long',
  });
});

test('a coil is true or false', () => {
  const coil = metric({ table: 'coil', type: 'bool' });
  expect(decodeRegisters(coil, [1])).toEqual({ ok: true, value: true });
  expect(encodeRegisters(coil, false)).toEqual({ ok: true, words: [0] });
  expect(encodeRegisters(coil, 1)).toEqual({ ok: false, reason: 'wrong_type' });
});
