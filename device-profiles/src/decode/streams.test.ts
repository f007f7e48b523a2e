import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DeviceProfile, FrameProfile, LineProfile } from '../format/profile.ts';
import { profileLibrary } from '../load/library.ts';
import { checksumOf, crc16, hexBytes } from './checksum.ts';
import { createFrameDecoder } from './frames.ts';
import { createLineDecoder, lineChecksum } from './lines.ts';
import type { StreamDecoder, StreamEvent } from './stream.ts';

const library = profileLibrary();
const pms5003 = of('plantower/pms5003', 'serial-frame') as FrameProfile;
const gps = of('nmea/gps-receiver', 'serial-line') as LineProfile;
const good = hexBytes(
  '42 4D 00 1C 00 0D 00 15 00 19 00 0B 00 13 00 18 08 34 02 62 00 5F 00 0C 00 03 00 01 97 00 02 C2',
);
const sentence = '$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n';

function of(id: string, transport: string): DeviceProfile {
  const profile = library.find(id);
  expect(profile.transport).toBe(transport);
  return profile;
}

function inPortions(decoder: StreamDecoder, bytes: Uint8Array, sizes: readonly number[]): StreamEvent[] {
  const events: StreamEvent[] = [];
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const size = sizes.length === 0 ? bytes.length : (sizes[turn % sizes.length] ?? 1);
    events.push(...decoder.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return events;
}

function valueOf(events: readonly StreamEvent[], name: string): unknown {
  const found = events
    .flatMap((event) => (event.ok ? event.values : []))
    .find(({ metric }) => metric === name);
  return found?.result;
}

test('frames are the same however the bytes arrive', () => {
  const stream = Uint8Array.from([...good, 1, 2, 0x42, ...good, 0x42, 0x4d, 0xff, 0xff, ...good]);
  const whole = createFrameDecoder(pms5003).push(stream);
  expect(whole.filter(({ ok }) => ok)).toHaveLength(3);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 }), (sizes) => {
      expect(inPortions(createFrameDecoder(pms5003), stream, sizes)).toEqual(whole);
    }),
  );
});

test('a damaged frame is a checksum event, and the next one is whole', () => {
  const damaged = good.slice();
  damaged[12] = 0xff;
  const decoder = createFrameDecoder(pms5003);
  const events = decoder.push(Uint8Array.from([...damaged, ...good]));
  expect(events[0]).toEqual({ ok: false, reason: 'checksum' });
  expect(valueOf(events, 'pm2_5')).toEqual({ ok: true, value: 19 });
  expect(decoder.counters).toMatchObject({ good: 1, checksumErrors: 1, discardedBytes: 32 });
});

test('garbage never makes a decoder throw, and it holds back no more than one frame', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (garbage) => {
      const decoder = createFrameDecoder(pms5003);
      decoder.push(garbage);
      // A frame of zeros pushes out whatever false header waited for its bytes.
      decoder.push(new Uint8Array(64));
      expect(valueOf(decoder.push(good), 'pm10')).toEqual({ ok: true, value: 24 });
      createLineDecoder(gps).push(garbage);
    }),
  );
});

test('a half-received frame is forgotten on reset', () => {
  const decoder = createFrameDecoder(pms5003);
  decoder.push(good.subarray(0, 20));
  decoder.reset();
  expect(decoder.push(good.subarray(20))).toEqual([]);
  expect(decoder.push(good)).toHaveLength(1);
});

test('an NMEA sentence gives its position in any portions', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 }), (sizes) => {
      const events = inPortions(createLineDecoder(gps), Buffer.from(sentence), sizes);
      expect(valueOf(events, 'latitude')).toEqual({ ok: true, value: 48.1173 });
    }),
  );
});

test('a wrong checksum, a line without one, a foreign sentence and an endless line', () => {
  const decoder = createLineDecoder(gps);
  expect(decoder.push(Buffer.from(sentence.replace('*47', '*48')))).toEqual([
    { ok: false, reason: 'checksum' },
  ]);
  expect(decoder.push(Buffer.from('$GPGGA,1,2\n'))).toEqual([{ ok: false, reason: 'checksum' }]);
  const foreign = 'GPZDA,201530.00,04,07,2002,00,00';
  expect(decoder.push(Buffer.from(`$${foreign}*${lineChecksum(foreign)}\r\n`))).toEqual([]);
  expect(decoder.push(Buffer.alloc(10_000, 'x'))).toEqual([]);
  expect(decoder.push(Buffer.from('\n'))).toEqual([{ ok: false, reason: 'too_long' }]);
  expect(decoder.push(Buffer.from(sentence))).toHaveLength(1);
});

test('south and west are negative; nonsense is malformed', () => {
  const line = (content: string): Uint8Array => Buffer.from(`$${content}*${lineChecksum(content)}\n`);
  const events = createLineDecoder(gps).push(line('GPGGA,1,3345.600,S,07030.000,W,1,05,1,12,M,0,M,,'));
  expect(valueOf(events, 'latitude')).toEqual({ ok: true, value: -33.76 });
  expect(valueOf(events, 'longitude')).toEqual({ ok: true, value: -70.5 });
  const odd = createLineDecoder(gps).push(line('GPGGA,1,33x5,S,07090.0,W,7,many,1,1e9999,M,0,M,,'));
  for (const name of ['latitude', 'longitude', 'satellites', 'altitude']) {
    expect(valueOf(odd, name)).toEqual({ ok: false, reason: 'malformed' });
  }
  expect(valueOf(odd, 'fix')).toEqual({ ok: false, reason: 'out_of_range' });
});

test('checksums of known frames', () => {
  expect(crc16(hexBytes('01 04 00 00 00 02'))).toBe(0xcb71);
  expect(checksumOf('sum16', good.subarray(0, 30))).toBe(0x02c2);
  expect(checksumOf('sum8', hexBytes('D4 04 3A 0A A1 60'))).toBe(0x1d);
  expect(checksumOf('negated-sum8', hexBytes('01 86 00 00 00 00 00'))).toBe(0x79);
  expect(checksumOf('xor', Buffer.from('GPGGA,'))).toBe(Number.parseInt(lineChecksum('GPGGA,'), 16));
});
