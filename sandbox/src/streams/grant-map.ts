import type { PilotGrants } from '../pilots/pilots.ts';

/** Pilots that see the same metrics of a device: their messages are alike, and written once. */
export interface Audience {
  /** null: all metrics. */
  readonly metrics: ReadonlySet<string> | null;
  readonly pilots: readonly string[];
}

/** Who hears what, worked out once for each change of an agreement instead of once for each message. */
export class GrantMap {
  readonly #audiences = new Map<string, readonly Audience[]>();
  readonly #pilots = new Map<string, ReadonlySet<string>>();

  readonly #writes = new Map<string, ReadonlySet<string>>();

  constructor(active: readonly PilotGrants[]) {
    for (const { pilot, writes = [] } of active) {
      const keys = writes.flatMap(({ device, metrics }) =>
        (metrics ?? []).map((metric) => `${device}/${metric}`),
      );
      this.#writes.set(pilot, new Set(keys));
    }
    for (const [device, pilots] of metricsByPilot(active)) {
      this.#audiences.set(device, audiencesOf(pilots));
      this.#pilots.set(device, new Set(pilots.keys()));
    }
  }

  audiences(device: string): readonly Audience[] {
    return this.#audiences.get(device) ?? [];
  }

  /** Whether the pilot may read anything of the device. */
  grants(pilot: string, device: string): boolean {
    return this.#pilots.get(device)?.has(pilot) ?? false;
  }

  /** Whether the pilot may set the metric by a command. */
  maySet(pilot: string, device: string, metric: string): boolean {
    return this.#writes.get(pilot)?.has(`${device}/${metric}`) ?? false;
  }

  pilotsOf(device: string): ReadonlySet<string> {
    return this.#pilots.get(device) ?? new Set();
  }

  /** Every device with every pilot that may read anything of it. */
  *pairs(): Generator<readonly [pilot: string, device: string]> {
    for (const [device, pilots] of this.#pilots) for (const pilot of pilots) yield [pilot, device];
  }
}

type Metrics = ReadonlySet<string> | null;

function metricsByPilot(active: readonly PilotGrants[]): Map<string, Map<string, Metrics>> {
  const devices = new Map<string, Map<string, Metrics>>();
  for (const { pilot, grants } of active) {
    for (const { device, metrics } of grants) {
      const pilots = devices.get(device) ?? new Map<string, Metrics>();
      devices.set(device, pilots);
      const known = pilots.get(pilot);
      if (known === null || metrics === null) pilots.set(pilot, null);
      else pilots.set(pilot, new Set([...(known ?? []), ...metrics]));
    }
  }
  return devices;
}

function audiencesOf(pilots: ReadonlyMap<string, Metrics>): Audience[] {
  const groups = new Map<string, { metrics: Metrics; pilots: string[] }>();
  for (const [pilot, metrics] of pilots) {
    const key = metrics === null ? '*' : JSON.stringify([...metrics].sort());
    const group = groups.get(key);
    if (group) group.pilots.push(pilot);
    else groups.set(key, { metrics, pilots: [pilot] });
  }
  return [...groups.values()];
}
