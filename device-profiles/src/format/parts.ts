import { Type, type Static, type TUnsafe } from '@sinclair/typebox';

/** A closed set of words. Written as a JSON Schema enum, so that a fault can list what is allowed. */
export function words<const Word extends string>(
  allowed: readonly Word[],
  options: { description?: string; default?: Word } = {},
): TUnsafe<Word> {
  return Type.Unsafe<Word>({ type: 'string', enum: [...allowed], ...options });
}

/** An object that refuses unknown keys: a misspelt key is a fault, never a silent default. */
export const closed = { additionalProperties: false } as const;

/** Value types of a metric, named as in Sparkplug B 3.0, chapter 6.4.16. */
export const datatypes = [
  'Int8',
  'Int16',
  'Int32',
  'Int64',
  'UInt8',
  'UInt16',
  'UInt32',
  'UInt64',
  'Float',
  'Double',
  'Boolean',
  'String',
] as const;
export type Datatype = (typeof datatypes)[number];

export const LocalText = Type.Object(
  { en: Type.String({ minLength: 1 }), ro: Type.String({ minLength: 1 }) },
  { ...closed, description: 'The same sentence in English and in Romanian' },
);
export type LocalText = Static<typeof LocalText>;

/** Where a fact was read: a manual with its page, a wiki page, an open driver. */
export const Citation = Type.Object(
  {
    title: Type.String({ minLength: 1, description: 'Manual, data sheet, wiki page or driver file' }),
    page: Type.Optional(Type.String({ minLength: 1, description: 'Page or section' })),
    url: Type.Optional(Type.String({ pattern: '^https?://' })),
  },
  closed,
);
export type Citation = Static<typeof Citation>;

export const SerialSettings = Type.Object(
  {
    baudRate: Type.Integer({ minimum: 300, maximum: 4_000_000, default: 9600 }),
    dataBits: Type.Unsafe<7 | 8>({ type: 'integer', enum: [7, 8], default: 8 }),
    parity: words(['none', 'even', 'odd'], { default: 'none' }),
    stopBits: Type.Unsafe<1 | 2>({ type: 'integer', enum: [1, 2], default: 1 }),
  },
  { ...closed, default: {}, description: 'Line settings as the device leaves the factory' },
);
export type SerialSettings = Static<typeof SerialSettings>;

/** Bytes in hexadecimal, two digits each, spaces allowed: `42 4D`. */
export const HexBytes = Type.String({
  pattern: '^\\s*([0-9A-Fa-f]{2}\\s*)+$',
  description: 'Bytes in hexadecimal, two digits each, spaces allowed',
});

/** Report by exception: which values are worth keeping. */
export const reportProperties = {
  deadband: Type.Optional(
    Type.Number({
      minimum: 0,
      description:
        'A value is kept only when it differs by more than this from the last one kept, or its quality does. Default: every value is kept',
    }),
  ),
  maxSilenceMs: Type.Optional(
    Type.Integer({
      minimum: 100,
      maximum: 86_400_000,
      description: 'With a deadband: a value is kept at least this often. Default: 10 intervals',
    }),
  ),
};

/** What every metric says about itself, whatever carries it. */
export const metricProperties = {
  name: Type.String({
    pattern: '^[a-z][a-z0-9_]{0,63}$',
    description: 'Stable lower_snake_case name; it is the Sparkplug metric name',
  }),
  label: LocalText,
  description: Type.Optional(LocalText),
  unit: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'UCUM-like symbol, e.g. V, Cel, ug/m3; 1 for a plain number. Booleans and texts have none',
    }),
  ),
  unitCode: Type.Optional(
    Type.String({ pattern: '^[A-Z0-9]{2,3}$', description: 'UN/CEFACT Recommendation 20 code, e.g. VLT' }),
  ),
  datatype: Type.Unsafe<Datatype>({ type: 'string', enum: [...datatypes] }),
  min: Type.Optional(
    Type.Number({ description: 'Lowest possible value in the unit; below it: out_of_range' }),
  ),
  max: Type.Optional(
    Type.Number({ description: 'Highest possible value in the unit; above it: out_of_range' }),
  ),
  access: words(['ro', 'rw'], { default: 'ro', description: 'ro: read only; rw: it may be commanded' }),
  intervalMs: Type.Integer({
    minimum: 10,
    maximum: 86_400_000,
    default: 10_000,
    description: 'Sampling interval where the gateway has none of its own, in milliseconds',
  }),
  ...reportProperties,
};
