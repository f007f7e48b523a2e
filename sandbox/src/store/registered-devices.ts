import { messageOf, type Clock, type Logger, type Service } from '@city-testbed/runtime';
import { sandboxError } from '../errors.ts';
import type {
  DeviceBirth,
  DeviceIntake,
  DeviceRecord,
  DeviceRegistry,
  GatewayRecord,
} from './device-registry.ts';
import type { RegistryDocument } from './reading-writer.ts';
import type { RegistryShelf } from './registry-shelf.ts';

export interface RegistryLimits {
  readonly gateways: number;
  readonly devices: number;
  readonly metricsPerDevice: number;
}

export interface RegistryParts {
  readonly shelf: RegistryShelf;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits: RegistryLimits;
}

export type RegisteredDevices = DeviceRegistry & DeviceIntake & Service;

const TICK_MS = 1000;
/** Records that changed only in when they were last heard are written this often. */
const SEEN_TICKS = 10;
const SILENT_INTERVALS = 3;
const SHORTEST_SILENCE_MS = 5000;
/** For a device whose birth names no interval, and least for a gateway. */
const UNKNOWN_SILENCE_MS = 5 * 60_000;
const GATEWAY_SILENCE_MS = 90_000;
const ID = /^[a-z0-9-]{1,64}$/;

/** Devices and gateways in memory, each change written behind within a second, so that a restart shows the last known. */
export function createDeviceRegistry(parts: RegistryParts): RegisteredDevices {
  return new MemoryRegistry(parts);
}

