import { hexBytes } from '../decode/checksum.ts';
import { createFrameDecoder, expectedChecksum } from '../decode/frames.ts';
import { createLineDecoder } from '../decode/lines.ts';
import type { DeviceProfile } from '../format/profile.ts';
import { shown, type ProfileFault } from '../load/fault.ts';
import { lineBytes } from '../vectors/line.ts';
import { crcFault } from '../vectors/rtu.ts';

/** Vectors must exist, speak of known metrics, and carry right CRCs: one in a vendor's wiki may be wrong. */
export function vectorFaults(profile: DeviceProfile): ProfileFault[] {
  if (profile.tests.length === 0) {
    return [
      {
        path: 'tests',
        found: 'no vector',
        allowed: 'at least one exchange from the manual or from a real device',
        severity: 'incomplete',
      },
    ];
  }
  const known = new Set(profile.metrics.map(({ name }) => name));
  return profile.tests.flatMap((vector, at) => [
    ...Object.keys(vector.expect)
      .filter((name) => !known.has(name))
      .map((name) => ({
        path: `tests.${at}.expect.${name}`,
        found: 'no metric of this profile',
        allowed: [...known].join(', '),
      })),
    ...('request' in vector
      ? (['request', 'response'] as const).flatMap((key) => crcFault(vector[key], `tests.${at}.${key}`))
      : []),
    ...('input' in vector ? checksumFaults(profile, vector.input, `tests.${at}.input`) : []),
  ]);
}

/** A frame or line of a vector must be one that the decoder lets through. */
function checksumFaults(profile: DeviceProfile, input: string, path: string): ProfileFault[] {
  if (profile.transport === 'serial-line') {
    const events = createLineDecoder(profile).push(lineBytes(input));
    if (events.some(({ ok }) => ok)) return [];
    return [{ path, found: shown(input), allowed: 'a line that a metric asks for, with its right checksum' }];
  }
  if (profile.transport !== 'serial-frame') return [];
  const bytes = hexBytes(input);
  if (
    createFrameDecoder(profile)
      .push(bytes)
      .some(({ ok }) => ok)
  )
    return [];
  const sum = expectedChecksum(profile.frame, bytes);
  const found = sum
    ? `checksum 0x${sum.carried.toString(16)}`
    : `${bytes.length} bytes without a whole frame`;
  const allowed = sum ? `checksum 0x${sum.computed.toString(16)} for these bytes` : 'a whole frame';
  return [{ path, found, allowed }];
}
