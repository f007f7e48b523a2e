import { Type, type Static } from '@sinclair/typebox';
import { closed, datatypes, metricProperties, reportProperties, words } from './parts.ts';

export const derivedKinds = ['rate', 'sum', 'min', 'max', 'mean'] as const;
export type DerivedKind = (typeof derivedKinds)[number];

const numeric = datatypes.filter((datatype) => datatype !== 'Boolean' && datatype !== 'String');

/** A reading of the source in a vector: its value, or why it has none. */
const Given = Type.Unsafe<number | { bad: string }>({
  description: 'A value, or {bad: reason}',
  anyOf: [
    { type: 'number' },
    {
      type: 'object',
      additionalProperties: false,
      required: ['bad'],
      properties: { bad: { type: 'string', minLength: 1 } },
    },
  ],
});

/** What is derived at a reading: a value, why there is none, or nothing at all. */
const Wanted = Type.Unsafe<number | { bad: string } | null>({
  description: 'A value, {bad: reason}, or null where nothing is derived',
  anyOf: [
    { type: 'null' },
    { type: 'number' },
    {
      type: 'object',
      additionalProperties: false,
      required: ['bad'],
      properties: { bad: { type: 'string', minLength: 1 } },
    },
  ],
});

export const DerivedVector = Type.Object(
  {
    note: Type.Optional(Type.String()),
    everyMs: Type.Integer({ minimum: 1, maximum: 86_400_000, description: 'Time between two readings' }),
    values: Type.Array(Given, { minItems: 1, description: 'Readings of the source, the first at the epoch' }),
    expect: Type.Array(Wanted, { minItems: 1, description: 'What each of them yields' }),
  },
  closed,
);
export type DerivedVector = Static<typeof DerivedVector>;

/** A metric that the gateway computes from another one of the same device. */
export const DerivedMetric = Type.Object(
  {
    name: metricProperties.name,
    label: metricProperties.label,
    description: metricProperties.description,
    unit: Type.String({ minLength: 1, description: 'UCUM-like symbol, e.g. mm/h' }),
    unitCode: metricProperties.unitCode,
    datatype: words(numeric, { description: 'A datatype for numbers' }),
    min: metricProperties.min,
    max: metricProperties.max,
    ...reportProperties,
    from: Type.String({ minLength: 1, description: 'Name of the metric that it is computed from' }),
    kind: words(derivedKinds, {
      description: 'rate: growth of a counter in time; the others: over the good values of a window',
    }),
    windowMs: Type.Optional(
      Type.Integer({
        minimum: 1000,
        maximum: 86_400_000,
        description:
          'Length of the window; windows begin at its multiples since 1970 in UTC. A rate without one is from reading to reading',
      }),
    ),
    atLeast: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1,
        description: 'Share of the window that must have good values. Default 0.5; for a sum 0.9',
      }),
    ),
    per: Type.Optional(
      words(['second', 'minute', 'hour'], { description: 'Unit of time of a rate. Default second' }),
    ),
    scale: Type.Optional(Type.Number({ description: 'The result is multiplied by it. Default 1' })),
    wrap: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description:
          'Where the counter starts at 0 again, in the unit of the source. Default: the width of an unsigned integer on the wire; a float or a pulse count never does',
      }),
    ),
    tests: Type.Array(DerivedVector, { default: [] }),
  },
  closed,
);
export type DerivedMetric = Static<typeof DerivedMetric>;
