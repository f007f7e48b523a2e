import { resolve } from 'node:path';
import { bundledProfilesDir, profileLibrary, type ProfileLibrary } from '@city-testbed/device-profiles';
import { configDir, messageOf, type ConfigFault } from '@city-testbed/runtime';
import { inspectConfig, loadConfig } from '@city-testbed/runtime/config';
import type { ConfiguredDevice } from '../model/device.ts';
import type { Port, PortKind } from '../model/port.ts';
import { hostsTwice, pinsTwice, repeated, serialPathsTwice, unitsTwice, uplinkFaults } from './clashes.ts';
import { resolveDevice } from './devices.ts';
import { partsOf, type GatewayParts } from './parts.ts';
import { portFaults, portOf } from './ports.ts';
import { GatewayConfig } from './schema.ts';

/** What a configuration means: ports and devices with their profiles. */
export interface GatewayPlan {
  readonly ports: readonly Port[];
  readonly devices: readonly ConfiguredDevice[];
  readonly faults: readonly ConfigFault[];
}

/** A faultless configuration and what it means: all that a gateway starts from. It is plain JSON. */
export interface GatewaySettings {
  readonly config: GatewayConfig;
  readonly plan: GatewayPlan;
}

const sourceOf = (file: string, env: NodeJS.ProcessEnv) => ({
  schema: GatewayConfig,
  file,
  env,
  envPrefix: 'CITY_GATEWAY',
  examine: (config: GatewayConfig) => planGateway(config, configDir(file)).faults,
  examineParts: (sound: unknown) => planGateway(partsOf(sound), configDir(file)).faults,
});

/**
 * Reads a configuration file with its environment overrides (CITY_GATEWAY__UPLINK__URL=...).
 * Throws CONFIG_*; CONFIG_INVALID names every fault at once, those of devices and profiles among them.
 */
export function loadGatewayConfig(file: string, env: NodeJS.ProcessEnv = process.env): GatewayConfig {
  return loadConfig(sourceOf(file, env));
}

/** As loadGatewayConfig, with what it means. */
export function loadGatewaySettings(file: string, env: NodeJS.ProcessEnv = process.env): GatewaySettings {
  return settingsOf(loadGatewayConfig(file, env), configDir(file));
}

/** What a faultless configuration means. Relative paths start from `baseDir`. */
export function settingsOf(config: GatewayConfig, baseDir: string): GatewaySettings {
  return { config, plan: planGateway(config, baseDir) };
}

/** A configuration whatever is wrong with it, for a command that goes on looking. */
export interface InspectedGateway {
  readonly faults: readonly ConfigFault[];
  /** Undefined where there are faults. */
  readonly config: GatewayConfig | undefined;
  readonly parts: GatewayParts;
  /** Ports and devices that have no fault. */
  readonly plan: GatewayPlan;
}

/** Throws CONFIG_FILE_UNREADABLE and CONFIG_NOT_YAML only. */
export function inspectGatewayConfig(file: string, env: NodeJS.ProcessEnv = process.env): InspectedGateway {
  const { faults, config, sound } = inspectConfig(sourceOf(file, env));
  const parts = config ?? partsOf(sound);
  return { faults, config, parts, plan: planGateway(parts, configDir(file)) };
}

/**
 * Resolves ports, devices and profiles. Relative paths start from `baseDir`. Never throws: see `faults`.
 * Of a faulty configuration the sound parts are enough; it is silent on what a part that is missing would say.
 */
export function planGateway(parts: GatewayParts, baseDir: string): GatewayPlan {
  const faults: ConfigFault[] = [];
  const ports: Port[] = [];
  const kinds = new Map<string, PortKind | undefined>();
  for (const id of parts.brokenPorts ?? []) kinds.set(id, undefined);
  parts.ports.forEach((port, index) => {
    if (!port) return;
    const own = portFaults(port, `ports.${String(index)}`);
    faults.push(...own);
    if (own.length === 0) ports.push(portOf(port));
    kinds.set(port.id, port.kind);
  });
  faults.push(...repeated(parts.ports, 'ports'), ...repeated(parts.devices, 'devices'));
  faults.push(...serialPathsTwice(parts), ...uplinkFaults(parts));

  const library = openLibrary(parts.profiles, baseDir, faults);
  const devices: ConfiguredDevice[] = [];
  parts.devices.forEach((device, index) => {
    if (!library || !device) return;
    const resolved = resolveDevice(device, `devices.${String(index)}`, kinds, library);
    if ('device' in resolved) devices.push(resolved.device);
    else faults.push(...resolved.faults);
  });
  faults.push(...unitsTwice(devices), ...pinsTwice(devices), ...hostsTwice(parts, devices));
  return { ports, devices, faults };
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
