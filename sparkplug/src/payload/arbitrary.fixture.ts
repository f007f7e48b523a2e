import fc from 'fast-check';
import { DataType } from './datatype.ts';
import type {
  BasicValue,
  DataSet,
  MetaData,
  Metric,
  MetricValue,
  PropertySet,
  PropertyValue,
  Template,
} from './model.ts';

/** Payloads of every kind that the specification knows, for property tests. */

const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('', 'engUnit', 'Quality', '__proto__', 'Properties/Name', 'é'.repeat(70), 'x'.repeat(300)),
);
const safe = fc.maxSafeNat();
const milliseconds = fc.integer({ min: 0, max: 8.64e15 });
const date = fc.integer({ min: -8.64e15, max: 8.64e15 });
const float = fc.float();
const int = (bits: number): fc.Arbitrary<number> =>
  fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
const uint = (bits: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: 2 ** bits - 1 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const bytes = fc.uint8Array({ maxLength: 200 });

export const basicValues = [
  [DataType.Int8, int(8)],
  [DataType.Int16, int(16)],
  [DataType.Int32, int(32)],
  [DataType.Int64, int64],
  [DataType.UInt8, uint(8)],
  [DataType.UInt16, uint(16)],
  [DataType.UInt32, uint(32)],
  [DataType.UInt64, uint64],
  [DataType.Float, float],
  [DataType.Double, fc.double()],
  [DataType.Boolean, fc.boolean()],
  [DataType.String, text],
  [DataType.DateTime, date],
  [DataType.Text, text],
  [DataType.UUID, fc.uuid()],
] as const satisfies readonly (readonly [DataType, fc.Arbitrary<BasicValue>])[];

const arrayValues: readonly (readonly [DataType, fc.Arbitrary<MetricValue>])[] = [
  [DataType.Bytes, bytes],
  [DataType.File, bytes],
  [DataType.Int8Array, fc.int8Array()],
  [DataType.Int16Array, fc.int16Array()],
  [DataType.Int32Array, fc.int32Array()],
  [DataType.Int64Array, fc.bigInt64Array()],
  [DataType.UInt8Array, fc.uint8Array()],
  [DataType.UInt16Array, fc.uint16Array()],
  [DataType.UInt32Array, fc.uint32Array()],
  [DataType.UInt64Array, fc.bigUint64Array()],
  [DataType.FloatArray, fc.float32Array()],
  [DataType.DoubleArray, fc.float64Array()],
  [DataType.BooleanArray, fc.array(fc.boolean(), { maxLength: 40 })],
  [DataType.StringArray, fc.array(text.filter((value) => !value.includes('\0')))],
  [DataType.DateTimeArray, fc.array(date)],
];

interface Typed<Value> {
  readonly type: DataType;
  readonly value: Value;
}
const typed = <Value>([type, value]: readonly [DataType, fc.Arbitrary<Value>]): fc.Arbitrary<Typed<Value>> =>
  value.map((v) => ({ type, value: v }));

export const basic: fc.Arbitrary<Typed<BasicValue>> = fc.oneof(
  ...basicValues.map((pair) => typed<BasicValue>(pair)),
);

const { properties } = fc.letrec<{ properties: PropertySet; property: PropertyValue }>((tie) => ({
  property: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    basic,
    basic.map(({ type }) => ({ type, value: null })),
    fc.record({ type: fc.constant(DataType.PropertySet), value: tie('properties') }),
    fc.record({
      type: fc.constant(DataType.PropertySetList),
      value: fc.array(tie('properties'), { maxLength: 3 }),
    }),
  ),
  properties: fc
    .array(fc.tuple(text, tie('property')), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries)),
}));

const metadata: fc.Arbitrary<MetaData> = fc.record(
  {
    isMultiPart: fc.boolean(),
    contentType: text,
    size: safe,
    seq: safe,
    fileName: text,
    fileType: text,
    md5: text,
    description: text,
  },
  { requiredKeys: [] },
);

const dataSet: fc.Arbitrary<DataSet> = fc
  .array(fc.tuple(text, fc.constantFrom(...basicValues)), { maxLength: 4 })
  .chain((columns) =>
    fc
      .array(fc.tuple(...columns.map(([, [, value]]) => fc.option(value as fc.Arbitrary<BasicValue>))), {
        maxLength: 4,
      })
      .map((rows) => ({
        columns: columns.map(([name]) => name),
        types: columns.map(([, [type]]) => type),
        rows,
      })),
  );

const head = {
  name: text,
  alias: safe,
  timestamp: milliseconds,
  isHistorical: fc.boolean(),
  isTransient: fc.boolean(),
  metadata,
  properties,
};

const simple: fc.Arbitrary<Typed<MetricValue | null>> = fc.oneof(
  { arbitrary: basic, weight: 12 },
  ...arrayValues.map((pair) => ({ arbitrary: typed<MetricValue>(pair), weight: 1 })),
  { arbitrary: typed([DataType.DataSet, dataSet]), weight: 2 },
  { arbitrary: basic.map(({ type }) => ({ type, value: null })), weight: 1 },
);

const withHead = (value: fc.Arbitrary<Typed<MetricValue | null>>): fc.Arbitrary<Metric> =>
  fc
    .tuple(fc.record(head, { requiredKeys: [] }), value)
    .map(([rest, { type, value: v }]) => ({ ...rest, datatype: type, value: v }));

const template = (metric: fc.Arbitrary<Metric>): fc.Arbitrary<Template> =>
  fc
    .tuple(
      fc.record({ version: text, templateRef: text, isDefinition: fc.boolean() }, { requiredKeys: [] }),
      fc.array(metric, { maxLength: 3 }),
      fc.array(
        fc.tuple(text, basic, fc.boolean()).map(([name, { type, value }, empty]) => ({
          name,
          type,
          value: empty ? null : value,
        })),
        { maxLength: 3 },
      ),
    )
    .map(([rest, metrics, parameters]) => ({ ...rest, metrics, parameters }));

const inner = withHead(fc.oneof(simple, typed([DataType.Template, template(withHead(simple))])));

export const metric: fc.Arbitrary<Metric> = withHead(
  fc.oneof(
    { arbitrary: simple, weight: 5 },
    { arbitrary: typed([DataType.Template, template(inner)]), weight: 1 },
  ),
);

export const payload = fc
  .tuple(
    fc.record({ timestamp: milliseconds, seq: uint(8), uuid: text, body: bytes }, { requiredKeys: [] }),
    fc.array(metric, { maxLength: 6 }),
  )
  .map(([rest, metrics]) => ({ ...rest, metrics }));
