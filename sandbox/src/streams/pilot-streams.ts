import type { Clock, Logger } from '@city-testbed/runtime';
import type { DeviceStatus, DeviceUpdate, PilotMessage } from '../contract/index.ts';
import type { MqttLink } from '../mqtt/mqtt-link.ts';
import type { PilotDirectory } from '../pilots/pilots.ts';
import type { DeviceRecord, DeviceRegistry } from '../store/device-registry.ts';
import type { IncomingBatch } from '../store/reading-store.ts';
import { DeviceCommands, gatewayResult, type CommandSender } from './device-commands.ts';
import { narrowed, statusOf, updatesOf } from './device-updates.ts';
import { GrantMap } from './grant-map.ts';
import { PilotMessages } from './pilot-messages.ts';
import { ServiceMessages } from './service-messages.ts';
import type { Streams } from './streams.ts';

export interface StreamParts {
  readonly link: MqttLink;
  readonly registry: DeviceRegistry;
  readonly pilots: PilotDirectory;
  readonly commands: CommandSender;
  readonly limits: { readonly outputBytes: number; readonly recentMessages: number };
  readonly clock: Clock;
  readonly log: Logger;
}

/** What the streams count; shown at /metrics. */
export interface StreamCounters {
  readonly published: number;
  readonly dropped: number;
  readonly outputs: number;
  readonly faults: ReadonlyMap<string, number>;
}

type DeviceListener = Parameters<Streams['onDevice']>[0];

const STATUS = /^pilots\/([^/]+)\/live\/devices\/([^/]+)\/status$/;

/**
 * Gives each pilot what its agreement grants, as it is stored, and hears what its service says.
 * Readings go out with QoS 0: what a service misses it reads back over HTTP with its cursor, in order and without gaps.
 */
export class PilotStreams implements Streams {
  readonly #parts: StreamParts;
  readonly #messages: PilotMessages;
  readonly #services: ServiceMessages;
  readonly #commands: DeviceCommands;
  readonly #deviceListeners = new Set<DeviceListener>();
  /** The last status told of each device: a change of name or metrics is none. */
  readonly #statuses = new Map<string, string>();
  #active = new Set<string>();
  #grants = new GrantMap([]);
  #counts = { published: 0, dropped: 0 };

