import { unpackArray, isArrayType } from './array.ts';
import { readDataSet } from './dataset-codec.ts';
import { DataType } from './datatype.ts';
import { readMetaData } from './metadata-codec.ts';
import { readDatatype, readPropertySet } from './property-codec.ts';
import { dateLimit, fromWire, memberOf, readMember, type Member } from './scalar.ts';
import type { BasicValue, Metric, MetricValue, Template, TemplateParameter } from './model.ts';
import type { WireReader } from './wire-reader.ts';

type Growing<T> = { -readonly [key in keyof T]: T[key] };

/** Sparkplug 3.0, 6.4.6: name 1 to properties 9, value 10 to 18. */
export function readMetric(reader: WireReader, depth: number): Metric {
  reader.countMetric();
  const metric: Growing<Metric> = {};
  let isNull = false;
  let member: Member | undefined;
  let value: MetricValue | undefined;
  const outer = reader.enter();
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    switch (tag) {
      case 0x0a:
        metric.name = reader.string();
        break;
      case 0x10:
        metric.alias = reader.safeInteger('alias', Number.MAX_SAFE_INTEGER);
        break;
      case 0x18:
        metric.timestamp = reader.safeInteger('timestamp', dateLimit);
        break;
      case 0x20:
        metric.datatype = readDatatype(reader);
        break;
      case 0x28:
        metric.isHistorical = reader.bool();
        break;
      case 0x30:
        metric.isTransient = reader.bool();
        break;
      case 0x38:
        isNull = reader.bool();
        break;
      case 0x42:
        metric.metadata = readMetaData(reader);
        break;
      case 0x4a:
        metric.properties = readPropertySet(reader, depth + 1);
        break;
      case 0x82:
        member = undefined;
        value = reader.bytes();
        break;
      case 0x8a:
        member = undefined;
        value = readDataSet(reader);
        break;
      case 0x92:
        member = undefined;
        value = readTemplate(reader, depth + 1);
        break;
      default: {
        const found = memberOf(tag, 10);
        if (found === undefined) reader.skip(tag, 18);
        else {
          member = found;
          value = readMember(reader, found);
        }
      }
    }
  }
  reader.leave(outer);
  if (isNull) metric.value = null;
  else if (value !== undefined) {
    const { datatype } = metric;
    if (datatype === undefined) metric.value = value;
    else if (member === undefined) metric.value = fromComposite(reader, value, datatype);
    else metric.value = fromWire(member, value as BasicValue, datatype);
  }
  return metric;
}

/** Holds a value that is not one of the basic members against its data type. `reader` bounds arrays and names faults. */
export function fromComposite(reader: WireReader, value: MetricValue, datatype: DataType): MetricValue {
  if (datatype === DataType.Unknown) return value;
  if (value instanceof Uint8Array) {
    if (datatype === DataType.Bytes || datatype === DataType.File) return value;
    if (isArrayType(datatype)) return unpackArray(datatype, value, (count) => reader.countElements(count));
  } else if (datatype === DataType.DataSet && 'rows' in (value as object)) return value;
  else if (datatype === DataType.Template && 'parameters' in (value as object)) return value;
  throw reader.fault('SPARKPLUG_VALUE_TYPE', `data type ${datatype} came in another field of the value`);
}

/** Sparkplug 3.0, 6.4.14: version 1, metrics 2, parameters 3, template_ref 4, is_definition 5. */
function readTemplate(reader: WireReader, depth: number): Template {
  reader.checkDepth(depth);
  const metrics: Metric[] = [];
  const parameters: TemplateParameter[] = [];
  const template: Growing<Template> = { metrics, parameters };
  const outer = reader.enter();
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x0a) template.version = reader.string();
    else if (tag === 0x12) metrics.push(readMetric(reader, depth));
    else if (tag === 0x1a) {
      reader.countElements(1);
      parameters.push(readParameter(reader));
    } else if (tag === 0x22) template.templateRef = reader.string();
    else if (tag === 0x28) template.isDefinition = reader.bool();
    else reader.skip(tag, 5);
  }
  reader.leave(outer);
  return template;
}

/** Sparkplug 3.0, 6.4.15: name 1, type 2, value 3 to 8. */
function readParameter(reader: WireReader): TemplateParameter {
  let type: DataType | undefined;
  let member: Member | undefined;
  let wire: BasicValue | undefined;
  const parameter: Growing<TemplateParameter> = { value: null };
  const outer = reader.enter();
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x0a) parameter.name = reader.string();
    else if (tag === 0x10) parameter.type = type = readDatatype(reader);
    else {
      const found = memberOf(tag, 3);
      if (found === undefined) reader.skip(tag, 8);
      else {
        member = found;
        wire = readMember(reader, found);
      }
    }
  }
  reader.leave(outer);
  if (member !== undefined && wire !== undefined) {
    parameter.value = type === undefined ? wire : fromWire(member, wire, type);
  }
  return parameter;
}
