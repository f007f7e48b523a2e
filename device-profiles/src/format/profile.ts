import { Type, type Static } from '@sinclair/typebox';
import { DerivedMetric } from './derived.ts';
import { frameProperties } from './frame.ts';
import { gpioProperties } from './gpio.ts';
import { lineProperties } from './line.ts';
import { modbusProperties } from './modbus.ts';
import { Citation, closed, LocalText } from './parts.ts';
import { Simulation } from './signal.ts';

const head = {
  format: Type.Literal(1, { description: 'Version of this format' }),
  id: Type.String({
    pattern: '^[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9-]*$',
    description: 'vendor/model, the same as the path of the file',
  }),
  vendor: Type.String({ minLength: 1 }),
  model: Type.String({ minLength: 1 }),
  description: LocalText,
  sources: Type.Array(Citation, { minItems: 1, description: 'Where the facts were read' }),
};
const tail = {
  derived: Type.Array(DerivedMetric, {
    default: [],
    maxItems: 64,
    description: 'Metrics that the gateway computes from those that it reads',
  }),
  simulate: Type.Optional(Simulation),
};

export const ModbusProfile = Type.Object({ ...head, ...modbusProperties, ...tail }, closed);
export const FrameProfile = Type.Object({ ...head, ...frameProperties, ...tail }, closed);
export const LineProfile = Type.Object({ ...head, ...lineProperties, ...tail }, closed);
export const GpioProfile = Type.Object({ ...head, ...gpioProperties, ...tail }, closed);

export type ModbusProfile = Static<typeof ModbusProfile>;
export type FrameProfile = Static<typeof FrameProfile>;
export type LineProfile = Static<typeof LineProfile>;
export type GpioProfile = Static<typeof GpioProfile>;

/** A device profile, told apart by `transport`. Every default is filled in. */
export type DeviceProfile = ModbusProfile | FrameProfile | LineProfile | GpioProfile;
export type Transport = DeviceProfile['transport'];
/** A metric of any transport: what every one of them says (name, unit, label, datatype, min, max, ...). */
export type Metric = DeviceProfile['metrics'][number];

/** One schema a transport, so that a fault speaks of the transport that was meant. */
export const profileSchemas = {
  modbus: ModbusProfile,
  'serial-frame': FrameProfile,
  'serial-line': LineProfile,
  gpio: GpioProfile,
} as const;
