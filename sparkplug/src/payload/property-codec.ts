import { sparkplugError } from '../errors.ts';
import { DataType, dataTypeName } from './datatype.ts';
import { fromWire, memberOf, readMember, writeScalar, type Member } from './scalar.ts';
import type { BasicValue, PropertySet, PropertyValue } from './model.ts';
import type { WireReader } from './wire-reader.ts';
import type { WireWriter } from './wire-writer.ts';

/** Sparkplug 3.0, 6.4.8: keys 1, values 2, as many of each (tck-id-payloads-propertyset-keys-array-size). */
export function readPropertySet(reader: WireReader, depth: number): PropertySet {
  reader.checkDepth(depth);
  const keys: string[] = [];
  const values: PropertyValue[] = [];
  const outer = reader.enter();
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x0a) {
      reader.countElements(1);
      keys.push(reader.string());
    } else if (tag === 0x12) {
      if (values.length >= reader.limits.elements) throw reader.tooMany('elements', reader.limits.elements);
      values.push(readPropertyValue(reader, depth));
    } else reader.skip(tag, 2);
  }
  reader.leave(outer);
  if (keys.length !== values.length) {
    throw reader.malformed(`a property set of ${keys.length} keys and ${values.length} values`);
  }
  const set: Record<string, PropertyValue> = {};
  for (let index = 0; index < keys.length; index++) {
    const value = values[index];
    if (value) put(set, keys[index] ?? '', value);
  }
  return set;
}

/** Sparkplug 3.0, 6.4.9: type 1, is_null 2, value 3 to 10. */
function readPropertyValue(reader: WireReader, depth: number): PropertyValue {
  let type: DataType | undefined;
  let isNull = false;
  let member: Member | undefined;
  let wire: BasicValue | undefined;
  let nested: PropertySet | PropertySet[] | undefined;
  const outer = reader.enter();
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x08) type = readDatatype(reader);
    else if (tag === 0x10) isNull = reader.bool();
    else if (tag === 0x4a) nested = readPropertySet(reader, depth + 1);
    else if (tag === 0x52) nested = readPropertySetList(reader, depth + 1);
    else {
      const found = memberOf(tag, 3);
      if (found === undefined) reader.skip(tag, 10);
      else {
        member = found;
        wire = readMember(reader, found);
        nested = undefined;
      }
    }
  }
  reader.leave(outer);
  let value: PropertyValue['value'] = null;
  if (isNull) value = null;
  else if (nested !== undefined) {
    const expected = Array.isArray(nested) ? DataType.PropertySetList : DataType.PropertySet;
    if (type !== undefined && type !== expected)
      throw reader.fault('SPARKPLUG_VALUE_TYPE', `a property of type ${type}`);
    value = nested;
  } else if (member !== undefined && wire !== undefined) {
    value = type === undefined ? wire : fromWire(member, wire, type);
  }
  return type === undefined ? { value } : { type, value };
}

/** Sparkplug 3.0, 6.4.10: propertyset 1. */
function readPropertySetList(reader: WireReader, depth: number): PropertySet[] {
  reader.checkDepth(depth);
  const sets: PropertySet[] = [];
  const outer = reader.enter();
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x0a) {
      reader.countElements(1);
      sets.push(readPropertySet(reader, depth));
    } else reader.skip(tag, 1);
  }
  reader.leave(outer);
  return sets;
}

/** A data type number; one that the specification does not define is refused. */
export function readDatatype(reader: WireReader): DataType {
  const number = reader.uint32();
  if (number > DataType.DateTimeArray)
    throw reader.fault('SPARKPLUG_DATATYPE_UNKNOWN', `data type ${number}`);
  return number as DataType;
}

export function writePropertySet(writer: WireWriter, set: PropertySet, longUInt32: boolean): void {
  const start = writer.open();
  const keys = Object.keys(set);
  for (const key of keys) {
    writer.byte(0x0a);
    if (!writer.string(key))
      throw sparkplugError('SPARKPLUG_VALUE_TYPE', 'a property key is not Unicode text');
  }
  for (const key of keys) {
    const property = set[key];
    writer.byte(0x12);
    const valueStart = writer.open();
    if (property) writePropertyValue(writer, property, longUInt32);
    writer.close(valueStart);
  }
  writer.close(start);
}

function writePropertyValue(writer: WireWriter, { type, value }: PropertyValue, longUInt32: boolean): void {
  if (type !== undefined) {
    if (dataTypeName(type) === undefined) throw sparkplugError('SPARKPLUG_DATATYPE_UNKNOWN', String(type));
    writer.byte(0x08);
    writer.uint32(type);
  }
  if (value === null) {
    writer.byte(0x10);
    writer.byte(1);
  } else if (type === DataType.PropertySetList || (type === undefined && Array.isArray(value))) {
    if (!Array.isArray(value))
      throw sparkplugError('SPARKPLUG_VALUE_TYPE', 'PropertySetList wants an array of property sets');
    writer.byte(0x52);
    const start = writer.open();
    for (const set of value as readonly PropertySet[]) {
      writer.byte(0x0a);
      writePropertySet(writer, set, longUInt32);
    }
    writer.close(start);
  } else if (type === DataType.PropertySet || (type === undefined && typeof value === 'object')) {
    if (typeof value !== 'object')
      throw sparkplugError('SPARKPLUG_VALUE_TYPE', 'PropertySet wants an object');
    writer.byte(0x4a);
    writePropertySet(writer, value as PropertySet, longUInt32);
  } else writeScalar(writer, 3, type ?? DataType.Unknown, value, longUInt32);
}

/** A key from the wire becomes an own key, whatever it is called. */
function put(set: Record<string, PropertyValue>, key: string, value: PropertyValue): void {
  if (key === '__proto__') {
    Object.defineProperty(set, key, { value, enumerable: true, configurable: true, writable: true });
  } else set[key] = value;
}
