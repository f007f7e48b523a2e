import { Type, type Static } from '@sinclair/typebox';
import { expectation } from './expect.ts';
import { closed, HexBytes, metricProperties, SerialSettings, words } from './parts.ts';
import { valueProperties } from './value.ts';

export const checksumKinds = ['sum8', 'sum16', 'xor', 'negated-sum8', 'crc16'] as const;
/**
 * sum8, sum16: sum of the bytes, lowest 8 or 16 bits. xor: all bytes xor-ed. negated-sum8: 0x100 - sum8.
 * crc16: CRC-16/MODBUS (polynomial 0xA001 reflected, start 0xFFFF).
 */
export type ChecksumKind = (typeof checksumKinds)[number];

export const FrameChecksum = Type.Object(
  {
    kind: words(checksumKinds),
    from: Type.Integer({ minimum: 0, description: 'First byte that is summed' }),
    to: Type.Integer({ description: 'Last byte that is summed; negative counts from the end (-1 = last)' }),
    at: Type.Integer({ description: 'Where the checksum stands; negative counts from the end' }),
    order: Type.Optional(words(['AB', 'BA'], { description: 'For two-byte checksums. Default AB' })),
  },
  closed,
);

/** How frames are told apart in a stream of bytes. Positions count from the first byte of the header. */
export const FrameLayout = Type.Object(
  {
    header: HexBytes,
    length: Type.Unsafe<
      { fixed: number } | { at: number; type: 'uint8' | 'uint16'; order?: 'AB' | 'BA'; plus: number }
    >({
      description: 'Whole length in bytes: fixed, or the field at `at` plus `plus`',
      anyOf: [
        Type.Object({ fixed: Type.Integer({ minimum: 2, maximum: 4096 }) }, closed),
        Type.Object(
          {
            at: Type.Integer({ minimum: 0, maximum: 64 }),
            type: words(['uint8', 'uint16']),
            order: Type.Optional(words(['AB', 'BA'])),
            plus: Type.Integer({ minimum: -64, maximum: 64 }),
          },
          { ...closed, required: ['at', 'type', 'plus'] },
        ),
      ],
    }),
    maxLength: Type.Integer({
      minimum: 2,
      maximum: 4096,
      default: 256,
      description: 'A longer length field is garbage: the decoder looks for the next header',
    }),
    trailer: Type.Optional(HexBytes),
    checksum: FrameChecksum,
  },
  closed,
);
export type FrameLayout = Static<typeof FrameLayout>;

export const FrameField = Type.Object(
  {
    at: Type.Integer({ minimum: 0, maximum: 4095, description: 'First byte, counted from the header' }),
    ...valueProperties,
    length: Type.Optional(Type.Integer({ minimum: 1, maximum: 256, description: 'Bytes of a string' })),
  },
  closed,
);
export type FrameField = Static<typeof FrameField>;

export const FrameMetric = Type.Object({ ...metricProperties, field: FrameField }, closed);
export type FrameMetric = Static<typeof FrameMetric>;

export const FrameVector = Type.Object(
  {
    note: Type.Optional(Type.String()),
    input: HexBytes,
    expect: expectation,
  },
  { ...closed, description: 'Bytes as received, and the values of the last frame in them' },
);
export type FrameVector = Static<typeof FrameVector>;

export const frameProperties = {
  transport: Type.Literal('serial-frame'),
  connection: Type.Object(
    {
      serial: SerialSettings,
      request: Type.Optional(HexBytes),
      warmUpMs: Type.Integer({
        default: 0,
        minimum: 0,
        maximum: 3_600_000,
        description: 'Values are not to be trusted before this time after power-up',
      }),
      silenceMs: Type.Integer({
        default: 10_000,
        minimum: 100,
        maximum: 3_600_000,
        description: 'Without a good frame for so long, the device does not respond',
      }),
    },
    { ...closed, default: {} },
  ),
  frame: FrameLayout,
  metrics: Type.Array(FrameMetric, { minItems: 1 }),
  tests: Type.Array(FrameVector, { default: [] }),
};
