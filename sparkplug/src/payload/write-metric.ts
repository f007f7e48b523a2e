import { sparkplugError } from '../errors.ts';
import { packArray, isArrayType } from './array.ts';
import { writeDataSet } from './dataset-codec.ts';
import { DataType, dataTypeName } from './datatype.ts';
import { writeMetaData } from './metadata-codec.ts';
import { writePropertySet } from './property-codec.ts';
import { dateLimit, writeScalar } from './scalar.ts';
import type { DataSet, Metric, MetricValue, Template, TemplateParameter } from './model.ts';
import type { WireWriter } from './wire-writer.ts';

/** How metrics go out; see EncodeOptions. */
export interface MetricForm {
  readonly datatypes: boolean;
  readonly longUInt32: boolean;
}

export function writeMetric(writer: WireWriter, metric: Metric, form: MetricForm): void {
  const { name, alias, timestamp, datatype, isHistorical, isTransient, metadata, properties, value } = metric;
  const start = writer.open();
  if (name !== undefined) writeText(writer, 0x0a, name, 'metric name');
  if (alias !== undefined) writeCount(writer, 0x10, alias, Number.MAX_SAFE_INTEGER, 'alias');
  if (timestamp !== undefined) writeCount(writer, 0x18, timestamp, dateLimit, 'timestamp');
  if (datatype !== undefined && form.datatypes) writeDatatype(writer, 0x20, datatype);
  if (isHistorical !== undefined) writeFlag(writer, 0x28, isHistorical);
  if (isTransient !== undefined) writeFlag(writer, 0x30, isTransient);
  if (value === null) writeFlag(writer, 0x38, true);
  if (metadata !== undefined) {
    writer.byte(0x42);
    writeMetaData(writer, metadata);
  }
  if (properties !== undefined) {
    writer.byte(0x4a);
    writePropertySet(writer, properties, form.longUInt32);
  }
  if (value !== undefined && value !== null) writeValue(writer, datatype ?? DataType.Unknown, value, form);
  writer.close(start);
}

function writeValue(writer: WireWriter, datatype: DataType, value: MetricValue, form: MetricForm): void {
  if (
    datatype === DataType.Bytes ||
    datatype === DataType.File ||
    (datatype === 0 && value instanceof Uint8Array)
  ) {
    if (!(value instanceof Uint8Array)) throw wrong(datatype, 'a Uint8Array');
    writer.byte(0x82);
    writer.byte(0x01);
    writer.bytes(value);
  } else if (isArrayType(datatype)) {
    writer.byte(0x82);
    writer.byte(0x01);
    writer.bytes(packArray(datatype, value));
  } else if (datatype === DataType.DataSet) {
    if (!isDataSet(value)) throw wrong(datatype, '{columns, types, rows}');
    writer.byte(0x8a);
    writer.byte(0x01);
    writeDataSet(writer, value, form.longUInt32);
  } else if (datatype === DataType.Template) {
    if (!isTemplate(value)) throw wrong(datatype, '{metrics, parameters}');
    writer.byte(0x92);
    writer.byte(0x01);
    writeTemplate(writer, value, form);
  } else writeScalar(writer, 10, datatype, value, form.longUInt32);
}

function writeTemplate(writer: WireWriter, template: Template, form: MetricForm): void {
  const start = writer.open();
  if (template.version !== undefined) writeText(writer, 0x0a, template.version, 'template version');
  for (const metric of template.metrics) {
    writer.byte(0x12);
    writeMetric(writer, metric, { ...form, datatypes: true });
  }
  for (const parameter of template.parameters) {
    writer.byte(0x1a);
    writeParameter(writer, parameter, form);
  }
  if (template.templateRef !== undefined) writeText(writer, 0x22, template.templateRef, 'template reference');
  if (template.isDefinition !== undefined) writeFlag(writer, 0x28, template.isDefinition);
  writer.close(start);
}

function writeParameter(
  writer: WireWriter,
  { name, type, value }: TemplateParameter,
  form: MetricForm,
): void {
  const start = writer.open();
  if (name !== undefined) writeText(writer, 0x0a, name, 'parameter name');
  if (type !== undefined) writeDatatype(writer, 0x10, type);
  if (value !== null) writeScalar(writer, 3, type ?? DataType.Unknown, value, form.longUInt32);
  writer.close(start);
}

function writeText(writer: WireWriter, tag: number, text: string, what: string): void {
  writer.byte(tag);
  if (!writer.string(text)) throw sparkplugError('SPARKPLUG_VALUE_TYPE', `the ${what} is not Unicode text`);
}

function writeFlag(writer: WireWriter, tag: number, flag: boolean): void {
  writer.byte(tag);
  writer.byte(flag ? 1 : 0);
}

/** A whole number from 0 to `max` behind its tag. */
export function writeCount(writer: WireWriter, tag: number, value: number, max: number, what: string): void {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw sparkplugError('SPARKPLUG_VALUE_RANGE', `${what} ${value} is not a whole number from 0 to ${max}`);
  }
  writer.byte(tag);
  writer.safeInteger(value);
}

function writeDatatype(writer: WireWriter, tag: number, datatype: DataType): void {
  if (dataTypeName(datatype) === undefined)
    throw sparkplugError('SPARKPLUG_DATATYPE_UNKNOWN', `data type ${datatype}`);
  writer.byte(tag);
  writer.uint32(datatype);
}

function isDataSet(value: MetricValue): value is DataSet {
  return typeof value === 'object' && 'columns' in value && 'types' in value && 'rows' in value;
}

function isTemplate(value: MetricValue): value is Template {
  return typeof value === 'object' && 'metrics' in value && 'parameters' in value;
}

function wrong(datatype: DataType, expected: string): Error {
  return sparkplugError(
    'SPARKPLUG_VALUE_TYPE',
    `${dataTypeName(datatype) ?? 'a value without data type'} wants ${expected}`,
  );
}
