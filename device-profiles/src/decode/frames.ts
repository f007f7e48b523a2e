import type { FrameLayout, FrameMetric } from '../format/frame.ts';
import type { FrameProfile } from '../format/profile.ts';
import { byteWidth, readRaw, reorder } from './bytes.ts';
import { checksumOf, checksumWidth, hexBytes } from './checksum.ts';
import { bad, type DecodedMetric } from './outcome.ts';
import type { StreamDecoder, StreamEvent } from './stream.ts';
import { decodeBytes } from './value.ts';

/**
 * Finds frames in a stream and decodes their fields. After garbage, a wrong length, trailer or checksum it
 * looks for the next header one byte further on, so that a frame hidden in the garbage is not lost.
 */
export function createFrameDecoder(profile: FrameProfile): StreamDecoder {
  const layout = profile.frame;
  const header = hexBytes(layout.header);
  const trailer = hexBytes(layout.trailer ?? '');
  const counters = { good: 0, checksumErrors: 0, discardedBytes: 0 };
  let pending = new Uint8Array(0);

  const discard = (bytes: number): void => {
    counters.discardedBytes += bytes;
    pending = pending.slice(bytes);
  };

  /** One step: a frame, a refusal, or undefined where more bytes are needed. */
  const next = (): StreamEvent | undefined => {
    for (;;) {
      discard(headerAt(pending, header));
      if (pending.length < header.length) return undefined;
      const length = frameLength(layout, pending);
      if (length === undefined) return undefined;
      if (length < header.length + checksumWidth(layout.checksum.kind) || length > longest(layout)) {
        discard(1);
        continue;
      }
      if (pending.length < length) return undefined;
      const frame = pending.slice(0, length);
      if (!endsWith(frame, trailer)) {
        discard(1);
        continue;
      }
      if (!checksumHolds(layout, frame)) {
        counters.checksumErrors++;
        discard(1);
        return { ok: false, reason: 'checksum' };
      }
      counters.good++;
      pending = pending.slice(length);
      return { ok: true, values: fieldValues(profile.metrics, frame) };
    }
  };

  return {
    counters,
    reset: () => discard(pending.length),
    push: (bytes) => {
      const joined = new Uint8Array(pending.length + bytes.length);
      joined.set(pending);
      joined.set(bytes, pending.length);
      pending = joined;
      const events: StreamEvent[] = [];
      for (let event = next(); event; event = next()) events.push(event);
      return events;
    },
  };
}

/** The checksum that a frame must carry, and where; undefined where the frame is too short for it. */
export function expectedChecksum(
  layout: FrameLayout,
  frame: Uint8Array,
): { readonly at: number; readonly carried: number; readonly computed: number } | undefined {
  const { kind, from, to, at, order } = layout.checksum;
  const width = checksumWidth(kind);
  const place = at < 0 ? frame.length + at : at;
  const end = to < 0 ? frame.length + to : to;
  if (place < 0 || place + width > frame.length || end >= frame.length || end < from) return undefined;
  const bytes = frame.subarray(place, place + width);
  const carried = readRaw(width === 2 ? 'uint16' : 'uint8', reorder(bytes, order, 'uint16'));
  return { at: place, carried: Number(carried), computed: checksumOf(kind, frame.subarray(from, end + 1)) };
}

/** Values of the fields; a field beyond the end of a frame is `too_short`. */
function fieldValues(metrics: readonly FrameMetric[], frame: Uint8Array): DecodedMetric[] {
  return metrics.map((metric) => {
    const { field } = metric;
    const end = field.at + byteWidth(field.type, field.length ?? 1);
    if (end > frame.length) return { metric: metric.name, result: bad('too_short') };
    return { metric: metric.name, result: decodeBytes(field, metric, frame.subarray(field.at, end)) };
  });
}

function checksumHolds(layout: FrameLayout, frame: Uint8Array): boolean {
  const checksum = expectedChecksum(layout, frame);
  return checksum !== undefined && checksum.carried === checksum.computed;
}

function longest(layout: FrameLayout): number {
  return 'fixed' in layout.length ? layout.length.fixed : layout.maxLength;
}

/** The whole length of the frame at the start of `bytes`; undefined while its length field is not there yet. */
function frameLength(layout: FrameLayout, bytes: Uint8Array): number | undefined {
  if ('fixed' in layout.length) return layout.length.fixed;
  const { at, type, order, plus } = layout.length;
  const end = at + byteWidth(type, 0);
  if (bytes.length < end) return undefined;
  return Number(readRaw(type, reorder(bytes.subarray(at, end), order, type))) + plus;
}

/** Where the header starts, or the first byte at which it still could. */
function headerAt(bytes: Uint8Array, header: Uint8Array): number {
  for (let at = 0; at < bytes.length; at++) {
    const rest = Math.min(header.length, bytes.length - at);
    let same = 0;
    while (same < rest && bytes[at + same] === header[same]) same++;
    if (same === rest) return at;
  }
  return bytes.length;
}

function endsWith(frame: Uint8Array, trailer: Uint8Array): boolean {
  const from = frame.length - trailer.length;
  return from >= 0 && trailer.every((byte, at) => frame[from + at] === byte);
}
