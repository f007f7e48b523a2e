import type { DataType } from './datatype.ts';

/**
 * A value as a program holds it. By data type:
 * - Int8..Int32, UInt8..UInt32, Float, Double: number;
 * - Int64, UInt64: bigint;
 * - DateTime: number, ms since the Unix epoch (whole, within +-8.64e15, as `Date` allows);
 * - Boolean: boolean; String, Text, UUID: string; Bytes, File: Uint8Array;
 * - Int8Array..DoubleArray: the typed array of that width (64-bit ones are BigInt64Array, BigUint64Array);
 * - BooleanArray: boolean[]; StringArray: string[] (no U+0000 inside); DateTimeArray: number[] of ms;
 * - DataSet, Template: the interfaces below.
 *
 * A decoded metric without a data type (DATA messages leave it out) holds its wire form until `typedValue` is
 * applied with the birth's data type: int_value is an unsigned number, long_value an unsigned bigint,
 * bytes_value a Uint8Array.
 */
export type MetricValue =
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | NumberArray
  | readonly boolean[]
  | readonly string[]
  | readonly number[]
  | DataSet
  | Template;

export type NumberArray =
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** Sparkplug 3.0, 6.4.6. At least one of name and alias is there. */
export interface Metric {
  readonly name?: string;
  /** A safe integer, unique within the edge node. */
  readonly alias?: number;
  /** When the value was captured, ms since the Unix epoch. */
  readonly timestamp?: number;
  /** Always in births; the encoder needs it for numbers and arrays, and can leave it out on the wire. */
  readonly datatype?: DataType;
  readonly isHistorical?: boolean;
  readonly isTransient?: boolean;
  readonly metadata?: MetaData;
  readonly properties?: PropertySet;
  /** null is `is_null`; left out where no value is given at all (members of a template definition). */
  readonly value?: MetricValue | null;
}

/** Sparkplug 3.0, 6.4.5. */
export interface Payload {
  /** When the message was published, ms since the Unix epoch. */
  readonly timestamp?: number;
  /** 0..255; absent in NDEATH, NCMD and DCMD. */
  readonly seq?: number;
  readonly uuid?: string;
  readonly body?: Uint8Array;
  readonly metrics: readonly Metric[];
}

/** Sparkplug 3.0, 6.4.7. `size` and `seq` are safe integers. */
export interface MetaData {
  readonly isMultiPart?: boolean;
  readonly contentType?: string;
  readonly size?: number;
  readonly seq?: number;
  readonly fileName?: string;
  readonly fileType?: string;
  readonly md5?: string;
  readonly description?: string;
}

/** Sparkplug 3.0, 6.4.8. Own keys only; where a publisher repeats a key, the last one counts. */
export interface PropertySet {
  readonly [key: string]: PropertyValue;
}

/** Sparkplug 3.0, 6.4.9. */
export interface PropertyValue {
  /** A basic data type, PropertySet or PropertySetList. Needed when encoding numbers. */
  readonly type?: DataType;
  readonly value: BasicValue | PropertySet | readonly PropertySet[] | null;
}

/** A value of a basic data type: Int8 to Text, and UUID. */
export type BasicValue = number | bigint | boolean | string;

/** Sparkplug 3.0, 6.4.11 to 6.4.13. As many types as columns, and as many values in each row. */
export interface DataSet {
  readonly columns: readonly string[];
  readonly types: readonly DataType[];
  /** null stands for an element without a value. */
  readonly rows: readonly (readonly (BasicValue | null)[])[];
}

/** Sparkplug 3.0, 6.4.14. A definition has `isDefinition: true` and no `templateRef`. */
export interface Template {
  readonly version?: string;
  readonly templateRef?: string;
  readonly isDefinition?: boolean;
  readonly metrics: readonly Metric[];
  readonly parameters: readonly TemplateParameter[];
}

/** Sparkplug 3.0, 6.4.15. */
export interface TemplateParameter {
  readonly name?: string;
  readonly type?: DataType;
  /** null stands for a parameter without a value. */
  readonly value: BasicValue | null;
}
