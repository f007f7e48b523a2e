import { resolve } from 'node:path';
import { bundledProfilesDir, profileLibrary, type ProfileLibrary } from '@city-testbed/device-profiles';
import { configDir, loadConfig, messageOf, type ConfigFault } from '@city-testbed/runtime';
import type { ConfiguredDevice } from '../model/device.ts';
import type { Port } from '../model/port.ts';
import { resolveDevice } from './devices.ts';
import { portFaults, portOf } from './ports.ts';
import { GatewayConfig } from './schema.ts';

/** What a configuration means: ports and devices with their profiles. */
export interface GatewayPlan {
  readonly ports: readonly Port[];
  readonly devices: readonly ConfiguredDevice[];
  readonly faults: readonly ConfigFault[];
}

/**
 * Reads a configuration file with its environment overrides (CITY_GATEWAY__UPLINK__URL=...).
 * Throws CONFIG_*; CONFIG_INVALID names every fault at once, those of devices and profiles among them.
 */
export function loadGatewayConfig(file: string, env: NodeJS.ProcessEnv = process.env): GatewayConfig {
  return loadConfig({
    schema: GatewayConfig,
    file,
    env,
    envPrefix: 'CITY_GATEWAY',
    examine: (config) => planGateway(config, configDir(file)).faults,
  });
}

/** Resolves ports, devices and profiles. Relative paths start from `baseDir`. Never throws: see `faults`. */
export function planGateway(config: GatewayConfig, baseDir: string): GatewayPlan {
  const faults: ConfigFault[] = [];
  config.ports.forEach((port, index) => faults.push(...portFaults(port, `ports.${String(index)}`)));
  faults.push(...repeated(config.ports, 'ports'), ...repeated(config.devices, 'devices'));
  faults.push(...serialPathsTwice(config), ...uplinkFaults(config));

  const library = openLibrary(config.profiles, baseDir, faults);
  const kinds = new Map(config.ports.map(({ id, kind }) => [id, kind]));
  const devices: ConfiguredDevice[] = [];
  config.devices.forEach((device, index) => {
    if (!library) return;
    const resolved = resolveDevice(device, `devices.${String(index)}`, kinds, library);
    if ('device' in resolved) devices.push(resolved.device);
    else faults.push(...resolved.faults);
  });
  faults.push(...unitsTwice(devices), ...pinsTwice(devices));
  return { ports: config.ports.map(portOf), devices, faults };
}

function openLibrary(
  dirs: readonly string[],
  baseDir: string,
  faults: ConfigFault[],
): ProfileLibrary | undefined {
  try {
    return profileLibrary([...dirs.map((dir) => resolve(baseDir, dir)), bundledProfilesDir]);
  } catch (error) {
    faults.push({ path: 'profiles', found: messageOf(error), allowed: 'folders that exist' });
    return undefined;
  }
}

function repeated(items: readonly { readonly id: string }[], path: string): ConfigFault[] {
  return items.flatMap(({ id }, index) =>
    items.findIndex((other) => other.id === id) === index
      ? []
      : [{ path: `${path}.${String(index)}.id`, found: id, allowed: 'an id that is not used twice' }],
  );
}

/** Two ports on one serial line would answer each other's requests. */
function serialPathsTwice({ ports }: GatewayConfig): ConfigFault[] {
  return ports.flatMap(({ path }, index) =>
    path === undefined || ports.findIndex((other) => other.path === path) === index
      ? []
      : [{ path: `ports.${String(index)}.path`, found: path, allowed: 'a line that no other port uses' }],
  );
}

function unitsTwice(devices: readonly ConfiguredDevice[]): ConfigFault[] {
  const seen = new Map<string, string>();
  return devices.flatMap(({ id, port, unit, definition }) => {
    // A stream cannot be shared: nothing in it says which device spoke.
    const key = definition.transport === 'modbus' ? `${port} ${String(unit)}` : port;
    const other = seen.get(key);
    if (definition.transport === 'gpio') return [];
    seen.set(key, id);
    if (other === undefined) return [];
    const found = definition.transport === 'modbus' ? `unit ${String(unit)} on port ${port}` : `port ${port}`;
    return [{ path: `devices (${id})`, found: `${found}, as ${other}`, allowed: 'one device each' }];
  });
}

function pinsTwice(devices: readonly ConfiguredDevice[]): ConfigFault[] {
  const seen = new Map<string, string>();
  return devices.flatMap(({ id, port, pins }) =>
    Object.entries(pins).flatMap(([metric, pin]) => {
      const key = `${port} ${String(pin)}`;
      const other = seen.get(key);
      seen.set(key, `${id}.${metric}`);
      return other === undefined
        ? []
        : [
            {
              path: `devices (${id}).pins.${metric}`,
              found: `${String(pin)}, as ${other}`,
              allowed: 'a free line',
            },
          ];
    }),
  );
}

function uplinkFaults({ uplink }: GatewayConfig): ConfigFault[] {
  const faults: ConfigFault[] = [];
  if ((uplink.tls.certFile === undefined) !== (uplink.tls.keyFile === undefined)) {
    faults.push({ path: 'uplink.tls', found: 'one of certFile, keyFile', allowed: 'both or neither' });
  }
  if (uplink.reconnectMinMs > uplink.reconnectMaxMs) {
    const allowed = `reconnectMaxMs (${String(uplink.reconnectMaxMs)}) or less`;
    faults.push({ path: 'uplink.reconnectMinMs', found: String(uplink.reconnectMinMs), allowed });
  }
  return faults;
}
