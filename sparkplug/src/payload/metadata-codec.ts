import { sparkplugError } from '../errors.ts';
import type { MetaData } from './model.ts';
import type { WireReader } from './wire-reader.ts';
import type { WireWriter } from './wire-writer.ts';

type Text = 'contentType' | 'fileName' | 'fileType' | 'md5' | 'description';
const texts = new Map<number, Text>([
  [2, 'contentType'],
  [5, 'fileName'],
  [6, 'fileType'],
  [7, 'md5'],
  [8, 'description'],
]);

/** Sparkplug 3.0, 6.4.7, fields 1 to 8. */
export function readMetaData(reader: WireReader): MetaData {
  const found: { -readonly [key in keyof MetaData]: MetaData[key] } = {};
  const outer = reader.enter();
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    const text = (tag & 7) === 2 ? texts.get(tag >>> 3) : undefined;
    if (text) found[text] = reader.string();
    else if (tag === 0x08) found.isMultiPart = reader.bool();
    else if (tag === 0x18) found.size = reader.safeInteger('size', Number.MAX_SAFE_INTEGER);
    else if (tag === 0x20) found.seq = reader.safeInteger('seq', Number.MAX_SAFE_INTEGER);
    else reader.skip(tag, 8);
  }
  reader.leave(outer);
  return found;
}

export function writeMetaData(writer: WireWriter, metadata: MetaData): void {
  const start = writer.open();
  if (metadata.isMultiPart !== undefined) {
    writer.byte(0x08);
    writer.byte(metadata.isMultiPart ? 1 : 0);
  }
  writeText(writer, 2, metadata);
  writeCount(writer, 0x18, metadata.size);
  writeCount(writer, 0x20, metadata.seq);
  for (let field = 5; field <= 8; field++) writeText(writer, field, metadata);
  writer.close(start);
}

function writeText(writer: WireWriter, field: number, metadata: MetaData): void {
  const key = texts.get(field);
  const text = key && metadata[key];
  if (text === undefined) return;
  writer.byte((field << 3) | 2);
  if (!writer.string(text))
    throw sparkplugError('SPARKPLUG_VALUE_TYPE', `metadata ${key ?? ''} is not Unicode text`);
}

function writeCount(writer: WireWriter, tag: number, value: number | undefined): void {
  if (value === undefined) return;
  if (!Number.isSafeInteger(value) || value < 0) {
    throw sparkplugError('SPARKPLUG_VALUE_RANGE', `metadata count ${value} is not a whole number from 0`);
  }
  writer.byte(tag);
  writer.safeInteger(value);
}
