import { sandboxError } from '../errors.ts';
import type { PilotRecord, Pilots } from '../pilots/pilots.ts';
import type { DeviceRecord, DeviceRegistry } from '../store/device-registry.ts';
import type { Grant } from '../store/reading-store.ts';
import type { Caller } from './server.ts';

/** What someone sees of one device: which metrics, and each from when on. */
export class DeviceSight {
  /** What city people see: everything, from the beginning. */
  static readonly whole = new DeviceSight([{ metrics: null, since: -Infinity }]);

  readonly #parts: readonly SeenPart[];

  constructor(parts: readonly SeenPart[]) {
    this.#parts = parts;
  }

  /** With what another agreement grants of the same device. */
  and(part: SeenPart): DeviceSight {
    return new DeviceSight([...this.#parts, part]);
  }

  get isWhole(): boolean {
    return this === DeviceSight.whole;
  }

  sees(metric: string): boolean {
    return this.since(metric) < Infinity;
  }

  /** ms; readings observed earlier are not seen. -Infinity: none is hidden; Infinity: the metric is not seen at all. */
  since(metric: string): number {
    return Math.min(
      ...this.#parts.map(({ metrics, since }) => (metrics?.includes(metric) === false ? Infinity : since)),
    );
  }

  seesReading({ metric, observedAt }: { readonly metric: string; readonly observedAt: number }): boolean {
    return observedAt >= this.since(metric);
  }

  /** ms; nothing of the device is seen from before. */
  get earliest(): number {
    return Math.min(...this.#parts.map(({ since }) => since));
  }

  /** As a grant of the store, which knows no times: hold its readings against `seesReading`. */
  grant(device: string): Grant {
    const metrics = new Set<string>();
    for (const part of this.#parts) {
      if (part.metrics === null) return { device, metrics: null };
      for (const metric of part.metrics) metrics.add(metric);
    }
    return { device, metrics: [...metrics] };
  }

  /** Equal for sights that show the same by the same agreements. */
  get signature(): string {
    const parts = this.#parts.map(({ metrics, since }) => `${since} ${metrics?.toSorted().join(' ') ?? '*'}`);
    return JSON.stringify(parts.sort());
  }
}

/** `metrics` null: all of the device. `since` in ms. */
interface SeenPart {
  readonly metrics: readonly string[] | null;
  readonly since: number;
}

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
