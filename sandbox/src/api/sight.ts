import { sandboxError } from '../errors.ts';
import type { PilotRecord, Pilots } from '../pilots/pilots.ts';
import type { DeviceRecord, DeviceRegistry } from '../store/device-registry.ts';
import type { Grant } from '../store/reading-store.ts';
import type { Caller } from './server.ts';

/** Which metrics of a device someone sees: all, or these. */
export type MetricSight = 'all' | ReadonlySet<string>;

/**
 * What a caller sees. City people see all; a vendor sees the pilots they are a member of and, of the devices, what the
 * agreements of those pilots grant while they are in force. What one does not see answers as if it were not there.
 */
export class Sight {
  readonly #caller: Caller;
  readonly #pilots: Pilots;

  constructor(caller: Caller, pilots: Pilots) {
    this.#caller = caller;
    this.#pilots = pilots;
  }

  get seesAll(): boolean {
    return this.#caller.kind === 'person' && this.#caller.session.user.role !== 'vendor';
  }

  seesPilot(pilot: PilotRecord): boolean {
    if (this.seesAll) return true;
    switch (this.#caller.kind) {
      case 'nobody':
        return false;
      case 'service':
        return this.#caller.session.pilot === pilot.id;
      case 'person':
        return pilot.members.includes(this.#caller.session.user.id);
    }
  }

  pilots(): readonly PilotRecord[] {
    return this.#pilots.list().filter((pilot) => this.seesPilot(pilot));
  }

  /** Throws SANDBOX_PILOT_UNKNOWN. */
  pilot(id: string): PilotRecord {
    const pilot = this.#pilots.find(id);
    if (!pilot || !this.seesPilot(pilot)) throw sandboxError('SANDBOX_PILOT_UNKNOWN', id);
    return pilot;
  }

  /** The metrics of each device that is seen; `all` devices for city people. */
  devices(): 'all' | ReadonlyMap<string, MetricSight> {
    if (this.seesAll) return 'all';
    const seen = new Map<string, MetricSight>();
    for (const { id } of this.pilots()) {
      for (const { device, metrics } of this.#pilots.grantsOf(id) ?? []) {
        const known = seen.get(device);
        if (metrics === null || known === 'all') seen.set(device, 'all');
        else seen.set(device, new Set([...(known ?? []), ...metrics]));
      }
    }
    return seen;
  }

  /** Throws SANDBOX_API_DEVICE_UNKNOWN. */
  device(id: string, registry: DeviceRegistry): { record: DeviceRecord; metrics: MetricSight } {
    const devices = this.devices();
    const metrics = devices === 'all' ? 'all' : devices.get(id);
    const record = registry.device(id);
    if (!metrics || !record) throw sandboxError('SANDBOX_API_DEVICE_UNKNOWN', id);
    return { record, metrics };
  }

  /** Changes whenever the devices and metrics that are seen change. */
  deviceSignature(): string {
    const devices = this.devices();
    if (devices === 'all') return 'all';
    const parts = [...devices].map(([id, metrics]) => [id, metrics === 'all' ? '*' : [...metrics].sort()]);
    return JSON.stringify(parts.sort());
  }
}

export function sees(sight: MetricSight, metric: string): boolean {
  return sight === 'all' || sight.has(metric);
}

/** The sight of one device as a grant of the store. */
export function grantOf(device: string, sight: MetricSight): Grant {
  return { device, metrics: sight === 'all' ? null : [...sight] };
}

/** Who acts, for the audit log. */
export function actorOf(caller: Caller): string {
  switch (caller.kind) {
    case 'nobody':
      return 'nobody';
    case 'person':
      return caller.session.user.email;
    case 'service':
      return `token ${caller.session.tokenId}`;
  }
}
