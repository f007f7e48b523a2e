import type { LineField, LineMetric } from '../format/line.ts';
import { bad, good, type Decoded } from './outcome.ts';
import { scaled, within, type Range } from './scale.ts';

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;
const integer = /^[+-]?\d{1,20}$/;
const hexadecimal = /^[0-9A-Fa-f]{1,13}$/;
const degreesMinutes = /^(\d{1,3})(\d{2}(?:\.\d+)?)$/;

/** The value of a metric from the fields of a line whose prefix matched. */
export function decodeField({ field, min, max }: LineMetric, fields: readonly string[]): Decoded {
  const text = fields[field.index]?.trim();
  if (text === undefined) return bad('too_short');
  if (text === '' || field.invalid?.includes(text)) return bad('invalid_marker');
  if (field.enum) {
    const word = field.enum[text];
    return word === undefined ? bad('out_of_range') : good(word);
  }
  if (field.type === 'text') return good(text);
  if (field.type === 'boolean') return good(text === (field.trueText ?? '1'));
  const number = numberOf(field, text, fields[field.index + 1]);
  if (number === undefined) return bad('malformed');
  return inRange(scaled(number, field.scale, field.offset), {
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  });
}

function inRange(value: number, range: Range): Decoded {
  return within(value, range) ? good(value) : bad('out_of_range');
}

function numberOf(field: LineField, text: string, following: string | undefined): number | undefined {
  switch (field.type) {
    case 'number':
      return decimal.test(text) ? finite(Number(text)) : undefined;
    case 'integer':
      return integer.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
    case 'hex':
      return hexadecimal.test(text) ? Number.parseInt(text, 16) : undefined;
    case 'degrees-minutes':
      return degrees(text, following);
    default:
      return undefined;
  }
}

/** `4807.038` and `N` are 48 + 7.038 / 60 degrees (NMEA 0183); south and west are negative. */
function degrees(text: string, hemisphere: string | undefined): number | undefined {
  const match = degreesMinutes.exec(text);
  if (!match || hemisphere === undefined || !/^[NSEW]$/.test(hemisphere)) return undefined;
  const minutes = Number(match[2]);
  if (minutes >= 60) return undefined;
  const value = Number((Number(match[1]) + minutes / 60).toFixed(8));
  return hemisphere === 'S' || hemisphere === 'W' ? -value : value;
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
