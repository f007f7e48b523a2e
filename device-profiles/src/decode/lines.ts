import type { LineProfile } from '../format/profile.ts';
import { decodeField } from './line-field.ts';
import type { DecodedMetric } from './outcome.ts';
import type { StreamDecoder, StreamEvent } from './stream.ts';

const lineFeed = 0x0a;

/**
 * Splits a stream into lines (LF or CR LF), checks them and decodes their fields. A line that no metric asks for
 * gives no event. A line over maxLength is dropped whole.
 */
export function createLineDecoder(profile: LineProfile): StreamDecoder {
  const { maxLength } = profile.line;
  const counters = { good: 0, checksumErrors: 0, discardedBytes: 0 };
  let line: number[] = [];
  let tooLong = false;

  const finish = (): StreamEvent | undefined => {
    const length = line.length;
    const text = String.fromCharCode(...line).replace(/\r$/, '');
    line = [];
    if (tooLong) {
      tooLong = false;
      return { ok: false, reason: 'too_long' };
    }
    if (text === '') return undefined;
    const content = profile.line.checksum === 'xor' ? checked(text) : text;
    if (content === undefined) {
      counters.checksumErrors++;
      counters.discardedBytes += length + 1;
      return { ok: false, reason: 'checksum' };
    }
    counters.good++;
    const values = lineValues(profile, content);
    return values.length > 0 ? { ok: true, values } : undefined;
  };

  return {
    counters,
    reset: () => {
      counters.discardedBytes += line.length;
      line = [];
      tooLong = false;
    },
    push: (bytes) => {
      const events: StreamEvent[] = [];
      for (const byte of bytes) {
        if (byte === lineFeed) {
          const event = finish();
          if (event) events.push(event);
        } else if (tooLong) {
          counters.discardedBytes++;
        } else if (line.length + 1 >= maxLength) {
          counters.discardedBytes += line.length + 1;
          line = [];
          tooLong = true;
        } else line.push(byte);
      }
      return events;
    },
  };
}

/** XOR of the characters between `$` (or `!`) and `*`, in two hex digits (NMEA 0183). */
export function lineChecksum(text: string): string {
  let sum = 0;
  for (const character of text) sum ^= character.charCodeAt(0);
  return sum.toString(16).toUpperCase().padStart(2, '0');
}

/** The line without its checksum; undefined where that is missing or wrong. */
function checked(text: string): string | undefined {
  const match = /^([$!]?)(.*)\*([0-9A-Fa-f]{2})$/.exec(text);
  if (!match) return undefined;
  const [, start = '', content = '', sum = ''] = match;
  return lineChecksum(content) === sum.toUpperCase() ? start + content : undefined;
}

function lineValues(profile: LineProfile, text: string): DecodedMetric[] {
  const fields = text.split(profile.line.separator);
  return profile.metrics
    .filter(({ field }) => beginsWith(text, field.prefix))
    .map((metric) => ({ metric: metric.name, result: decodeField(metric, fields) }));
}

/** `?` in the prefix stands for any one character. */
function beginsWith(text: string, prefix: string): boolean {
  return (
    text.length >= prefix.length &&
    Array.from(prefix).every((wanted, at) => wanted === '?' || wanted === text[at])
  );
}
