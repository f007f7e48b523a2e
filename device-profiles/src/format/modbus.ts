import { Type, type Static } from '@sinclair/typebox';
import { closed, HexBytes, metricProperties, SerialSettings, words } from './parts.ts';
import { expectation } from './expect.ts';
import { valueProperties } from './value.ts';

/** The four address spaces of Modbus (Application Protocol V1.1b3, chapter 4.3). */
export const tables = ['coil', 'discrete', 'holding', 'input'] as const;
export type ModbusTable = (typeof tables)[number];

export const ModbusRegister = Type.Object(
  {
    table: words(tables, { description: 'coil FC01, discrete FC02, holding FC03, input FC04' }),
    address: Type.Integer({ description: '0-based, as on the wire (a manual that counts from 1: minus 1)' }),
    ...valueProperties,
    byte: Type.Optional(
      words(['high', 'low'], {
        description: 'Which half of the register holds an 8-bit value. Default low',
      }),
    ),
    length: Type.Optional(Type.Integer({ minimum: 1, maximum: 125, description: 'Registers of a string' })),
  },
  closed,
);
export type ModbusRegister = Static<typeof ModbusRegister>;

export const ModbusMetric = Type.Object({ ...metricProperties, register: ModbusRegister }, closed);
export type ModbusMetric = Static<typeof ModbusMetric>;

export const ModbusConnection = Type.Object(
  {
    unitId: Type.Integer({ minimum: 0, maximum: 255, default: 1, description: 'Unit id from the factory' }),
    serial: SerialSettings,
    timeoutMs: Type.Integer({ minimum: 10, maximum: 60_000, default: 1000 }),
  },
  { ...closed, default: {} },
);

/** What the device cannot do, or must be spared. */
export const ModbusQuirks = Type.Object(
  {
    maxRegisters: Type.Integer({ default: 125, minimum: 1, description: 'Registers in one read' }),
    maxBits: Type.Integer({ default: 2000, minimum: 1, maximum: 2000, description: 'Bits in one read' }),
    maxGap: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 124,
      description: 'Unused addresses that one read may span. 0: only neighbours are merged',
    }),
    alone: Type.Boolean({ default: false, description: 'Each value must be asked for alone' }),
    pauseMs: Type.Integer({ default: 0, minimum: 0, maximum: 10_000, description: 'Pause between requests' }),
    connectDelayMs: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 60_000,
      description: 'Pause after connecting, before the first request',
    }),
    writeMultiple: Type.Boolean({
      default: false,
      description: 'Even one coil or register is written with FC15 or FC16',
    }),
    readBack: words(['none', 'fc23'], {
      default: 'none',
      description:
        'fc23: holding registers are written with FC23, which writes them and reads them back in one exchange',
    }),
    anyUnit: Type.Boolean({
      default: false,
      description: 'Modbus TCP only: it answers with another unit id than it was asked by, e.g. 0 or 255',
    }),
    connections: Type.Integer({
      default: 1,
      minimum: 1,
      maximum: 16,
      description: 'TCP connections that it serves at a time',
    }),
  },
  { ...closed, default: {} },
);
export type ModbusQuirks = Static<typeof ModbusQuirks>;

export const ModbusVector = Type.Object(
  {
    note: Type.Optional(Type.String()),
    request: HexBytes,
    response: HexBytes,
    expect: expectation,
  },
  { ...closed, description: 'An RTU exchange with its CRCs, and the values that it carries' },
);
export type ModbusVector = Static<typeof ModbusVector>;

export const modbusProperties = {
  transport: Type.Literal('modbus'),
  connection: ModbusConnection,
  quirks: ModbusQuirks,
  metrics: Type.Array(ModbusMetric, { minItems: 1 }),
  tests: Type.Array(ModbusVector, { default: [] }),
};