  constructor(parts: StreamParts) {
    const { link, registry, pilots, limits } = parts;
    this.#parts = parts;
    this.#messages = new PilotMessages(limits.recentMessages);
    const isActive = (pilot: string): boolean => this.#active.has(pilot);
    this.#commands = new DeviceCommands(parts.commands, parts.clock);
    this.#services = new ServiceMessages({
      ...parts,
      commands: this.#commands,
      maySet: (pilot, device, metric) => this.#grants.maySet(pilot, device, metric),
      messages: this.#messages,
      isActive,
      outputBytes: limits.outputBytes,
    });
    this.#follow();
    pilots.onChange(() => this.#agreementsChanged());
    registry.onChange((device) => this.#deviceChanged(device));
    link.onConnected(() => this.#reconnected());
    link.onMessage('pilots/', (topic, payload, retained) => this.#heardStatus(topic, payload, retained));
  }

  /** Batches that were just committed, in the order of storing. */
  stored(batches: readonly IncomingBatch[]): void {
    for (const batch of batches) {
      const audiences = this.#grants.audiences(batch.device);
      if (audiences.length === 0 && this.#deviceListeners.size === 0) continue;
      const units = new Map(
        this.#parts.registry.device(batch.device)?.metrics.map(({ name, unit }) => [name, unit]),
      );
      for (const update of updatesOf(batch, (metric) => units.get(metric) ?? null)) {
        for (const { metrics, pilots } of audiences) {
          const seen = narrowed(update, metrics);
          if (seen) this.#publish(pilots, seen);
        }
        for (const listener of this.#deviceListeners) listener({ readings: update });
      }
    }
  }

  /** What a gateway said of a command to one of its devices, JSON; answers whether it could be understood. */
  commandResult(device: string, json: unknown): boolean {
    const result = gatewayResult(json);
    if (result) this.#commands.result(device, result);
    return result !== undefined;
  }

  onDevice(listener: DeviceListener): () => void {
    this.#deviceListeners.add(listener);
    return () => this.#deviceListeners.delete(listener);
  }

  onPilot(pilot: string, listener: (message: PilotMessage) => void): () => void {
    return this.#messages.listen(pilot, listener);
  }

  recent(pilot: string): readonly PilotMessage[] {
    return this.#messages.recent(pilot);
  }

  /** Pilots that may read anything of the device. */
  pilotsOf(device: string): ReadonlySet<string> {
    return this.#grants.pilotsOf(device);
  }

  counters(): StreamCounters {
    return { ...this.#counts, outputs: this.#services.kept, faults: this.#services.faults };
  }

  #publish(pilots: readonly string[], update: DeviceUpdate): void {
    const payload = Buffer.from(JSON.stringify(update));
    const topic = `devices/${update.device}/readings`;
    for (const pilot of pilots) this.#send(pilot, topic, payload, update, false);
  }

  #send(
    pilot: string,
    topic: string,
    payload: Buffer,
    shown: DeviceUpdate | DeviceStatus,
    status: boolean,
  ): void {
    const message = {
      topic: `pilots/${pilot}/live/${topic}`,
      payload,
      qos: status ? 1 : 0,
      retain: status,
    } as const;
    const sent = this.#parts.link.send(message);
    if (sent) this.#counts.published++;
    else this.#counts.dropped++;
    const at = new Date(this.#parts.clock.now()).toISOString();
    const reason = sent ? null : 'broker_unreachable';
    const about = { at, topic, direction: 'receive', bytes: payload.length, accepted: sent, reason } as const;
    this.#messages.add(pilot, { ...about, payload: shown });
  }

  #follow(): void {
    const active = this.#parts.pilots.active();
    this.#active = new Set(active.map(({ pilot }) => pilot));
    this.#grants = new GrantMap(active);
  }

  /** Acts at once: what is no longer granted is gone from the prefix, what is new is there. */
  #agreementsChanged(): void {
    const before = this.#grants;
    this.#follow();
    this.#messages.keepOnly(this.#active);
    for (const [pilot, device] of before.pairs()) {
      if (!this.#grants.grants(pilot, device)) this.#clearStatus(pilot, device);
    }
    for (const [pilot, device] of this.#grants.pairs()) {
      if (!before.grants(pilot, device)) this.#sendStatus(pilot, device);
    }
  }

  #deviceChanged(device: DeviceRecord): void {
    const status = statusOf(device);
    const text = JSON.stringify(status);
    if (this.#statuses.get(device.id) === text) return;
    this.#statuses.set(device.id, text);
    for (const pilot of this.#grants.pilotsOf(device.id)) this.#sendStatus(pilot, device.id);
    for (const listener of this.#deviceListeners) listener({ status });
  }

  /** The broker may have forgotten its retained messages, or kept some of agreements that ended meanwhile. */
  #reconnected(): void {
    this.#parts.link.subscribe([{ filter: 'pilots/+/live/devices/+/status', qos: 0 }]);
    for (const [pilot, device] of this.#grants.pairs()) this.#sendStatus(pilot, device);
  }

  #heardStatus(topic: string, payload: Uint8Array, retained: boolean): void {
    if (!retained || payload.length === 0) return;
    const [, pilot, device] = STATUS.exec(topic) ?? [];
    if (pilot === undefined || device === undefined || this.#grants.grants(pilot, device)) return;
    this.#clearStatus(pilot, device);
  }

  #sendStatus(pilot: string, deviceId: string): void {
    const device = this.#parts.registry.device(deviceId);
    if (!device) return;
    const status = statusOf(device);
    this.#send(pilot, `devices/${deviceId}/status`, Buffer.from(JSON.stringify(status)), status, true);
  }

  #clearStatus(pilot: string, device: string): void {
    const topic = `pilots/${pilot}/live/devices/${device}/status`;
    this.#parts.link.send({ topic, payload: new Uint8Array(0), qos: 1, retain: true });
  }
}
