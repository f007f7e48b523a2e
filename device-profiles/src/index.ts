// Device profiles: what a device is, how its bytes become values, and how it is simulated.
// docs/reference/device-profile-format.md describes the files.

export { deviceProfilesErrors } from './errors.ts';

// The profile itself
export type {
  DeviceProfile,
  FrameProfile,
  GpioProfile,
  LineProfile,
  Metric,
  ModbusProfile,
  Transport,
} from './format/profile.ts';
export type { Citation, Datatype, LocalText, SerialSettings } from './format/parts.ts';
export type { ByteOrder, MetricValue, RawType, ValueFormat } from './format/value.ts';
export type { ModbusMetric, ModbusQuirks, ModbusRegister, ModbusTable } from './format/modbus.ts';
export type { FrameField, FrameLayout, FrameMetric } from './format/frame.ts';
export type { LineField, LineLayout, LineMetric } from './format/line.ts';
export type { GpioMetric, GpioPin } from './format/gpio.ts';
export type { DerivedKind, DerivedMetric, DerivedVector } from './format/derived.ts';
export type { Signal, SignalKind } from './format/signal.ts';
export type { DecodeFailure } from './format/expect.ts';

// Loading
export { examineProfile, loadProfile, parseProfile, profileFaults, type Examined } from './load/parse.ts';
export type { ProfileFault } from './load/fault.ts';
export { bundledProfilesDir, profileLibrary, type ProfileLibrary } from './load/library.ts';

// Bytes to values and back, and metrics that are computed from others
export * from './decode.ts';

// Test vectors
export { runVectors, type VectorResult } from './vectors/run.ts';

// Simulation
export { completeSignal } from './simulate/complete-signal.ts';
export { signalAt, type SignalContext } from './simulate/signal-at.ts';
export {
  createSimulator,
  type SimulatedDevice,
  type Simulator,
  type SimulatorCounters,
  type SimulatorOptions,
  type SimulatorPort,
} from './simulate/simulator.ts';
export { loadSimulation } from './simulate/config.ts';
export { createModbusImage, type ModbusImage } from './simulate/image.ts';

// The JSON Schema of the files, as in schema/device-profile.v1.schema.json
export { deviceProfileJsonSchema } from './format/json-schema.ts';
