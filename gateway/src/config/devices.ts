import {
  profileFaults,
  type DeviceProfile,
  type Metric,
  type ProfileLibrary,
} from '@city-testbed/device-profiles';
import { isCoded, messageOf, type ConfigFault } from '@city-testbed/runtime';
import type { ConfiguredDevice, DeviceMetric } from '../model/device.ts';
import type { PortKind } from '../model/port.ts';
import { derivedFaults, derivedMetrics } from './derived.ts';
import { reporting, silenceFaults } from './reporting.ts';
import type { DeviceConfig } from './schema.ts';

/** Which profiles can be spoken on which kind of port. */
const transports: Record<PortKind, readonly DeviceProfile['transport'][]> = {
  'modbus-tcp': ['modbus'],
  'modbus-rtu': ['modbus'],
  'modbus-rtu-over-tcp': ['modbus'],
  serial: ['serial-frame', 'serial-line'],
  gpio: ['gpio'],
};

/** Shortest interval by transport: a bus at 9600 baud, or a sensor that sends once a second, cannot do better. */
const shortestMs: Record<DeviceProfile['transport'], number> = {
  modbus: 0,
  'serial-frame': 10,
  'serial-line': 10,
  gpio: 10,
};

type Resolved = { readonly device: ConfiguredDevice } | { readonly faults: readonly ConfigFault[] };

/**
 * A device with its profile and overrides, or everything that is wrong with it.
 * `ports` gives the kind of each port of the configuration; undefined where the port has faults of its own.
 */
export function resolveDevice(
  config: DeviceConfig,
  path: string,
  ports: ReadonlyMap<string, PortKind | undefined>,
  library: ProfileLibrary,
): Resolved {
  const faults: ConfigFault[] = [];
  const kind = ports.get(config.port);
  if (!ports.has(config.port)) {
    const allowed = `a port of this file: ${[...ports.keys()].join(', ')}`;
    faults.push({ path: `${path}.port`, found: config.port, allowed });
  }
  const definition = findProfile(config.profile, `${path}.profile`, library, faults);
  if (!definition) return { faults };
  if (kind !== undefined && !transports[kind].includes(definition.transport)) {
    const allowed = `a profile that speaks ${transports[kind].join(' or ')}: port ${config.port} is ${kind}`;
    faults.push({ path: `${path}.profile`, found: `${config.profile} (${definition.transport})`, allowed });
  }
  faults.push(...nameFaults(config, path, definition), ...pinFaults(config, path, definition));
  const polled = definition.metrics
    .filter(({ name }) => config.metrics[name]?.enabled ?? true)
    .map((metric) => metricOf(metric, config));
  const metrics = [...polled, ...derivedMetrics(definition, config, polled)];
  faults.push(
    ...intervalFaults(config, path, definition),
    ...derivedFaults(definition, config, polled, path),
    ...silenceFaults(metrics, config, path),
  );
  if (polled.length === 0) {
    faults.push({ path: `${path}.metrics`, found: 'every metric switched off', allowed: 'at least one' });
  }
  if (faults.length > 0) return { faults };
  return {
    device: {
      id: config.id,
      name: config.name ?? config.id,
      profile: definition.id,
      ...(config.location ? { location: config.location } : {}),
      metrics,
      port: config.port,
      unit: config.unit ?? (definition.transport === 'modbus' ? definition.connection.unitId : 0),
      pins: config.pins,
      definition,
    },
  };
}

function findProfile(
  id: string,
  path: string,
  library: ProfileLibrary,
  faults: ConfigFault[],
): DeviceProfile | undefined {
  try {
    return library.find(id);
  } catch (error) {
    const inside = profileFaults(error);
    if (inside.length === 0) {
      const allowed = isCoded(error, 'PROFILE_UNKNOWN') ? library.ids().join(', ') : messageOf(error);
      faults.push({ path, found: id, allowed });
    }
    for (const fault of inside) {
      faults.push({ path: `${path} (${id}) ${fault.path}`, found: fault.found, allowed: fault.allowed });
    }
    return undefined;
  }
}

function metricOf(metric: Metric, config: DeviceConfig): DeviceMetric {
  const intervalMs = config.metrics[metric.name]?.intervalMs ?? config.intervalMs ?? metric.intervalMs;
  return {
    name: metric.name,
    datatype: metric.datatype,
    ...(metric.unit === undefined ? {} : { unit: metric.unit }),
    ...(metric.min === undefined ? {} : { low: metric.min }),
    ...(metric.max === undefined ? {} : { high: metric.max }),
    writable: metric.access === 'rw',
    intervalMs,
    ...reporting(metric, config, intervalMs),
  };
}

function nameFaults(config: DeviceConfig, path: string, profile: DeviceProfile): ConfigFault[] {
  const polled = profile.metrics.map(({ name }) => name);
  const all = [...polled, ...profile.derived.map(({ name }) => name)];
  const unknown = (keys: object, names: readonly string[], under: string): ConfigFault[] =>
    Object.keys(keys)
      .filter((name) => !names.includes(name))
      .map((name) => ({
        path: `${path}.${under}.${name}`,
        found: 'an unknown metric',
        allowed: `a metric of ${profile.id}: ${names.join(', ')}`,
      }));
  return [...unknown(config.metrics, all, 'metrics'), ...unknown(config.pins, polled, 'pins')];
}

function pinFaults(config: DeviceConfig, path: string, profile: DeviceProfile): ConfigFault[] {
  if (profile.transport !== 'gpio') {
    return Object.keys(config.pins).length === 0
      ? []
      : [
          {
            path: `${path}.pins`,
            found: `pins on a ${profile.transport} device`,
            allowed: 'gpio devices only',
          },
        ];
  }
  return profile.metrics
    .filter(({ name }) => (config.metrics[name]?.enabled ?? true) && config.pins[name] === undefined)
    .map(({ name }) => ({
      path: `${path}.pins.${name}`,
      found: 'nothing',
      allowed: 'the GPIO line of this metric',
    }));
}

/** An interval of the device counts for many metrics: it is one fault. */
function intervalFaults(config: DeviceConfig, path: string, profile: DeviceProfile): ConfigFault[] {
  const shortest = shortestMs[profile.transport];
  const allowed = `${String(shortest)} or more for ${profile.transport}`;
  const own = Object.entries(config.metrics).map(([name, { intervalMs }]) => ({
    path: `${path}.metrics.${name}.intervalMs`,
    intervalMs,
  }));
  return [{ path: `${path}.intervalMs`, intervalMs: config.intervalMs }, ...own].flatMap((given) =>
    given.intervalMs === undefined || given.intervalMs >= shortest
      ? []
      : [{ path: given.path, found: String(given.intervalMs), allowed }],
  );
}
