import type { Static, TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { DeviceConfig, GatewayConfig, OutboxConfig, PortConfig, UplinkConfig } from './schema.ts';

/** A configuration as far as it is sound. A faultless one is all of it; lists keep their places. */
export interface GatewayParts {
  readonly id?: string;
  readonly profiles: readonly string[];
  readonly outbox?: OutboxConfig | undefined;
  readonly ports: readonly (PortConfig | undefined)[];
  readonly devices: readonly (DeviceConfig | undefined)[];
  readonly uplink: { readonly [Key in keyof UplinkConfig]?: UplinkConfig[Key] | undefined };
  readonly status?: GatewayConfig['status'];
  /** Ids of ports that are left out because of their own faults: devices may name them. */
  readonly brokenPorts?: readonly string[];
}

/** The parts of a document that are sound on their own. */
export function partsOf(document: unknown): GatewayParts {
  const root = keysOf(document);
  const ports = listOf(root['ports']);
  const sound = ports.map((port) => soundOf(PortConfig, port));
  const status = soundOf(GatewayConfig.properties.status, root['status']);
  const id = soundOf(GatewayConfig.properties.id, root['id']);
  return {
    ...(id === undefined ? {} : { id }),
    profiles: soundOf(GatewayConfig.properties.profiles, root['profiles']) ?? [],
    outbox: soundOf(OutboxConfig, root['outbox']),
    ports: sound,
    devices: listOf(root['devices']).map((device) => soundOf(DeviceConfig, device)),
    uplink: soundUplink(root['uplink']),
    ...(status === undefined ? {} : { status }),
    brokenPorts: ports
      .filter((_, index) => sound[index] === undefined)
      .map((port) => keysOf(port)['id'])
      .filter((name) => typeof name === 'string'),
  };
}

function soundUplink(given: unknown): GatewayParts['uplink'] {
  const uplink = keysOf(given);
  return Object.fromEntries(
    Object.entries(UplinkConfig.properties).map(([key, schema]) => [key, soundOf(schema, uplink[key])]),
  );
}

function soundOf<T extends TSchema>(schema: T, value: unknown): Static<T> | undefined {
  return Value.Check(schema, value) ? value : undefined;
}

function keysOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
