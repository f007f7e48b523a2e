import { readFileSync } from 'node:fs';
import { messageOf } from '@city-testbed/runtime';
import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { parseDocument } from 'yaml';
import { profileError } from '../errors.ts';
import { asWritten } from '../format/json-schema.ts';
import { closed, words } from '../format/parts.ts';
import { Signal, signals } from '../format/signal.ts';
import { shown, type ProfileFault } from '../load/fault.ts';
import type { ProfileLibrary } from '../load/library.ts';
import { faultOf, newValidator, withoutNoise } from '../load/schema-faults.ts';
import type { SimulatedDevice, SimulatorOptions } from './simulator.ts';

const DeviceEntry = Type.Object(
  {
    profile: Type.String({ minLength: 1, description: 'Profile id, e.g. eastron/sdm120' }),
    port: Type.Integer({ minimum: 0, maximum: 65535, description: 'TCP port; 0 for any free one' }),
    group: Type.Optional(Type.String({ description: 'Devices with port 0 and one group share a port' })),
    host: Type.String({ default: '127.0.0.1' }),
    unit: Type.Optional(Type.Integer({ minimum: 0, maximum: 255 })),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 0x7fff_ffff })),
    signals: Type.Optional(Type.Record(Type.String(), Signal)),
  },
  closed,
);
const SimulationFile = Type.Object(
  {
    foreignUnit: words(['silent', 'exception'], { default: 'exception' }),
    devices: Type.Array(DeviceEntry, { minItems: 1 }),
  },
  closed,
);
type SimulationFile = Static<typeof SimulationFile>;

const validate = newValidator().compile<SimulationFile>(asWritten(SimulationFile) as object);

/**
 * Reads what to simulate: a YAML list of devices, or {foreignUnit, devices}. Throws PROFILE_UNREADABLE,
 * PROFILE_NOT_YAML, or PROFILE_SIMULATION_INVALID with every fault.
 */
export function loadSimulation(
  file: string,
  library: ProfileLibrary,
): Pick<SimulatorOptions, 'devices' | 'foreignUnit'> {
  const given = contentOf(file);
  const content = Array.isArray(given) ? { devices: given as unknown[] } : given;
  const prefix = Array.isArray(given) ? 'devices.' : '';
  const faults: ProfileFault[] = [];
  if (!validate(content)) {
    faults.push(...withoutNoise(validate.errors ?? []).map(faultOf));
    throw invalid(file, faults, prefix);
  }
  const devices = content.devices.flatMap((entry, at) => deviceOf(entry, at, library, faults));
  if (faults.length > 0) throw invalid(file, faults, prefix);
  return { devices, foreignUnit: content.foreignUnit };
}

function deviceOf(
  entry: SimulationFile['devices'][number],
  at: number,
  library: ProfileLibrary,
  faults: ProfileFault[],
): SimulatedDevice[] {
  if (!library.ids().includes(entry.profile)) {
    faults.push({
      path: `devices.${at}.profile`,
      found: shown(entry.profile),
      allowed: library.ids().join(', '),
    });
    return [];
  }
  const profile = library.find(entry.profile);
  if (profile.transport !== 'modbus') {
    faults.push({ path: `devices.${at}.profile`, found: profile.transport, allowed: 'a modbus profile' });
    return [];
  }
  for (const [name, signal] of Object.entries(entry.signals ?? {})) {
    Value.Default(signals[signal.kind], signal);
    if (profile.metrics.every((metric) => metric.name !== name)) {
      const allowed = profile.metrics.map((metric) => metric.name).join(', ');
      faults.push({ path: `devices.${at}.signals.${name}`, found: 'no metric of the profile', allowed });
    }
  }
  const { host, port, group, unit, seed } = entry;
  return [
    {
      profile,
      host,
      port,
      ...(group === undefined ? {} : { group }),
      ...(unit === undefined ? {} : { unit }),
      ...(seed === undefined ? {} : { seed }),
      ...(entry.signals === undefined ? {} : { signals: entry.signals }),
    },
  ];
}

function contentOf(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw profileError('PROFILE_UNREADABLE', `${file}: ${messageOf(error)}`, { cause: error });
  }
  const document = parseDocument(text);
  const problem = document.errors[0];
  if (problem) throw profileError('PROFILE_NOT_YAML', `${file}: ${problem.message}`);
  return document.toJS({ maxAliasCount: 50 });
}

function invalid(file: string, faults: readonly ProfileFault[], listed: string): Error {
  const own = faults.map((fault) => ({ ...fault, path: fault.path.replace(new RegExp(`^${listed}`), '') }));
  const lines = own.map(({ path, found, allowed }) => `  ${path}: found ${found}; allowed: ${allowed}`);
  return profileError('PROFILE_SIMULATION_INVALID', `${file}\n${lines.join('\n')}`, {
    context: { file, faults: own },
  });
}
