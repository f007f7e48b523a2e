import type { ModbusTable } from '../format/modbus.ts';
import type { ImageRead, ImageWrite, ModbusImage } from './image.ts';

/** Exception codes (Modbus Application Protocol V1.1b3, chapter 7). */
export const exceptions = { function: 1, address: 2, value: 3, targetSilent: 0x0b } as const;

const readTables: Readonly<Record<number, ModbusTable>> = {
  1: 'coil',
  2: 'discrete',
  3: 'holding',
  4: 'input',
};

/** The exception response to a function code. */
export function exceptionPdu(functionCode: number, code: number): Uint8Array {
  return Uint8Array.of(functionCode | 0x80, code);
}

/**
 * The response PDU to a request PDU, following the state diagrams of chapter 6: function, then quantity, then address.
 * Serves FC01 to FC06, FC15, FC16 and FC23; any other is exception 01, and a PDU of a wrong length exception 03.
 */
export function answerPdu(image: ModbusImage, pdu: Uint8Array): Uint8Array {
  const code = pdu[0] ?? 0;
  const table = readTables[code];
  if (table) return answerRead(image, table, pdu);
  if (code === 5 || code === 6) return answerSingle(image, pdu);
  if (code === 15 || code === 16) return answerMultiple(image, pdu);
  if (code === 23) return answerReadWrite(image, pdu);
  return exceptionPdu(code, exceptions.function);
}

function answerRead(image: ModbusImage, table: ModbusTable, pdu: Uint8Array): Uint8Array {
  const code = pdu[0] ?? 0;
  const bits = table === 'coil' || table === 'discrete';
  const [address, quantity] = [word(pdu, 1), word(pdu, 3)];
  if (pdu.length !== 5 || quantity < 1 || quantity > (bits ? 2000 : 125)) {
    return exceptionPdu(code, exceptions.value);
  }
  if (address + quantity > 0x10000) return exceptionPdu(code, exceptions.address);
  const read: ImageRead = image.read(table, address, quantity);
  if (!read.ok) return exceptionPdu(code, read.exception);
  const body = bits ? packed(read.words) : read.words.flatMap((value) => [value >> 8, value & 0xff]);
  return Uint8Array.of(code, body.length, ...body);
}

function answerSingle(image: ModbusImage, pdu: Uint8Array): Uint8Array {
  const code = pdu[0] ?? 0;
  const [address, value] = [word(pdu, 1), word(pdu, 3)];
  const coil = code === 5;
  if (pdu.length !== 5 || (coil && value !== 0 && value !== 0xff00)) {
    return exceptionPdu(code, exceptions.value);
  }
  const write = image.write(coil ? 'coil' : 'holding', address, [coil ? Number(value !== 0) : value]);
  return outcome(write, code, pdu);
}

function answerMultiple(image: ModbusImage, pdu: Uint8Array): Uint8Array {
  const code = pdu[0] ?? 0;
  const coil = code === 15;
  const [address, quantity] = [word(pdu, 1), word(pdu, 3)];
  const bytes = coil ? Math.ceil(quantity / 8) : quantity * 2;
  const most = coil ? 0x7b0 : 0x7b;
  if (quantity < 1 || quantity > most || pdu[5] !== bytes || pdu.length !== 6 + bytes) {
    return exceptionPdu(code, exceptions.value);
  }
  const words = Array.from({ length: quantity }, (_, at) =>
    coil ? ((pdu[6 + (at >> 3)] ?? 0) >> (at & 7)) & 1 : word(pdu, 6 + at * 2),
  );
  return outcome(image.write(coil ? 'coil' : 'holding', address, words), code, pdu);
}

/** Writes first, then reads (chapter 6.17). */
function answerReadWrite(image: ModbusImage, pdu: Uint8Array): Uint8Array {
  const code = pdu[0] ?? 0;
  const [asked, quantity] = [word(pdu, 3), word(pdu, 7)];
  const bytes = quantity * 2;
  const counts = asked >= 1 && asked <= 125 && quantity >= 1 && quantity <= 121;
  if (!counts || pdu[9] !== bytes || pdu.length !== 10 + bytes) return exceptionPdu(code, exceptions.value);
  const words = Array.from({ length: quantity }, (_, at) => word(pdu, 10 + at * 2));
  const write = image.write('holding', word(pdu, 5), words);
  if (!write.ok) return exceptionPdu(code, write.exception);
  const read = image.read('holding', word(pdu, 1), asked);
  if (!read.ok) return exceptionPdu(code, read.exception);
  return Uint8Array.of(code, asked * 2, ...read.words.flatMap((value) => [value >> 8, value & 0xff]));
}

function outcome(write: ImageWrite, code: number, pdu: Uint8Array): Uint8Array {
  return write.ok ? pdu.slice(0, 5) : exceptionPdu(code, write.exception);
}

function packed(bits: readonly number[]): number[] {
  const bytes = Array.from({ length: Math.ceil(bits.length / 8) }, () => 0);
  bits.forEach((bit, at) => {
    bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (bit << (at & 7));
  });
  return bytes;
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
