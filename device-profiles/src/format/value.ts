import { Type, type Static } from '@sinclair/typebox';
import { words } from './parts.ts';

/** How bytes on the wire are a number, a text or a truth. Widths are in bits. */
export const rawTypes = [
  'bool',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'float32',
  'float64',
  'string',
] as const;
export type RawType = (typeof rawTypes)[number];

/**
 * Byte orders by letters: A is the most significant byte of the value, and the letters stand in the order
 * in which the bytes travel. Vendors name these differently, so letters are the only form that is accepted.
 */
export const orders = [
  'AB',
  'BA',
  'ABCD',
  'CDAB',
  'BADC',
  'DCBA',
  'ABCDEFGH',
  'GHEFCDAB',
  'BADCFEHG',
  'HGFEDCBA',
] as const;
export type ByteOrder = (typeof orders)[number];

/** Keys shared by a Modbus register and a field of a serial frame. */
export const valueProperties = {
  type: words(rawTypes, { description: 'The type on the wire' }),
  order: Type.Optional(
    words(orders, { description: 'Byte order in letters; must fit the width. Default: AB, ABCD, ABCDEFGH' }),
  ),
  scale: Type.Optional(Type.Number({ description: 'value = raw * scale + offset. Default 1' })),
  offset: Type.Optional(Type.Number({ description: 'value = raw * scale + offset. Default 0' })),
  invalid: Type.Optional(
    Type.Array(
      Type.Unsafe<number | string>({
        anyOf: [{ type: 'number' }, { type: 'string', pattern: '^0x[0-9A-Fa-f]{1,16}$' }],
      }),
      {
        minItems: 1,
        description:
          'Raw values that mean "no value", as the manual prints them (0xD8F1). For floats a hex text is a bit pattern',
      },
    ),
  ),
  bit: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 63, description: 'One bit of the integer, 0 = least significant' }),
  ),
  mask: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 0xffff_ffff,
      description: 'Bits that count; the result is shifted down to its lowest one',
    }),
  ),
  enum: Type.Optional(
    Type.Record(Type.String({ pattern: '^-?[0-9]+$' }), Type.String({ minLength: 1 }), {
      description: 'Raw integer -> text. An integer without a text is out_of_range',
    }),
  ),
};

/** The shape that the decoder needs of either. */
export const ValueFormat = Type.Object({ ...valueProperties, length: Type.Optional(Type.Integer()) });
export type ValueFormat = Static<typeof ValueFormat>;

/**
 * A decoded value in the metric's unit. 64-bit integers are a number while they fit one exactly
 * (up to 2^53 - 1 either way) and a bigint only beyond; a scaled or offset one is always a number.
 */
export type MetricValue = number | bigint | boolean | string;
