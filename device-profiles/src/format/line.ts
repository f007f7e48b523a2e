import { Type, type Static } from '@sinclair/typebox';
import { expectation } from './expect.ts';
import { closed, metricProperties, SerialSettings, words } from './parts.ts';

/** How text lines are split. NMEA 0183: separator `,`, checksum xor after `$` up to `*`, 82 characters. */
export const LineLayout = Type.Object(
  {
    separator: Type.String({ minLength: 1, maxLength: 4, default: ',' }),
    checksum: words(['none', 'xor'], {
      default: 'none',
      description: 'xor: of the characters between `$` and `*`, two hex digits after `*`',
    }),
    maxLength: Type.Integer({
      minimum: 8,
      maximum: 4096,
      default: 82,
      description: 'Characters in a line, its end included; a longer one is dropped whole',
    }),
  },
  { ...closed, default: {} },
);
export type LineLayout = Static<typeof LineLayout>;

export const LineField = Type.Object(
  {
    prefix: Type.String({
      default: '',
      description: 'What the line begins with; ? stands for any one character: $??GGA',
    }),
    index: Type.Integer({ minimum: 0, maximum: 255, description: 'Which field; 0 holds the prefix' }),
    type: words(['number', 'integer', 'hex', 'text', 'boolean', 'degrees-minutes'], {
      description: 'degrees-minutes: dddmm.mmm with its hemisphere letter in the next field',
    }),
    scale: Type.Optional(Type.Number()),
    offset: Type.Optional(Type.Number()),
    invalid: Type.Optional(
      Type.Array(Type.String(), { description: 'Texts that mean "no value". An empty field always does' }),
    ),
    enum: Type.Optional(
      Type.Record(Type.String(), Type.String({ minLength: 1 }), {
        description: 'Text in the line -> text of the metric',
      }),
    ),
    trueText: Type.Optional(Type.String({ description: 'For boolean: what means true. Default 1' })),
  },
  closed,
);
export type LineField = Static<typeof LineField>;

export const LineMetric = Type.Object({ ...metricProperties, field: LineField }, closed);
export type LineMetric = Static<typeof LineMetric>;

export const LineVector = Type.Object(
  {
    note: Type.Optional(Type.String()),
    input: Type.String({ minLength: 1, description: 'Lines as received; a missing last line end is added' }),
    expect: expectation,
  },
  closed,
);
export type LineVector = Static<typeof LineVector>;

export const lineProperties = {
  transport: Type.Literal('serial-line'),
  connection: Type.Object(
    {
      serial: SerialSettings,
      silenceMs: Type.Integer({ default: 10_000, minimum: 100, maximum: 3_600_000 }),
    },
    { ...closed, default: {} },
  ),
  line: LineLayout,
  metrics: Type.Array(LineMetric, { minItems: 1 }),
  tests: Type.Array(LineVector, { default: [] }),
};
