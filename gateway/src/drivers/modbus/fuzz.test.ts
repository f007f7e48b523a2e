import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameOf, type Asked } from '../../testing/broken-peer.ts';
import { ModbusWords } from '../../testing/modbus-words.ts';
import { counting } from '../counters.ts';
import { ModbusConnection, type Send } from './connection.ts';
import { MbapPort } from './mbap-port.ts';
import { RtuPort } from './rtu-port.ts';

/** A stream whose other end is the test. */
class Wire extends Duplex {
  readonly sent: Buffer[] = [];

  override _read(): void {
    // What comes is pushed.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.sent.push(chunk);
    done();
  }
}

const UNIT = 1;
const requests: {
  readonly name: string;
  readonly send: Send;
  readonly words: readonly (number | boolean)[];
}[] = [
  {
    name: 'FC1',
    send: (client, done) => client.writeFC1(UNIT, 8, 9, done),
    words: Array.from({ length: 16 }, (_, index) => index < 9 && index % 2 === 1),
  },
  { name: 'FC3', send: (client, done) => client.writeFC3(UNIT, 8, 2, done), words: [1008, 1009] },
  { name: 'FC4', send: (client, done) => client.writeFC4(UNIT, 8, 1, done), words: [40_008] },
  { name: 'FC6', send: (client, done) => client.writeFC6(UNIT, 8, 77, done), words: [] },
  { name: 'FC16', send: (client, done) => client.writeFC16(UNIT, 8, [7, 8], done), words: [] },
  { name: 'FC23', send: (client, done) => client.writeFC23(UNIT, 8, 1, 8, 1, [9], done), words: [9] },
  { name: 'FC43', send: (client, done) => client.writeFC43(UNIT, 1, 0, done), words: [] },
];

function bench(framing: 'tcp' | 'rtu') {
  const wire = new Wire();
  const counters = counting();
  const port = new (framing === 'tcp' ? MbapPort : RtuPort)(wire, counters);
  const connection = new ModbusConnection(wire, port, counters);
  wire.on('error', () => undefined);
  return { wire, port, connection, counters };
}

/** The true answer to what was sent last. */
function answerTo(framing: 'tcp' | 'rtu', packet: Buffer): Buffer {
  const body = framing === 'tcp' ? packet.subarray(6) : packet.subarray(0, -2);
  const words = new ModbusWords();
  words.identity = ['Vendor', 'Product', '1.0'];
  const asked: Pick<Asked, 'framing' | 'transaction' | 'unit'> = {
    framing,
    transaction: framing === 'tcp' ? packet.readUInt16BE(0) : 0,
    unit: UNIT,
  };
  return frameOf(asked, words.answer(UNIT, body.subarray(1)));
}

/** Bytes cut into pieces at the places given. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...places, bytes.length].map((end, index) =>
    bytes.subarray(index === 0 ? 0 : places[index - 1], end),
  );
}

// Bytes that look like answers are met more often than by chance.
const nearly = fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 9, 14, 16, 23, 43, 0x81, 0x83, 0x86, 0xab, 0xff);
const noise = fc
  .array(fc.oneof(nearly, fc.integer({ min: 0, max: 255 })), { maxLength: 200 })
  .map((bytes) => Buffer.from(bytes));
const cuts = fc.array(fc.nat({ max: 600 }), { maxLength: 12 });

test.each(requests)(
  '$name over RTU: noise before the answer, cut anywhere, gives the answer and nothing else',
  async ({ send, words }) => {
    await fc.assert(
      fc.asyncProperty(noise, noise, cuts, async (before, after, places) => {
        const { wire, port, connection } = bench('rtu');
        const reply = connection.request(send, { timeoutMs: 60_000, anyUnit: false });
        const bytes = Buffer.concat([before, answerTo('rtu', wire.sent.at(-1)!), after]);
        for (const piece of pieces(bytes, places)) {
          wire.push(piece);
          await new Promise((resolve) => setImmediate(resolve));
          expect(port.pending).toBeLessThanOrEqual(512);
        }
        expect(await reply).toMatchObject({ ok: true, words });
        wire.destroy();
      }),
      { numRuns: 60 },
    );
  },
);

test.each(requests)(
  '$name over Modbus TCP: foreign packets before the answer, cut anywhere, give the answer and nothing else',
  async ({ send, words }) => {
    const foreign = fc.record({
      transaction: fc.integer({ min: 2, max: 0xffff }),
      unit: fc.integer({ min: 0, max: 255 }),
      pdu: fc.uint8Array({ minLength: 2, maxLength: 253 }).map((bytes) => Buffer.from(bytes)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(foreign, { maxLength: 4 }), cuts, async (packets, places) => {
        const { wire, port, connection, counters } = bench('tcp');
        const reply = connection.request(send, { timeoutMs: 60_000, anyUnit: true });
        const strays = packets.map(({ pdu, ...head }) => frameOf({ framing: 'tcp', ...head }, pdu));
        const bytes = Buffer.concat([...strays, answerTo('tcp', wire.sent.at(-1)!)]);
        for (const piece of pieces(bytes, places)) {
          wire.push(piece);
          await new Promise((resolve) => setImmediate(resolve));
          expect(port.pending).toBeLessThan(260);
        }
        expect(await reply).toMatchObject({ ok: true, words });
        expect(counters.strayFrames).toBe(packets.length);
        wire.destroy();
      }),
      { numRuns: 60 },
    );
  },
);

test.each(['tcp', 'rtu'] as const)(
  'random bytes into the %s port never crash it, never answer a request, and never fill the memory',
  async (framing) => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...requests),
        fc.array(noise, { maxLength: 20 }),
        async ({ send }, chunks) => {
          const { wire, port, connection } = bench(framing);
          const outcome = connection
            .request(send, { timeoutMs: 60_000, anyUnit: false })
            .catch((error: unknown) => ({ ok: false, reason: (error as { code: string }).code }));
          for (const chunk of chunks) {
            if (wire.destroyed) break;
            wire.push(chunk);
            await new Promise((resolve) => setImmediate(resolve));
            expect(port.pending).toBeLessThanOrEqual(512);
          }
          wire.destroy();
          expect(await outcome).toMatchObject({ ok: false });
        },
      ),
      { numRuns: 300 },
    );
  },
  30_000,
);

test.each(['tcp', 'rtu'] as const)(
  'a right answer with one byte changed is never taken for a right one with other words over %s framing',
  async (framing) => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...requests),
        fc.nat({ max: 300 }),
        fc.integer({ min: 1, max: 255 }),
        async ({ send, words }, at, flip) => {
          const { wire, connection } = bench(framing);
          const outcome = connection
            .request(send, { timeoutMs: 5, anyUnit: false })
            .catch((error: unknown) => ({ ok: false as const, reason: (error as { code: string }).code }));
          const bytes = answerTo(framing, wire.sent.at(-1)!);
          const place = at % bytes.length;
          bytes.writeUInt8(bytes.readUInt8(place) ^ flip, place);
          wire.push(bytes);
          const reply = await outcome;
          // TCP has its own checksum below: there, only head and counts are looked at.
          if (framing === 'rtu') expect(reply.ok).toBe(false);
          else if (reply.ok) expect(reply.words).toHaveLength(words.length);
          wire.destroy();
        },
      ),
      { numRuns: 150 },
    );
  },
  30_000,
);
