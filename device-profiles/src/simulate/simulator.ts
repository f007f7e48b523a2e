import {
  messageOf,
  systemClock,
  systemRandom,
  type Clock,
  type Random,
  type Service,
} from '@city-testbed/runtime';
import { profileError } from '../errors.ts';
import type { ModbusProfile } from '../format/profile.ts';
import type { Signal } from '../format/signal.ts';
import { exceptionPdu, exceptions } from './answer.ts';
import { deviceLife, type DeviceLife } from './device.ts';
import { listenModbusTcp, type ModbusTcpServer } from './tcp-server.ts';

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
  readonly group?: string;
  readonly devices: readonly { readonly profile: string; readonly unit: number; readonly seed: number }[];
}

export interface SimulatorOptions {
  readonly devices: readonly SimulatedDevice[];
  readonly clock?: Clock;
  readonly random?: Random;
  /** What a unit id that nobody has is answered: nothing, or exception 0x0B (the default; as a gateway would). */
  readonly foreignUnit?: 'silent' | 'exception';
}

export interface SimulatorCounters {
  readonly requests: number;
  readonly exceptions: number;
  /** Connections that were cut because they sent something else than Modbus TCP. */
  readonly garbage: number;
}

/** Serves simulated devices over Modbus TCP. `start` throws PROFILE_SIMULATION_*. */
export interface Simulator extends Service {
  /** Known once started. */
  readonly ports: readonly SimulatorPort[];
  readonly counters: SimulatorCounters;
}

interface Line {
  readonly host: string;
  readonly port: number;
  readonly group: string | undefined;
  readonly units: Map<number, { readonly profile: string; readonly seed: number; readonly life: DeviceLife }>;
}

export function createSimulator(options: SimulatorOptions): Simulator {
  const clock = options.clock ?? systemClock;
  const random = options.random ?? systemRandom;
  const counters = { requests: 0, exceptions: 0, garbage: 0 };
  const servers: ModbusTcpServer[] = [];
  const ports: SimulatorPort[] = [];

  const answer = (line: Line, unit: number, pdu: Uint8Array): Uint8Array | undefined => {
    counters.requests++;
    const device = line.units.get(unit);
    const silent = options.foreignUnit === 'silent';
    const response =
      device?.life.answer(pdu) ?? (silent ? undefined : exceptionPdu(pdu[0] ?? 0, exceptions.targetSilent));
    if (response && (response[0] ?? 0) >= 0x80) counters.exceptions++;
    return response;
  };

  return {
    name: 'simulator',
    counters,
    ports,
    start: async () => {
      for (const line of linesOf(options.devices, clock, random)) {
        try {
          const server = await listenModbusTcp({
            host: line.host,
            port: line.port,
            answer: (unit, pdu) => answer(line, unit, pdu),
            onGarbage: () => counters.garbage++,
          });
          servers.push(server);
          ports.push(readyPort(line, server.port));
        } catch (error) {
          await Promise.all(servers.splice(0).map((server) => server.close()));
          const where = `${line.host}:${line.port}`;
          throw profileError('PROFILE_SIMULATION_PORT', `${where}: ${messageOf(error)}`, {
            context: { host: line.host, port: line.port },
            cause: error,
          });
        }
      }
    },
    stop: async () => {
      await Promise.all(servers.splice(0).map((server) => server.close()));
    },
  };
}

/** Devices by the port that they share. Throws PROFILE_SIMULATION_INVALID where two have one unit id. */
function linesOf(devices: readonly SimulatedDevice[], clock: Clock, random: Random): Line[] {
  const lines = new Map<string, Line>();
  const faults = devices.flatMap((device, at) => {
    const { profile, host = '127.0.0.1', port, group, signals = {} } = device;
    const unit = device.unit ?? profile.connection.unitId;
    const seed = device.seed ?? Math.floor(random.next() * 2 ** 31);
    const key =
      port === 0 ? `${host}:${group === undefined ? `device ${at}` : `group ${group}`}` : `${host}:${port}`;
    const line = lines.get(key) ?? { host, port, group, units: new Map() };
    lines.set(key, line);
    if (line.units.has(unit)) {
      const allowed = 'a unit id of its own on that port';
      return [{ path: `devices.${at}.unit`, found: `${unit}, used twice on ${key}`, allowed }];
    }
    line.units.set(unit, { profile: profile.id, seed, life: deviceLife({ profile, seed, signals, clock }) });
    return [];
  });
  if (faults.length === 0) return [...lines.values()];
  const text = faults.map(({ path, found, allowed }) => `${path}: found ${found}; allowed: ${allowed}`);
  throw profileError('PROFILE_SIMULATION_INVALID', text.join('\n'), { context: { faults } });
}

function readyPort(line: Line, port: number): SimulatorPort {
  const devices = [...line.units].map(([unit, { profile, seed }]) => ({ profile, unit, seed }));
  return { host: line.host, port, ...(line.group === undefined ? {} : { group: line.group }), devices };
}
