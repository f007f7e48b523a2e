import type { DecodedMetric } from '../decode/outcome.ts';
import { decodeRead, planReads, planWrite } from '../decode/reads.ts';
import { registerCount } from '../decode/registers.ts';
import type { ModbusMetric, ModbusTable } from '../format/modbus.ts';
import type { ModbusProfile } from '../format/profile.ts';
import { rtuFrame } from './rtu.ts';

type Outcome =
  | { readonly ok: true; readonly values: readonly DecodedMetric[] }
  | { readonly ok: false; readonly reason: string };

const readTables: Readonly<Record<number, ModbusTable>> = {
  1: 'coil',
  2: 'discrete',
  3: 'holding',
  4: 'input',
};
const writeTables: Readonly<Record<number, ModbusTable>> = {
  5: 'coil',
  6: 'holding',
  15: 'coil',
  16: 'holding',
  23: 'holding',
};

/** The values that an RTU exchange carries: read ones from the response, written ones from the request. */
export function runModbusVector(profile: ModbusProfile, request: string, response: string): Outcome[] {
  const [asked, answered] = [rtuFrame(request), rtuFrame(response)];
  if (!asked || !answered) return [refused('a frame is too short or its CRC is wrong')];
  const code = asked.pdu[0] ?? 0;
  if (answered.unit !== asked.unit) return [refused('the units of request and response differ')];
  if (answered.pdu[0] !== code) return [refused('the function codes of request and response differ')];
  if (asked.pdu.length < 5) return [refused('the request is too short')];
  const address = word(asked.pdu, 1);
  const table = readTables[code];
  if (table) return [readOutcome(profile, table, address, word(asked.pdu, 3), answered.pdu)];
  const target = writeTables[code];
  if (target) return [writeOutcome(profile, target, asked.pdu, answered.pdu)];
  return [refused(`function ${code} is not known here`)];
}

function readOutcome(
  profile: ModbusProfile,
  table: ModbusTable,
  address: number,
  quantity: number,
  pdu: Uint8Array,
): Outcome {
  const bytes = pdu.subarray(2);
  if (pdu[1] !== bytes.length) return refused('the byte count of the response is wrong');
  const bits = table === 'coil' || table === 'discrete';
  const values = bits ? bitsOf(bytes) : wordsOf(bytes);
  if (values.length < quantity || (!bits && values.length !== quantity)) {
    return refused('the response does not carry what was asked for');
  }
  const covered = within(profile, table, address, quantity);
  const parts = planReads({ ...profile, quirks: { ...profile.quirks, alone: true } }, covered);
  return {
    ok: true,
    values: parts.flatMap((part) => decodeRead(part, values.slice(part.address - address))),
  };
}

/** The write must also be what this package would send. */
function writeOutcome(
  profile: ModbusProfile,
  table: ModbusTable,
  pdu: Uint8Array,
  answer: Uint8Array,
): Outcome {
  if (!confirms(pdu, answer)) return refused('the response does not echo the request');
  const { address, carried } = writtenBy(pdu);
  const quantity = carried.length;
  const values = within(profile, table, address, quantity).flatMap((metric) => {
    const part = planReads(profile, [metric]).flatMap((read) =>
      decodeRead(read, carried.slice(metric.register.address - address)),
    );
    return part.map((item) => ({ ...item, written: metric }));
  });
  for (const { written, result } of values) {
    if (!result.ok) continue;
    const plan = planWrite(profile, written, result.value);
    const own = carried.slice(written.register.address - address).slice(0, registerCount(written));
    if (!plan.ok || plan.request.values.join() !== own.join()) {
      return refused(
        `${written.name} would be written as ${plan.ok ? plan.request.values.join() : plan.reason}`,
      );
    }
  }
  return { ok: true, values };
}

function within(
  profile: ModbusProfile,
  table: ModbusTable,
  address: number,
  quantity: number,
): ModbusMetric[] {
  return profile.metrics.filter(
    (metric) =>
      metric.register.table === table &&
      metric.register.address >= address &&
      metric.register.address + registerCount(metric) <= address + quantity,
  );
}

/** Where a write goes and what it carries (chapters 6.5, 6.6, 6.11, 6.12 and 6.17). */
function writtenBy(pdu: Uint8Array): { address: number; carried: number[] } {
  const address = word(pdu, 1);
  switch (pdu[0]) {
    case 5:
      return { address, carried: [Number(word(pdu, 3) === 0xff00)] };
    case 6:
      return { address, carried: [word(pdu, 3)] };
    case 15:
      return { address, carried: bitsOf(pdu.subarray(6)).slice(0, word(pdu, 3)) };
    case 23:
      return { address: word(pdu, 5), carried: wordsOf(pdu.subarray(10)).slice(0, word(pdu, 7)) };
    default:
      return { address, carried: wordsOf(pdu.subarray(6)).slice(0, word(pdu, 3)) };
  }
}

/** FC05, FC06: an echo. FC15, FC16: address and quantity. FC23: what was written is read back. */
function confirms(pdu: Uint8Array, answer: Uint8Array): boolean {
  if (pdu[0] !== 23) return answer.length === 5 && answer.every((byte, at) => byte === pdu[at]);
  const sameRange = word(pdu, 1) === word(pdu, 5) && word(pdu, 3) === word(pdu, 7);
  const written = pdu.subarray(9);
  return (
    sameRange && answer.length === 1 + written.length && written.every((byte, at) => byte === answer[1 + at])
  );
}

function refused(reason: string): Outcome {
  return { ok: false, reason };
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function wordsOf(bytes: Uint8Array): number[] {
  return Array.from({ length: Math.floor(bytes.length / 2) }, (_, at) => word(bytes, at * 2));
}

/** Bits in the order of the coils: the lowest bit of the first byte first (chapter 6.1). */
function bitsOf(bytes: Uint8Array): number[] {
  return Array.from(bytes).flatMap((byte) => Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1));
}
