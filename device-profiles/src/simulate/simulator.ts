import type { Clock, Random, Service } from '@city-testbed/runtime';
import type { ModbusProfile } from '../format/profile.ts';
import type { Signal } from '../format/signal.ts';

/** One simulated device behind a Modbus TCP port. Several may share a port when their units differ. */
export interface SimulatedDevice {
  readonly profile: ModbusProfile;
  /** 0: any free port; devices with port 0 and the same `group` share one. */
  readonly port: number;
  readonly group?: string;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default: the profile's unit id. */
  readonly unit?: number;
  /** Default: drawn from `random`. */
  readonly seed?: number;
  /** Signals that replace those of the profile. */
  readonly signals?: Readonly<Record<string, Signal>>;
}

/** A port that listens. */
export interface SimulatorPort {
  readonly host: string;
  readonly port: number;
  readonly devices: readonly { readonly profile: string; readonly unit: number; readonly seed: number }[];
}

export interface SimulatorOptions {
  readonly devices: readonly SimulatedDevice[];
  readonly clock?: Clock;
  readonly random?: Random;
  /** What a unit id that nobody has is answered: nothing, or exception 0x0B (gateway target failed to respond). */
  readonly foreignUnit?: 'silent' | 'exception';
}

/** Serves simulated devices over Modbus TCP. `start` throws PROFILE_SIMULATION_*. */
export interface Simulator extends Service {
  /** Known once started. */
  readonly ports: readonly SimulatorPort[];
  readonly counters: { readonly requests: number; readonly exceptions: number; readonly garbage: number };
}

export function createSimulator(options: SimulatorOptions): Simulator {
  void options;
  throw new Error('to come');
}
