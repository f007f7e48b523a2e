import { sparkplugError } from '../errors.ts';
import { DataType, dataTypeName } from './datatype.ts';
import type { BasicValue } from './model.ts';
import type { WireReader } from './wire-reader.ts';
import type { WireWriter } from './wire-writer.ts';

/**
 * The six members that every `oneof value` of the specification begins with, in its order.
 * Their field number is `base + member`; the base differs from message to message.
 */
export const Member = { Int: 0, Long: 1, Float: 2, Double: 3, Boolean: 4, String: 5 } as const;
export type Member = (typeof Member)[keyof typeof Member];

/** Layout bits of each member's tag. */
const layouts = [0, 0, 5, 1, 0, 2] as const;

/** The largest distance from 1970 in ms that a date can have (ECMAScript, "Time Values"). */
export const dateLimit = 8.64e15;

export function datatypeLabel(datatype: DataType): string {
  return dataTypeName(datatype) ?? String(datatype);
}

/** The member that a tag means, or undefined: other field or other layout. */
export function memberOf(tag: number, base: number): Member | undefined {
  const member = (tag >>> 3) - base;
  return member >= 0 && member <= 5 && layouts[member as Member] === (tag & 7)
    ? (member as Member)
    : undefined;
}

/** The wire form: unsigned number for int_value, unsigned bigint for long_value. */
export function readMember(reader: WireReader, member: Member): BasicValue {
  switch (member) {
    case Member.Int:
      return reader.uint32();
    case Member.Long:
      return reader.uint64();
    case Member.Float:
      return reader.float();
    case Member.Double:
      return reader.double();
    case Member.Boolean:
      return reader.bool();
    case Member.String:
      return reader.string();
  }
}

/** The member that a wire form of a metric without data type can have come from, as `datatype` wants it. */
export function memberFor(wire: BasicValue, datatype: DataType): Member {
  if (typeof wire === 'bigint') return Member.Long;
  if (typeof wire === 'boolean') return Member.Boolean;
  if (typeof wire === 'string') return Member.String;
  if (datatype === DataType.Float) return Member.Float;
  return datatype === DataType.Double ? Member.Double : Member.Int;
}

/**
 * The value that a wire form means. Signed values are two's complement in the unsigned fields; Int8 and Int16 are
 * taken both in their own width and sign-extended to 32 bits, and UInt32 from both integer fields, as publishers differ.
 */
export function fromWire(member: Member, wire: BasicValue, datatype: DataType): BasicValue {
  switch (datatype) {
    case DataType.Unknown:
      return wire;
    case DataType.Int32:
      if (member === Member.Int) return (wire as number) | 0;
      break;
    case DataType.Int8:
      if (member === Member.Int) return narrow(wire as number, 8, datatype);
      break;
    case DataType.Int16:
      if (member === Member.Int) return narrow(wire as number, 16, datatype);
      break;
    case DataType.UInt8:
      if (member === Member.Int) return atMost(wire as number, 0xff, datatype);
      break;
    case DataType.UInt16:
      if (member === Member.Int) return atMost(wire as number, 0xffff, datatype);
      break;
    case DataType.UInt32:
      if (member === Member.Int) return wire;
      if (member === Member.Long) return atMost(Number(wire), 0xffffffff, datatype);
      break;
    case DataType.Int64:
      if (member === Member.Long) return BigInt.asIntN(64, wire as bigint);
      break;
    case DataType.UInt64:
      if (member === Member.Long) return wire;
      break;
    case DataType.DateTime:
      if (member === Member.Long) return date(wire as bigint);
      break;
    case DataType.Float:
      if (member === Member.Float) return wire;
      break;
    case DataType.Double:
      if (member === Member.Double) return wire;
      break;
    case DataType.Boolean:
      if (member === Member.Boolean) return wire;
      break;
    case DataType.String:
    case DataType.Text:
    case DataType.UUID:
      if (member === Member.String) return wire;
      break;
    default:
  }
  throw sparkplugError('SPARKPLUG_VALUE_TYPE', `${datatypeLabel(datatype)} came as ${typeof wire}`);
}

