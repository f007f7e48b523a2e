import { seededRandom, systemRandom } from '@city-testbed/runtime';
import { existsSync } from 'node:fs';
import { profileError } from '../errors.ts';
import type { ProfileLibrary } from '../load/library.ts';
import { loadProfile } from '../load/parse.ts';
import { loadSimulation } from '../simulate/config.ts';
import { createSimulator, type Simulator } from '../simulate/simulator.ts';
import { UsageError } from './usage.ts';

export interface SimulateFlags {
  readonly config?: string;
  readonly profile?: string;
  readonly port?: string;
  readonly host?: string;
  readonly unit?: string;
  readonly seed?: string;
  readonly 'foreign-unit'?: string;
}

/** The simulator that the command line asks for. Throws UsageError and PROFILE_*. */
export function simulatorFor(flags: SimulateFlags, library: ProfileLibrary): Simulator {
  const foreignUnit = wordOf(flags['foreign-unit']);
  const foreign = foreignUnit === undefined ? {} : { foreignUnit };
  if (flags.config !== undefined) {
    if (flags.profile !== undefined) throw new UsageError('either --config or --profile');
    return createSimulator({ ...loadSimulation(flags.config, library), ...foreign });
  }
  if (flags.profile === undefined) throw new UsageError('simulate needs --profile ID or --config FILE');
  const profile = existsSync(flags.profile) ? loadProfile(flags.profile) : library.find(flags.profile);
  if (profile.transport !== 'modbus') {
    throw profileError(
      'PROFILE_SIMULATION_INVALID',
      `${profile.id} is a ${profile.transport} profile; only modbus ones are served over TCP`,
    );
  }
  const unit = numberOf('unit', flags.unit, 255);
  const seed = numberOf('seed', flags.seed, 0x7fff_ffff);
  const device = {
    profile,
    port: numberOf('port', flags.port, 65535) ?? 0,
    host: flags.host ?? '127.0.0.1',
    ...(unit === undefined ? {} : { unit }),
    ...(seed === undefined ? {} : { seed }),
  };
  const random = seed === undefined ? systemRandom : seededRandom(seed);
  return createSimulator({ devices: [device], random, ...foreign });
}

function numberOf(flag: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= most) return value;
  throw new UsageError(`--${flag} takes a number from 0 to ${most}, not "${text}"`);
}

function wordOf(text: string | undefined): 'silent' | 'exception' | undefined {
  if (text === undefined || text === 'silent' || text === 'exception') return text;
  throw new UsageError(`--foreign-unit takes silent or exception, not "${text}"`);
}
