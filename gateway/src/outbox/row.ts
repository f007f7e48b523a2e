import type { Reading } from '../model/reading.ts';
import { gatewayError } from '../errors.ts';
import { reasonCode, reasonOf } from './reasons.ts';

/*
 * A batch's readings in few bytes. One reading is
 *   head    1 byte: kind << 4 | step; step 1..14 is the distance to the alias before, 0 means that a varint follows
 *   [step]  zigzag varint, where step is 0
 *   value   by kind
 * An SDM120's eight FLOAT32 values take 40 bytes, a counter that fits 14 bits takes 3.
 * The kinds are on disks in the field: append only.
 */
const KIND = {
  bad: 0, //     1 byte: why
  false: 1,
  true: 2,
  integer: 3, //   zigzag varint, |n| < 2^53
  thousandths: 4, // zigzag varint / 1000: 28.3 takes 3 bytes instead of 8
  float32: 5, //   4 bytes, where the value is exactly one
  float64: 6, //   8 bytes
  text: 7, //      varint length, UTF-8
  bigint: 8, //    varint length, decimal text
  suspect: 9, //   1 byte: why, then another value: it is there but not good
} as const;

/** Collects bytes. One is kept and used again: encoding happens on one thread and never awaits. */
class Writer {
  bytes = Buffer.allocUnsafe(4096);
  length = 0;

  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + more));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }

  byte(value: number): void {
    this.bytes[this.length++] = value;
  }

  /** Unsigned, below 2^54: a zigzag of a safe integer. */
  varint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.bytes[this.length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length++] = rest;
  }

  text(value: string): void {
    const bytes = Buffer.byteLength(value);
    this.reserve(bytes + 10);
    this.varint(bytes);
    this.length += this.bytes.write(value, this.length);
  }
}

const writer = new Writer();
const MAX_ZIGZAG = 2 ** 52;

function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

/** The bytes of a row. */
export function encodeReadings(readings: readonly Reading[]): Buffer {
  writer.length = 0;
  let before = 0;
  for (const { alias, value, reason } of readings) {
    writer.reserve(32);
    const step = alias - before;
    before = alias;
    if (value === null) {
      head(KIND.bad, step);
      writer.byte(reasonCode(reason ?? 'no_response'));
      continue;
    }
    if (reason !== undefined) {
      head(KIND.suspect, step);
      writer.byte(reasonCode(reason));
      put(value, 0);
      continue;
    }
    put(value, step);
  }
  return Buffer.from(writer.bytes.subarray(0, writer.length));
}

function head(kind: number, step: number): void {
  if (step >= 1 && step <= 14) {
    writer.byte((kind << 4) | step);
    return;
  }
  writer.byte(kind << 4);
  writer.varint(zigzag(step));
}

function put(value: NonNullable<Reading['value']>, step: number): void {
  switch (typeof value) {
    case 'boolean':
      head(value ? KIND.true : KIND.false, step);
      return;
    case 'string':
      head(KIND.text, step);
      writer.text(value);
      return;
    case 'bigint':
      head(KIND.bigint, step);
      writer.text(value.toString());
      return;
    default:
      putNumber(value, step);
  }
}

function putNumber(value: number, step: number): void {
  if (Number.isInteger(value) && Math.abs(value) < MAX_ZIGZAG && !Object.is(value, -0)) {
    head(KIND.integer, step);
    writer.varint(zigzag(value));
    return;
  }
  const thousandths = Math.round(value * 1000);
  if (Math.abs(thousandths) < 2 ** 26 && thousandths !== 0 && thousandths / 1000 === value) {
    head(KIND.thousandths, step);
    writer.varint(zigzag(thousandths));
    return;
  }
  if (Object.is(Math.fround(value), value)) {
    head(KIND.float32, step);
    writer.length = writer.bytes.writeFloatLE(value, writer.length);
    return;
  }
  head(KIND.float64, step);
  writer.length = writer.bytes.writeDoubleLE(value, writer.length);
}

/** Reads a row back. Throws GATEWAY_OUTBOX_ROW for bytes that no version wrote. */
export function decodeReadings(bytes: Buffer): Reading[] {
  const reader = new Reader(bytes);
  const readings: Reading[] = [];
  let alias = 0;
  while (!reader.ended) {
    const first = reader.byte();
    const step = first & 0x0f;
    alias += step === 0 ? unzigzag(reader.varint()) : step;
    readings.push(reader.reading(alias, first >> 4));
  }
  return readings;
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  reading(alias: number, kind: number): Reading {
    if (kind === KIND.bad) return { alias, value: null, reason: this.#reason() };
    if (kind === KIND.suspect) {
      const reason = this.#reason();
      const inner = this.byte();
      if ((inner & 0x0f) === 0) this.varint();
      return { alias, value: this.#value(inner >> 4), reason };
    }
    return { alias, value: this.#value(kind) };
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw broken('it ends too early');
    return byte;
  }

  varint(): number {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 53; factor *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw broken('a number is too long');
  }

  #reason(): NonNullable<Reading['reason']> {
    const code = this.byte();
    const reason = reasonOf(code);
    if (reason === undefined) throw broken(`reason ${String(code)} is unknown`);
    return reason;
  }

  #value(kind: number): NonNullable<Reading['value']> {
    switch (kind) {
      case KIND.false:
        return false;
      case KIND.true:
        return true;
      case KIND.integer:
        return unzigzag(this.varint());
      case KIND.thousandths:
        return unzigzag(this.varint()) / 1000;
      case KIND.float32:
        return this.#take(4).readFloatLE();
      case KIND.float64:
        return this.#take(8).readDoubleLE();
      case KIND.text:
        return this.#take(this.varint()).toString();
      case KIND.bigint:
        return this.#bigint(this.#take(this.varint()).toString());
      default:
        throw broken(`kind ${String(kind)} is unknown`);
    }
  }

  #bigint(text: string): bigint {
    if (!/^-?\d{1,20}$/.test(text)) throw broken('a 64-bit number is not one');
    return BigInt(text);
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw broken('it ends too early');
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }
}

function broken(why: string): Error {
  return gatewayError('GATEWAY_OUTBOX_ROW', why);
}
