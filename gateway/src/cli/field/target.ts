import { existsSync } from 'node:fs';
import {
  bundledProfilesDir,
  loadProfile,
  profileLibrary,
  type DeviceProfile,
  type ProfileLibrary,
} from '@city-testbed/device-profiles';
import { inspectGatewayConfig, loadGatewayConfig } from '../../config/load.ts';
import { resolveDevice } from '../../config/devices.ts';
import type { ConfiguredDevice } from '../../model/device.ts';
import type { Port } from '../../model/port.ts';
import { integerOf, neededText, parseInteger, textOf } from '../arguments.ts';
import { UsageError, type Arguments } from '../command.ts';
import { portFrom } from './port-address.ts';

/** A device to look at, the port it is on, and whoever else gives the port its settings. */
export interface Target {
  readonly port: Port;
  readonly device: ConfiguredDevice;
  readonly onPort: readonly ConfiguredDevice[];
}

/** The device of a configuration. Throws CONFIG_* and UsageError. */
export function configuredTarget(file: string, id: string, env: NodeJS.ProcessEnv): Target {
  const { plan, faults } = inspectGatewayConfig(file, env);
  const device = plan.devices.find((one) => one.id === id);
  const port = plan.ports.find((one) => one.id === device?.port);
  if (device && port) {
    // GPIO lines of the other devices are none of ours: opening them would take them away.
    const others = port.kind === 'gpio' ? [device] : plan.devices.filter((one) => one.port === port.id);
    return { port, device, onPort: others };
  }
  if (faults.length > 0) loadGatewayConfig(file, env); // throws, and names them
  throw new UsageError(`${file} has no device ${id}; it has ${plan.devices.map((one) => one.id).join(', ')}`);
}

/** A device that no configuration knows: its profile and where it is. Throws PROFILE_* and UsageError. */
export function looseTarget(given: Arguments): Target {
  const named = neededText(given, 'profile', 'ID');
  const definition = isFile(named) ? loadProfile(named) : libraryOf(given).find(named);
  const unit = integerOf(given, 'unit', { min: 0, max: 255 });
  const port = portFrom(given, definition.transport);
  const device = looseDevice(definition, port, unit, pinsOf(given));
  return { port, device, onPort: [device] };
}

/** Throws UsageError where the profile cannot be spoken on the port, or a pin is missing. */
export function looseDevice(
  definition: DeviceProfile,
  port: Port,
  unit?: number,
  pins: Readonly<Record<string, number>> = {},
): ConfiguredDevice {
  const config = {
    id: definition.id,
    profile: definition.id,
    port: port.id,
    ...(unit === undefined ? {} : { unit }),
    metrics: {},
    pins,
  };
  const one: ProfileLibrary = { find: () => definition, ids: () => [definition.id], fileOf: (id) => id };
  const resolved = resolveDevice(config, '', new Map([[port.id, port.kind]]), one);
  if ('device' in resolved) return resolved.device;
  const faults = resolved.faults.map(({ path, found, allowed }) => `${path.slice(1)}: ${found}; ${allowed}`);
  throw new UsageError(faults.join('\n'));
}

/** The library, with the folder of --profiles before it. Throws PROFILE_UNREADABLE. */
export function libraryOf(given: Arguments): ProfileLibrary {
  const folder = textOf(given, 'profiles');
  return profileLibrary([...(folder === undefined ? [] : [folder]), bundledProfilesDir]);
}

function isFile(named: string): boolean {
  return named.endsWith('.yaml') && existsSync(named);
}

/** `--pins rainfall=17,door=4`. */
function pinsOf(given: Arguments): Record<string, number> {
  const pairs = (textOf(given, 'pins') ?? '').split(',').filter((pair) => pair !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [metric = '', line = ''] = pair.split('=');
      return [metric, parseInteger(line, `--pins ${metric}=`, { min: 0, max: 1023 })];
    }),
  );
}
