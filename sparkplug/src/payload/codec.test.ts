import { isCoded } from '@city-testbed/runtime';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  DataType,
  decodePayload,
  encodePayload,
  sparkplugErrors,
  typedValue,
  type Metric,
  type MetricValue,
} from '../index.ts';
import { basicValues, payload } from './arbitrary.fixture.ts';
import { Long, protobuf, reference } from './reference.fixture.ts';

vi.setConfig({ testTimeout: 60_000 }); // properties take long on a busy machine

const hex = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16));

/** The one value of a payload of one metric. */
function roundTrip(datatype: DataType, value: MetricValue): unknown {
  return decodePayload(encodePayload({ metrics: [{ datatype, value }] })).metrics[0]?.value;
}

/** A payload as the reference code writes it: what other publishers send. */
function written(metric: object): Uint8Array {
  return reference.encode({ metrics: [metric] }).finish();
}

function codeOf(action: () => unknown): string {
  try {
    action();
    return 'none';
  } catch (error) {
    if (isCoded(error) && error.code in sparkplugErrors) return error.code;
    throw error;
  }
}

describe('every data type', () => {
  test('what is encoded is decoded to the same', () => {
    fc.assert(
      fc.property(payload, (given) => {
        expect(decodePayload(encodePayload(given))).toEqual(given);
      }),
      { numRuns: 500 },
    );
  });

  test('the code that protobufjs generates from the .proto reads and writes the same bytes', () => {
    fc.assert(
      fc.property(payload, (given) => {
        const ours = encodePayload(given);
        const theirs = reference.encode(reference.decode(ours)).finish();
        expect(Buffer.compare(theirs, ours)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  test('without data types on the wire, the birth gives them back: tck-id-payloads-metric-datatype-not-req', () => {
    const cases = fc.oneof(
      ...basicValues.map(([datatype, value]) =>
        (value as fc.Arbitrary<MetricValue>).map((v) => ({ datatype, value: v })),
      ),
    );
    fc.assert(
      fc.property(cases, ({ datatype, value }) => {
        const bytes = encodePayload({ metrics: [{ alias: 1, datatype, value }] }, { omitDatatypes: true });
        const [metric] = decodePayload(bytes).metrics;
        expect(metric).not.toHaveProperty('datatype');
        expect(typedValue(metric!.value!, datatype)).toEqual(value);
      }),
    );
    const stored = BigUint64Array.of(1n, 7n, 2n ** 64n - 1n);
    const bytes = encodePayload(
      { metrics: [{ name: 'Stored', datatype: DataType.UInt64Array, value: stored }] },
      { omitDatatypes: true },
    );
    expect(typedValue(decodePayload(bytes).metrics[0]!.value!, DataType.UInt64Array)).toEqual(stored);
  });

  test('a payload that is no bytes at all has no metrics', () => {
    expect(decodePayload(new Uint8Array(0))).toEqual({ metrics: [] });
  });
});

describe('the examples of the specification, 6.4.17 "Array Types"', () => {
  test.each<[string, DataType, MetricValue, string]>([
    ['Int8Array', DataType.Int8Array, Int8Array.of(-23, 123), 'e97b'], // printed as EF 7B; -23 is E9
    ['Int16Array', DataType.Int16Array, Int16Array.of(-30000, 30000), 'd08a3075'],
    ['Int32Array', DataType.Int32Array, Int32Array.of(-1, 315338746), 'fffffffffaafcb12'],
    [
      'Int64Array',
      DataType.Int64Array,
      BigInt64Array.of(-4270929666821191986n, -3601064768563266876n),
      'ce0672ac189cbac4c4ba9c18ac7206ce',
    ],
    ['UInt8Array', DataType.UInt8Array, Uint8Array.of(23, 250), '17fa'],
    ['UInt16Array', DataType.UInt16Array, Uint16Array.of(30, 52360), '1e0088cc'],
    ['UInt32Array', DataType.UInt32Array, Uint32Array.of(52, 3293969225), '3400000049fb55c4'],
    [
      'UInt64Array',
      DataType.UInt64Array,
      BigUint64Array.of(52n, 16444743074749521625n),
      '3400000000000000d99e02d1b27637e4',
    ],
    // Printed big-endian in the specification, against its own rule; little-endian is what everyone sends.
    ['FloatArray', DataType.FloatArray, Float32Array.of(1.23, 89.341), 'a4709d3f98aeb242'],
    [
      'DoubleArray',
      DataType.DoubleArray,
      Float64Array.of(12.354213, 1022.9123213),
      'd7a205685bb528408e171c6f4cf78f40',
    ],
    [
      'BooleanArray',
      DataType.BooleanArray,
      [false, false, true, true, false, true, false, false, true, true, false, true],
      '0c00000034d0',
    ],
    ['StringArray', DataType.StringArray, ['ABC', 'hello'], '4142430068656c6c6f00'],
    [
      'DateTimeArray',
      DataType.DateTimeArray,
      [1256102875335, 1656107875000],
      'c7d0907524010000b8bab89781010000',
    ],
  ])('%s', (_, datatype, value, packed) => {
    const bytes = encodePayload({ metrics: [{ datatype, value }] });
    expect(Buffer.from(bytes).toString('hex').endsWith(packed)).toBe(true);
    expect(roundTrip(datatype, value)).toEqual(value);
  });
});

describe('what publishers do differently', () => {
  test('UInt32 is taken from int_value and from long_value', () => {
    const fromInt = written({ datatype: 7, intValue: 4294967295 });
    const fromLong = written({ datatype: 7, longValue: Long.fromNumber(4294967295, true) });
    for (const bytes of [fromInt, fromLong]) expect(decodePayload(bytes).metrics[0]?.value).toBe(4294967295);
    for (const uint32 of ['int_value', 'long_value'] as const) {
      const bytes = encodePayload({ metrics: [{ datatype: DataType.UInt32, value: 4e9 }] }, { uint32 });
      expect(reference.decode(bytes).metrics[0]?.value).toBe(
        uint32 === 'int_value' ? 'intValue' : 'longValue',
      );
      expect(decodePayload(bytes).metrics[0]?.value).toBe(4e9);
    }
  });

  test.each([
    [DataType.Int8, 0xff, -1],
    [DataType.Int8, 0xffffff80, -128],
    [DataType.Int16, 0xfffe, -2],
    [DataType.Int16, 0xffff8000, -32768],
    [DataType.Int32, 0x80000000, -2147483648],
  ])("data type %i as %i in two's complement is %i", (datatype, intValue, value) => {
    expect(decodePayload(written({ datatype, intValue })).metrics[0]?.value).toBe(value);
  });

  test('is_null wins over a value that is there too', () => {
    expect(decodePayload(written({ datatype: 3, isNull: true, intValue: 5 })).metrics[0]?.value).toBeNull();
  });

  test('the data type may come after the value, and fields that nobody knows are passed over', () => {
    const late = hex('1204' + '5005' + '2003');
    expect(decodePayload(late).metrics).toEqual([{ datatype: DataType.Int32, value: 5 }]);
    const unknown = hex('1207' + 'a00607' + '2003' + '5005' + '320161');
    expect(decodePayload(unknown).metrics).toEqual([{ datatype: DataType.Int32, value: 5 }]);
  });
});

describe('values that do not fit are refused when encoding', () => {
  test.each<[string, Metric, string]>([
    ['a fraction as Int32', { datatype: DataType.Int32, value: 1.5 }, 'SPARKPLUG_VALUE_TYPE'],
    ['300 as UInt8', { datatype: DataType.UInt8, value: 300 }, 'SPARKPLUG_VALUE_RANGE'],
    ['-1 as UInt32', { datatype: DataType.UInt32, value: -1 }, 'SPARKPLUG_VALUE_RANGE'],
    ['2^63 as Int64', { datatype: DataType.Int64, value: 2n ** 63n }, 'SPARKPLUG_VALUE_RANGE'],
    ['a number as Int64', { datatype: DataType.Int64, value: 5 }, 'SPARKPLUG_VALUE_TYPE'],
    ['a text as Double', { datatype: DataType.Double, value: '1' }, 'SPARKPLUG_VALUE_TYPE'],
    ['a list as Int32Array', { datatype: DataType.Int32Array, value: [1, 2] }, 'SPARKPLUG_VALUE_TYPE'],
    ['U+0000 in StringArray', { datatype: DataType.StringArray, value: ['a\0b'] }, 'SPARKPLUG_VALUE_TYPE'],
    ['half a surrogate pair', { datatype: DataType.String, value: '\ud800' }, 'SPARKPLUG_VALUE_TYPE'],
    ['a number without data type', { value: 5 }, 'SPARKPLUG_DATATYPE_UNKNOWN'],
    ['an alias below 0', { alias: -1, datatype: DataType.Int32, value: 5 }, 'SPARKPLUG_VALUE_RANGE'],
    ['a time that is not one', { timestamp: Number.NaN }, 'SPARKPLUG_VALUE_RANGE'],
    ['a PropertySet as metric', { datatype: DataType.PropertySet, value: 5 }, 'SPARKPLUG_DATATYPE_UNKNOWN'],
    [
      'a row that is too short',
      { datatype: DataType.DataSet, value: { columns: ['a'], types: [DataType.Int8], rows: [[]] } },
      'SPARKPLUG_VALUE_TYPE',
    ],
  ])('%s', (_, metric, code) => {
    expect(codeOf(() => encodePayload({ metrics: [metric] }))).toBe(code);
  });

  test('the error names the metric', () => {
    const metrics = [{ name: 'Wind/Speed', datatype: DataType.UInt8, value: 300 }];
    expect(() => encodePayload({ metrics })).toThrow(/metric Wind\/Speed: 300/);
  });
});

describe('payloads that cannot be trusted', () => {
  /** What a stranger's bytes come to: a payload, or a code of ours. Anything else fails the test. */
  const survives = (bytes: Uint8Array): string => codeOf(() => decodePayload(bytes));

  test('random bytes give a payload or a code', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => survives(bytes) !== ''),
      { numRuns: 3000 },
    );
  });

  test('real payloads with bytes changed, cut or put in give a payload or a code', () => {
    const change = fc.tuple(
      fc.nat(),
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom('set', 'cut', 'insert'),
    );
    fc.assert(
      fc.property(payload, fc.array(change, { minLength: 1, maxLength: 5 }), (given, changes) => {
        let bytes = [...encodePayload(given)];
        for (const [at, byte, what] of changes) {
          const index = at % (bytes.length + 1);
          if (what === 'cut') bytes = bytes.slice(0, index);
          else bytes.splice(index, what === 'set' ? 1 : 0, byte);
        }
        survives(Uint8Array.from(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  test('a payload cut anywhere is refused or is shorter, and never reads past its end', () => {
    const whole = encodePayload({
      seq: 1,
      metrics: [{ name: 'n', alias: 300, timestamp: 1.7e12, datatype: DataType.Double, value: 1.5 }],
    });
    for (let length = 0; length < whole.length; length++) {
      const roomy = new Uint8Array(64).fill(0x7f);
      roomy.set(whole.subarray(0, length));
      survives(roomy.subarray(0, length));
    }
    expect(survives(whole.subarray(0, 5))).toBe('SPARKPLUG_PAYLOAD_MALFORMED');
  });

  /** Messages in each other, `times` over: each with the next of `tags`, the innermost first. */
  function nested(tags: readonly number[][], times: number): Uint8Array {
    const parts: Uint8Array[] = [];
    let length = 0;
    for (let i = 0; i < times * tags.length; i++) {
      const tag = Uint8Array.from(tags[i % tags.length]!);
      const size = protobuf.Writer.create().uint32(length).finish();
      parts.push(size, tag);
      length += size.length + tag.length;
    }
    return Buffer.concat(parts.reverse());
  }

  test.each([
    ['templates in templates', [[0x92, 0x01], [0x12]]],
    ['property sets in property sets', [[0x4a], [0x12]]],
    ['lists of property sets in property sets', [[0x0a], [0x52], [0x12], [0x4a], [0x12]]],
  ])('%s end at the limit, not at the end of the stack', (_, tags) => {
    expect(survives(nested(tags, 2))).not.toBe('SPARKPLUG_PAYLOAD_TOO_LARGE');
    expect(() => decodePayload(nested(tags, 20_000))).toThrow(/more than 8 levels/);
  });

  test.each<[string, Parameters<typeof decodePayload>[1], MetricValue | undefined]>([
    ['bytes', { bytes: 10 }, undefined],
    ['metrics', { metrics: 0 }, undefined],
    ['the length of a text', { stringBytes: 3 }, undefined],
    ['elements of an array', { elements: 7 }, undefined],
  ])('the limit on %s is kept', (_, limits) => {
    const bytes = encodePayload({
      metrics: [{ name: 'name', datatype: DataType.Int8Array, value: new Int8Array(8) }],
    });
    expect(codeOf(() => decodePayload(bytes))).toBe('none');
    expect(codeOf(() => decodePayload(bytes, limits))).toBe('SPARKPLUG_PAYLOAD_TOO_LARGE');
  });

  test.each<[string, string, string]>([
    ['a length past the end', '12ff7f', 'SPARKPLUG_PAYLOAD_MALFORMED'],
    ['a length of 4 GiB', '12ffffffff0f', 'SPARKPLUG_PAYLOAD_MALFORMED'],
    ['a number without end', '08ffffffffffffffffffff01', 'SPARKPLUG_PAYLOAD_MALFORMED'],
    ['a group', '33', 'SPARKPLUG_PAYLOAD_MALFORMED'],
    ['field 0', '0001', 'SPARKPLUG_PAYLOAD_MALFORMED'],
    ['a text as timestamp', '0a0161', 'SPARKPLUG_VALUE_TYPE'],
    ['seq 256', '188002', 'SPARKPLUG_VALUE_RANGE'],
    ['a timestamp of 2^63', '0880808080808080808001', 'SPARKPLUG_VALUE_RANGE'],
    ['data type 99', '12022063', 'SPARKPLUG_DATATYPE_UNKNOWN'],
    ['a name that is not UTF-8', '12040a02c328', 'SPARKPLUG_PAYLOAD_MALFORMED'],
    ['Int8 of 200 in 32 bits', '120520015 0c802'.replace(' ', ''), 'SPARKPLUG_VALUE_RANGE'],
    ['a text for a Double', '1205200a7a0161', 'SPARKPLUG_VALUE_TYPE'],
    [
      'keys without values: tck-id-payloads-propertyset-keys-array-size',
      '12054a030a0161',
      'SPARKPLUG_PAYLOAD_MALFORMED',
    ],
    ['an Int16Array of 3 bytes', '12082017820103010203', 'SPARKPLUG_PAYLOAD_MALFORMED'],
    ['a BooleanArray that counts too many', '120a2020820105ffffffff00', 'SPARKPLUG_PAYLOAD_MALFORMED'],
    [
      'a StringArray that does not end',
      '1207202182010261 62'.replace(' ', ''),
      'SPARKPLUG_PAYLOAD_MALFORMED',
    ],
    [
      'a DataSet with fewer types than columns: tck-id-payloads-dataset-types-num',
      '12088a010512016118 01'.replace(' ', ''),
      'none',
    ],
    [
      'a DataSet of columns without types',
      '12068a010312 0161'.replace(' ', ''),
      'SPARKPLUG_PAYLOAD_MALFORMED',
    ],
  ])('%s', (_, text, code) => {
    expect(codeOf(() => decodePayload(hex(text)))).toBe(code);
  });

  test('a key called __proto__ is a key like any other', () => {
    const properties = JSON.parse('{"__proto__": {"type": 11, "value": true}}') as Metric['properties'];
    const [metric] = decodePayload(encodePayload({ metrics: [{ properties: properties! }] })).metrics;
    expect(Object.keys(metric!.properties!)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(metric!.properties)).toBe(Object.prototype);
  });

  test('what was decoded does not change when the bytes are used again', () => {
    const bytes = encodePayload({ metrics: [{ datatype: DataType.Bytes, value: Uint8Array.of(1, 2, 3) }] });
    const decoded = decodePayload(bytes);
    bytes.fill(0);
    expect(decoded.metrics[0]?.value).toEqual(Uint8Array.of(1, 2, 3));
  });
});
