import type { ConfigFault } from '@city-testbed/runtime';
import type { ConfiguredDevice } from '../model/device.ts';
import type { GatewayParts } from './parts.ts';

type Listed = readonly ({ readonly id: string } | undefined)[];

export function repeated(items: Listed, path: string): ConfigFault[] {
  return items.flatMap((item, index) =>
    item === undefined || items.findIndex((other) => other?.id === item.id) === index
      ? []
      : [{ path: `${path}.${String(index)}.id`, found: item.id, allowed: 'an id that is not used twice' }],
  );
}

/** Two ports on one serial line would answer each other's requests. */
export function serialPathsTwice({ ports }: GatewayParts): ConfigFault[] {
  return ports.flatMap((port, index) => {
    const path = port?.path;
    if (path === undefined || ports.findIndex((other) => other?.path === path) === index) return [];
    return [{ path: `ports.${String(index)}.path`, found: path, allowed: 'a line that no other port uses' }];
  });
}

/** Many a device serves one TCP connection and resets the others: further ports need profiles that say otherwise. */
export function hostsTwice({ ports }: GatewayParts, devices: readonly ConfiguredDevice[]): ConfigFault[] {
  const where = ports.map((port) =>
    port?.kind === 'modbus-tcp' || port?.kind === 'modbus-rtu-over-tcp'
      ? `${(port.host ?? '').toLowerCase()}:${String(port.port ?? 502)}`
      : undefined,
  );
  return where.flatMap((address, index) => {
    if (address === undefined || !where.slice(0, index).includes(address)) return [];
    const same = new Set(ports.filter((_, at) => where[at] === address).map((port) => port?.id ?? ''));
    const served = devices.flatMap(({ port, definition }) =>
      same.has(port) && definition.transport === 'modbus' ? [definition.quirks.connections] : [],
    );
    if (same.size <= Math.min(...served)) return [];
    const allowed = 'one port, or profiles whose quirks.connections allows as many';
    return [{ path: `ports.${String(index)}.host`, found: `${address}, as another port`, allowed }];
  });
}

export function unitsTwice(devices: readonly ConfiguredDevice[]): ConfigFault[] {
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

export function pinsTwice(devices: readonly ConfiguredDevice[]): ConfigFault[] {
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

export function uplinkFaults({
  uplink: { tls, reconnectMinMs, reconnectMaxMs },
}: GatewayParts): ConfigFault[] {
  const faults: ConfigFault[] = [];
  if (tls && (tls.certFile === undefined) !== (tls.keyFile === undefined)) {
    faults.push({ path: 'uplink.tls', found: 'one of certFile, keyFile', allowed: 'both or neither' });
  }
  if (tls?.renew && (tls.certFile === undefined || tls.keyFile === undefined)) {
    const allowed = 'certFile and keyFile beside it: where the certificate is kept';
    faults.push({ path: 'uplink.tls.renew', found: 'no place for what it renews', allowed });
  }
  if (reconnectMinMs !== undefined && reconnectMaxMs !== undefined && reconnectMinMs > reconnectMaxMs) {
    const allowed = `reconnectMaxMs (${String(reconnectMaxMs)}) or less`;
    faults.push({ path: 'uplink.reconnectMinMs', found: String(reconnectMinMs), allowed });
  }
  return faults;
}
