import { sparkplugError } from '../errors.ts';
import { DataType } from './datatype.ts';
import { readDatatype } from './property-codec.ts';
import { fromWire, memberOf, readMember, writeScalar, type Member } from './scalar.ts';
import type { BasicValue, DataSet } from './model.ts';
import type { WireReader } from './wire-reader.ts';
import type { WireWriter } from './wire-writer.ts';

interface Cell {
  readonly member: Member;
  readonly wire: BasicValue;
}

/** Sparkplug 3.0, 6.4.11: num_of_columns 1, columns 2, types 3, rows 4. */
export function readDataSet(reader: WireReader): DataSet {
  let width: number | undefined;
  const columns: string[] = [];
  const types: DataType[] = [];
  const rows: (Cell | undefined)[][] = [];
  const outer = reader.enter();
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x08) width = reader.safeInteger('the number of columns', reader.limits.elements);
    else if (tag === 0x12) {
      reader.countElements(1);
      columns.push(reader.string());
    } else if (tag === 0x18) {
      types.push(readType(reader));
    } else if (tag === 0x1a) {
      const inner = reader.enter();
      while (reader.pos < reader.end) types.push(readType(reader));
      reader.leave(inner);
    } else if (tag === 0x22) {
      reader.countElements(1);
      rows.push(readRow(reader));
    } else reader.skip(tag, 4);
  }
  reader.leave(outer);
  if (columns.length !== types.length || (width ?? columns.length) !== columns.length) {
    throw reader.malformed(
      `a data set of ${width ?? 'unknown'} columns with ${columns.length} names and ${types.length} types`,
    );
  }
  return {
    columns,
    types,
    rows: rows.map((row) => {
      if (row.length !== types.length)
        throw reader.malformed(`a row of ${row.length} for ${types.length} columns`);
      return row
        .map((cell, column) => cell && fromWire(cell.member, cell.wire, types[column] ?? 0))
        .map(orNull);
    }),
  };
}

function orNull(value: BasicValue | undefined): BasicValue | null {
  return value ?? null;
}

function readType(reader: WireReader): DataType {
  reader.countElements(1);
  return readDatatype(reader);
}

/** Sparkplug 3.0, 6.4.12: elements 1; each is one `oneof value` of the fields 1 to 6. */
function readRow(reader: WireReader): (Cell | undefined)[] {
  const row: (Cell | undefined)[] = [];
  const outer = reader.enter();
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x0a) {
      reader.countElements(1);
      row.push(readCell(reader));
    } else reader.skip(tag, 1);
  }
  reader.leave(outer);
  return row;
}

function readCell(reader: WireReader): Cell | undefined {
  let cell: Cell | undefined;
  const outer = reader.enter();
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    const member = memberOf(tag, 1);
    if (member === undefined) reader.skip(tag, 6);
    else cell = { member, wire: readMember(reader, member) };
  }
  reader.leave(outer);
  return cell;
}

export function writeDataSet(
  writer: WireWriter,
  { columns, types, rows }: DataSet,
  longUInt32: boolean,
): void {
  if (columns.length !== types.length) {
    throw sparkplugError(
      'SPARKPLUG_VALUE_TYPE',
      `a data set of ${columns.length} columns and ${types.length} types`,
    );
  }
  const start = writer.open();
  writer.byte(0x08);
  writer.uint32(columns.length);
  for (const column of columns) {
    writer.byte(0x12);
    if (!writer.string(column))
      throw sparkplugError('SPARKPLUG_VALUE_TYPE', 'a column name is not Unicode text');
  }
  for (const type of types) {
    writer.byte(0x18);
    writer.uint32(type);
  }
  for (const row of rows) {
    if (row.length !== types.length) {
      throw sparkplugError('SPARKPLUG_VALUE_TYPE', `a row of ${row.length} for ${types.length} columns`);
    }
    writer.byte(0x22);
    const rowStart = writer.open();
    row.forEach((value, column) => {
      writer.byte(0x0a);
      const cellStart = writer.open();
      if (value !== null) writeScalar(writer, 1, types[column] ?? DataType.Unknown, value, longUInt32);
      writer.close(cellStart);
    });
    writer.close(rowStart);
  }
  writer.close(start);
}