class MemoryRegistry implements RegisteredDevices {
  readonly name = 'device registry';
  readonly #parts: RegistryParts;
  readonly #devices = new Map<string, DeviceRecord>();
  readonly #gateways = new Map<string, GatewayRecord>();
  /** Monotonic time at which each was last heard: a wall clock that jumps makes nothing stale. */
  readonly #heardDevices = new Map<string, number>();
  readonly #heardGateways = new Map<string, number>();
  readonly #listeners = new Set<(device: DeviceRecord) => void>();
  readonly #changed = new Set<DeviceRecord['id']>();
  readonly #changedGateways = new Set<GatewayRecord['id']>();
  readonly #seenSince = { devices: new Set<string>(), gateways: new Set<string>() };
  readonly #stopped = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(parts: RegistryParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const heard = this.#parts.clock.monotonic();
    for (const { kind, document } of await this.#parts.shelf.load()) {
      const record = JSON.parse(document) as DeviceRecord & GatewayRecord;
      if (kind === 'device') {
        this.#devices.set(record.id, record);
        this.#heardDevices.set(record.id, heard);
      } else {
        this.#gateways.set(record.id, { ...record, sequenceGaps: 0 });
        this.#heardGateways.set(record.id, heard);
      }
    }
    this.#running = this.#watch();
  }

  async stop(): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    this.#stopped.abort();
    await this.#running;
    await this.#write(true);
  }

  devices(): readonly DeviceRecord[] {
    return [...this.#devices.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  device(id: string): DeviceRecord | undefined {
    return this.#devices.get(id);
  }

  gateways(): readonly GatewayRecord[] {
    return [...this.#gateways.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  onChange(listener: (device: DeviceRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  gatewayOnline(id: string, at: number, version: string | null): void {
    checkId(id);
    const known = this.#gateways.get(id);
    if (!known && this.#gateways.size >= this.#parts.limits.gateways) {
      throw sandboxError(
        'SANDBOX_REGISTRY_FULL',
        `gateway ${id}: limits.gateways is ${this.#parts.limits.gateways}`,
      );
    }
    const before = known ?? { id, since: null, batchesStored: 0, lastBatch: null, sequenceGaps: 0 };
    const since = known?.state === 'online' ? known.since : at;
    this.#heardGateways.set(id, this.#parts.clock.monotonic());
    this.#putGateway({ ...before, state: 'online', since, lastSeenAt: at, version });
  }

  gatewayOffline(id: string, at: number, reason: string): void {
    const known = this.#gateways.get(id);
    if (known && known.state !== 'offline') this.#putGateway({ ...known, state: 'offline', since: at });
    for (const { id: device } of this.#devices.values()) this.deviceOffline(id, device, at, reason);
  }

  deviceOnline(birth: DeviceBirth, at: number): void {
    const { gateway, device: id, ...described } = birth;
    const known = this.#devices.get(id);
    this.#checkBirth(birth, known);
    const since = known?.state === 'online' && known.gateway === gateway ? known.since : at;
    this.#heardDevices.set(id, this.#parts.clock.monotonic());
    // A birth is the word of the gateway; when the device itself spoke last is kept.
    const lastSeenAt = known?.lastSeenAt ?? null;
    this.#putDevice({ id, gateway, ...described, state: 'online', since, stateReason: null, lastSeenAt });
  }

  deviceOffline(gateway: string, id: string, at: number, reason: string): void {
    const known = this.#devices.get(id);
    if (known?.gateway !== gateway || known.state === 'offline') return;
    this.#putDevice({ ...known, state: 'offline', since: at, stateReason: reason });
  }

  owns(gateway: string, device: string): boolean {
    return this.#devices.get(device)?.gateway === gateway;
  }

  mayClaim(gateway: string, device: string): boolean {
    const known = this.#devices.get(device);
    return known !== undefined && known.gateway !== gateway && !this.#isClaimed(known);
  }

  seen(gatewayId: string, deviceId: string | undefined, at: number, spokeAt = at): void {
    const monotonic = this.#parts.clock.monotonic();
    const gateway = this.#gateways.get(gatewayId);
    if (gateway) {
      this.#heardGateways.set(gatewayId, monotonic);
      if (gateway.state === 'stale')
        this.#putGateway({ ...gateway, state: 'online', since: at, lastSeenAt: at });
      else this.#gateways.set(gatewayId, { ...gateway, lastSeenAt: at });
      this.#seenSince.gateways.add(gatewayId);
    }
    const device = deviceId === undefined ? undefined : this.#devices.get(deviceId);
    if (device?.gateway !== gatewayId) return;
    const age = Math.max(0, at - spokeAt);
    const heard = this.#heardDevices.get(device.id) ?? Number.NEGATIVE_INFINITY;
    this.#heardDevices.set(device.id, Math.max(heard, monotonic - age));
    const lastSeenAt = Math.max(spokeAt, device.lastSeenAt ?? spokeAt);
    if (device.state === 'stale' && age <= silenceOf(device)) {
      this.#putDevice({ ...device, state: 'online', since: spokeAt, stateReason: null, lastSeenAt });
    } else this.#devices.set(device.id, { ...device, lastSeenAt });
    this.#seenSince.devices.add(device.id);
  }

  stored(id: string, batches: number, last: number | null): void {
    const gateway = this.#gateways.get(id);
    if (!gateway) return;
    const lastBatch = last === null ? gateway.lastBatch : Math.max(last, gateway.lastBatch ?? 0);
    this.#gateways.set(id, { ...gateway, batchesStored: gateway.batchesStored + batches, lastBatch });
    this.#seenSince.gateways.add(id);
  }

  sequenceGap(id: string): void {
    const gateway = this.#gateways.get(id);
    if (gateway) this.#gateways.set(id, { ...gateway, sequenceGaps: gateway.sequenceGaps + 1 });
  }

  #checkBirth({ gateway, device: id, metrics }: DeviceBirth, known: DeviceRecord | undefined): void {
    const { limits } = this.#parts;
    checkId(id);
    if (metrics.length > limits.metricsPerDevice) {
      const found = `device ${id} declares ${metrics.length} metrics; limits.metricsPerDevice is ${limits.metricsPerDevice}`;
      throw sandboxError('SANDBOX_REGISTRY_FULL', found);
    }
    if (!known && this.#devices.size >= limits.devices) {
      throw sandboxError('SANDBOX_REGISTRY_FULL', `device ${id}: limits.devices is ${limits.devices}`);
    }
    if (!known || known.gateway === gateway || !this.#isClaimed(known)) return;
    throw sandboxError(
      'SANDBOX_REGISTRY_DEVICE_CLAIMED',
      `device ${id} belongs to ${known.gateway}, now ${gateway} declares it`,
      {
        context: { device: id, owner: known.gateway, gateway },
      },
    );
  }

  /** Nobody else may have a device that its gateway, which is there, keeps alive. */
  #isClaimed({ state, gateway }: DeviceRecord): boolean {
    return state !== 'offline' && this.#gateways.get(gateway)?.state === 'online';
  }

  async #watch(): Promise<void> {
    const { clock } = this.#parts;
    const { signal } = this.#stopped;
    for (let tick = 1; ; tick++) {
      await clock.sleep(TICK_MS, signal);
      if (signal.aborted) return;
      this.#markSilent(clock.now(), clock.monotonic());
      await this.#write(tick % SEEN_TICKS === 0);
    }
  }

  #markSilent(now: number, monotonic: number): void {
    const gatewaySilence = new Map<string, number>();
    for (const device of this.#devices.values()) {
      const limit = silenceOf(device);
      const patience = gatewaySilence.get(device.gateway) ?? GATEWAY_SILENCE_MS;
      gatewaySilence.set(device.gateway, Math.max(patience, limit));
      if (device.state !== 'online') continue;
      if (monotonic - (this.#heardDevices.get(device.id) ?? monotonic) <= limit) continue;
      // Silent since its last data, not since somebody noticed.
      this.#putDevice({
        ...device,
        state: 'stale',
        since: device.lastSeenAt ?? device.since ?? now,
        stateReason: 'silent',
      });
    }
    for (const gateway of this.#gateways.values()) {
      const silent = monotonic - (this.#heardGateways.get(gateway.id) ?? monotonic);
      const limit = gatewaySilence.get(gateway.id) ?? UNKNOWN_SILENCE_MS;
      if (gateway.state === 'online' && silent > limit)
        this.#putGateway({ ...gateway, state: 'stale', since: now });
    }
  }

  #putGateway(gateway: GatewayRecord): void {
    this.#gateways.set(gateway.id, gateway);
    this.#changedGateways.add(gateway.id);
  }

  #putDevice(device: DeviceRecord): void {
    this.#devices.set(device.id, device);
    this.#changed.add(device.id);
    for (const listener of this.#listeners) listener(device);
  }

  /** What could not be written stays noted for the next time. */
  async #write(seenToo: boolean): Promise<void> {
    const devices = new Set([...this.#changed, ...(seenToo ? this.#seenSince.devices : [])]);
    const gateways = new Set([...this.#changedGateways, ...(seenToo ? this.#seenSince.gateways : [])]);
    if (devices.size + gateways.size === 0) return;
    const documents = [
      ...documentsOf('device', devices, this.#devices),
      ...documentsOf('gateway', gateways, this.#gateways),
    ];
    this.#changed.clear();
    this.#changedGateways.clear();
    if (seenToo) for (const set of Object.values(this.#seenSince)) set.clear();
    try {
      await this.#parts.shelf.keep(documents);
    } catch (error) {
      this.#parts.log.error({ err: error }, `device records were not written: ${messageOf(error)}`);
      for (const id of devices) this.#changed.add(id);
      for (const id of gateways) this.#changedGateways.add(id);
    }
  }
}

function* documentsOf(
  kind: RegistryDocument['kind'],
  ids: ReadonlySet<string>,
  records: ReadonlyMap<string, object>,
): Generator<RegistryDocument> {
  for (const id of ids) yield { kind, id, document: JSON.stringify(records.get(id)) };
}

function silenceOf({ metrics }: DeviceRecord): number {
  const intervals = metrics.flatMap(({ intervalMs }) => intervalMs ?? []);
  if (intervals.length === 0) return UNKNOWN_SILENCE_MS;
  return Math.max(SHORTEST_SILENCE_MS, SILENT_INTERVALS * Math.min(...intervals));
}

function checkId(id: string): void {
  if (!ID.test(id)) throw sandboxError('SANDBOX_REGISTRY_ID_INVALID', JSON.stringify(id.slice(0, 80)));
}
