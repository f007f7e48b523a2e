import { sandboxError } from '../errors.ts';
import type { PilotRecord, Pilots } from '../pilots/pilots.ts';
import type { DeviceRecord, DeviceRegistry } from '../store/device-registry.ts';
import { DeviceSight } from './device-sight.ts';
import type { Caller } from './server.ts';

/**
 * What a caller sees. City people see all; a vendor sees the pilots they are a member of and, of the devices, what the
 * agreements of those pilots grant while they are in force, observed since those pilots started. What one does not see answers as if it were not there.
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

  /** Each device that is seen, and what of it; `all` devices for city people. */
  devices(): 'all' | ReadonlyMap<string, DeviceSight> {
    if (this.seesAll) return 'all';
    const seen = new Map<string, DeviceSight>();
    for (const { id, startsAt } of this.pilots()) {
      for (const { device, metrics } of this.#pilots.grantsOf(id) ?? []) {
        const part = { metrics, since: startsAt };
        seen.set(device, seen.get(device)?.and(part) ?? new DeviceSight([part]));
      }
    }
    return seen;
  }

  /** Throws SANDBOX_API_DEVICE_UNKNOWN. */
  device(id: string, registry: DeviceRegistry): { record: DeviceRecord; seen: DeviceSight } {
    const devices = this.devices();
    const seen = devices === 'all' ? DeviceSight.whole : devices.get(id);
    const record = registry.device(id);
    if (!seen || !record) throw sandboxError('SANDBOX_API_DEVICE_UNKNOWN', id);
    return { record, seen };
  }

  /** Changes whenever the devices and metrics that are seen change. */
  deviceSignature(): string {
    const devices = this.devices();
    if (devices === 'all') return 'all';
    return JSON.stringify([...devices].map(([id, seen]) => [id, seen.signature]).sort());
  }
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