/** Writes tag and value. `base` is the field number of int_value; `longUInt32` puts UInt32 in long_value. */
export function writeScalar(
  writer: WireWriter,
  base: number,
  datatype: DataType,
  value: unknown,
  longUInt32: boolean,
): void {
  switch (datatype) {
    case DataType.Int8:
      integer(writer, base, datatype, value, -0x80, 0x7f);
      return;
    case DataType.Int16:
      integer(writer, base, datatype, value, -0x8000, 0x7fff);
      return;
    case DataType.Int32:
      integer(writer, base, datatype, value, -0x80000000, 0x7fffffff);
      return;
    case DataType.UInt8:
      integer(writer, base, datatype, value, 0, 0xff);
      return;
    case DataType.UInt16:
      integer(writer, base, datatype, value, 0, 0xffff);
      return;
    case DataType.UInt32:
      integer(writer, longUInt32 ? base + 1 : base, datatype, value, 0, 0xffffffff);
      return;
    case DataType.Int64:
    case DataType.UInt64:
      long(writer, base, datatype, value);
      return;
    case DataType.DateTime:
      if (typeof value !== 'number' || !Number.isInteger(value))
        throw wrong(datatype, value, 'a whole number of ms');
      if (Math.abs(value) > dateLimit) throw outside(datatype, value);
      writer.byte((base + Member.Long) << 3);
      if (value >= 0) writer.safeInteger(value);
      else writer.int64(BigInt(value));
      return;
    case DataType.Float:
      if (typeof value !== 'number') throw wrong(datatype, value, 'a number');
      writer.byte(((base + Member.Float) << 3) | 5);
      writer.float(value);
      return;
    case DataType.Double:
      if (typeof value !== 'number') throw wrong(datatype, value, 'a number');
      writer.byte(((base + Member.Double) << 3) | 1);
      writer.double(value);
      return;
    case DataType.Boolean:
      if (typeof value !== 'boolean') throw wrong(datatype, value, 'a boolean');
      writer.byte((base + Member.Boolean) << 3);
      writer.byte(value ? 1 : 0);
      return;
    case DataType.String:
    case DataType.Text:
    case DataType.UUID:
      if (typeof value !== 'string') throw wrong(datatype, value, 'a string');
      writer.byte(((base + Member.String) << 3) | 2);
      if (!writer.string(value)) throw wrong(datatype, value, 'Unicode text');
      return;
    case DataType.Unknown:
      untyped(writer, base, value);
      return;
    default:
      throw sparkplugError(
        'SPARKPLUG_DATATYPE_UNKNOWN',
        `${datatypeLabel(datatype)} is not a basic data type`,
      );
  }
}

/** Without a data type only values that can mean one thing are written. */
function untyped(writer: WireWriter, base: number, value: unknown): void {
  if (typeof value === 'boolean') writeScalar(writer, base, DataType.Boolean, value, false);
  else if (typeof value === 'string') writeScalar(writer, base, DataType.String, value, false);
  else if (typeof value === 'bigint')
    writeScalar(writer, base, value < 0n ? DataType.Int64 : DataType.UInt64, value, false);
  else throw sparkplugError('SPARKPLUG_DATATYPE_UNKNOWN', `a ${typeof value} needs a data type`);
}

function integer(
  writer: WireWriter,
  field: number,
  datatype: DataType,
  value: unknown,
  min: number,
  max: number,
): void {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw wrong(datatype, value, 'a whole number');
  if (value < min || value > max) throw outside(datatype, value);
  writer.byte(field << 3);
  writer.uint32(value >>> 0);
}

function long(writer: WireWriter, base: number, datatype: DataType, value: unknown): void {
  if (typeof value !== 'bigint') throw wrong(datatype, value, 'a bigint');
  const wrapped = datatype === DataType.Int64 ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
  if (wrapped !== value) throw outside(datatype, value);
  writer.byte((base + Member.Long) << 3);
  writer.int64(value);
}

function narrow(wire: number, bits: 8 | 16, datatype: DataType): number {
  const extended = wire | 0;
  const value = (wire << (32 - bits)) >> (32 - bits);
  if (extended === value || wire < 2 ** bits) return value;
  throw outside(datatype, extended);
}

function atMost(wire: number, max: number, datatype: DataType): number {
  if (wire > max) throw outside(datatype, wire);
  return wire;
}

function date(wire: bigint): number {
  const value = Number(BigInt.asIntN(64, wire));
  if (Math.abs(value) > dateLimit) throw outside(DataType.DateTime, value);
  return value;
}

function wrong(datatype: DataType, value: unknown, expected: string): Error {
  return sparkplugError(
    'SPARKPLUG_VALUE_TYPE',
    `${datatypeLabel(datatype)} wants ${expected}, not a ${typeof value}`,
  );
}

function outside(datatype: DataType, value: number | bigint): Error {
  return sparkplugError(
    'SPARKPLUG_VALUE_RANGE',
    `${value.toString()} is not in the range of ${datatypeLabel(datatype)}`,
  );
}
