import fc from 'fast-check';
import { generate } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { PacketScanner } from './packet-scanner.ts';

const connect = generate({ cmd: 'connect', clientId: 'a', protocolId: 'MQTT', protocolVersion: 4 });
const publish = (payload: number): Buffer =>
  generate({
    cmd: 'publish',
    topic: 'a/b',
    payload: Buffer.alloc(payload),
    qos: 0,
    dup: false,
    retain: false,
  });

/** Cuts bytes into chunks of the given sizes, over and over. */
function chunks(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    parts.push(bytes.subarray(at, at + size));
    at += size;
  }
  return parts;
}

test('packets are counted alike however the bytes are cut', () => {
  const stream = Buffer.concat([
    connect,
    publish(10),
    generate({ cmd: 'pingreq' }),
    publish(300),
    generate({ cmd: 'puback', messageId: 7 }),
    publish(0),
  ]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 }), (sizes) => {
      const scanner = new PacketScanner(1000);
      let counted = 0;
      let published = 0;
      let before = 0;
      let firstEnds: number | undefined;
      for (const chunk of chunks(stream, sizes)) {
        const scan = scanner.scan(chunk);
        expect(scan.fault).toBeUndefined();
        counted += scan.counted;
        published += scan.published;
        if (scan.firstEnds !== undefined) firstEnds = before + scan.firstEnds;
        before += chunk.length;
      }
      expect({ counted, published, firstEnds }).toEqual({
        counted: 4,
        published: 3,
        firstEnds: connect.length,
      });
    }),
  );
});

test('a packet of exactly the limit passes and one byte more does not', () => {
  const packet = publish(200);
  expect(new PacketScanner(packet.length).scan(packet).fault).toBeUndefined();
  expect(new PacketScanner(packet.length - 1).scan(packet).fault).toBe('too_large');
});

test('a CONNECT of 50 MB is known from its first five bytes', () => {
  const header = Buffer.from([0x10, 0x80, 0xe1, 0xeb, 0x17]);
  expect(new PacketScanner(16_384).scan(header).fault).toBe('too_large');
});

test('a remaining length of five bytes is malformed', () => {
  expect(new PacketScanner(1000).scan(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 1])).fault).toBe(
    'malformed',
  );
});

test('it stops behind the first packet, and goes on with what it is given next', () => {
  const scanner = new PacketScanner(1000);
  const chunk = Buffer.concat([connect, publish(5)]);
  const first = scanner.scan(chunk, true);
  expect([first.firstEnds, first.published]).toEqual([connect.length, 0]);
  expect(scanner.scan(chunk.subarray(connect.length)).published).toBe(1);
});
