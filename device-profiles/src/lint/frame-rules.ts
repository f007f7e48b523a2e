import { byteWidth } from '../decode/bytes.ts';
import { checksumWidth, hexBytes } from '../decode/checksum.ts';
import type { FrameProfile } from '../format/profile.ts';
import { shown, type ProfileFault } from '../load/fault.ts';
import { valueFaults } from './value-rules.ts';

export function frameFaults(profile: FrameProfile): ProfileFault[] {
  return [
    ...profile.metrics.flatMap(({ field }, at) => valueFaults(field, `metrics.${at}.field`)),
    ...placeFaults(profile),
    ...checksumFaults(profile),
  ];
}

/** Fields and header must lie within the longest frame there can be. */
function placeFaults({ frame, metrics }: FrameProfile): ProfileFault[] {
  const header = hexBytes(frame.header).length;
  const longest = 'fixed' in frame.length ? frame.length.fixed : frame.maxLength;
  return metrics.flatMap(({ field }, at) => {
    const end = field.at + byteWidth(field.type, field.length ?? 1);
    return field.at >= header && end <= longest
      ? []
      : [
          {
            path: `metrics.${at}.field.at`,
            found: `bytes ${field.at} to ${end - 1}`,
            allowed: `${header} to ${longest - 1}, after the header and within the frame`,
          },
        ];
  });
}

function checksumFaults({ frame }: FrameProfile): ProfileFault[] {
  const { kind, from, to, at } = frame.checksum;
  if (!('fixed' in frame.length)) return [];
  const length = frame.length.fixed;
  const place = at < 0 ? length + at : at;
  const end = to < 0 ? length + to : to;
  const faults: ProfileFault[] = [];
  if (place < 0 || place + checksumWidth(kind) > length) {
    faults.push({ path: 'frame.checksum.at', found: shown(at), allowed: `within the ${length} bytes` });
  }
  if (end < from || end >= length) {
    faults.push({
      path: 'frame.checksum.to',
      found: shown(to),
      allowed: `from ${from} to ${length - 1}, or negative`,
    });
  }
  if (from <= place && place <= end) {
    faults.push({
      path: 'frame.checksum.at',
      found: shown(at),
      allowed: 'outside of the bytes that are summed',
    });
  }
  return faults;
}
