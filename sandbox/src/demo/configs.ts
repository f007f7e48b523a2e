import { join } from 'node:path';
import * as city from './city.ts';
import type { DataFolder } from './data-folder.ts';
import type { Ports } from './ports.ts';

/** The configuration files of the demonstration city's processes, written at each start. */
export function writeServerConfigs(folder: DataFolder, ports: Ports): { sandbox: string; broker: string } {
  const internalSecret = { file: folder.secretFile('internal') };
  const sandbox = folder.writeConfig('sandbox', {
    site: city.site,
    http: { host: '127.0.0.1', port: ports.http, secureCookies: false },
    mqtt: {
      url: `mqtt://127.0.0.1:${ports.mqtt}`,
      username: 'sandbox',
      password: { file: folder.secretFile('mqtt-host') },
    },
    internal: { secret: internalSecret },
    data: { dir: join(folder.path, 'sandbox') },
    gateways: city.gateways.map(({ id }) => ({ id, token: { file: folder.secretFile(id) } })),
    demo: { enabled: true, accounts: city.users },
    nodeRedUrl: `http://127.0.0.1:${ports.nodeRed}/`,
  });
  const broker = folder.writeConfig('broker', {
    listeners: { tcp: { enabled: true, host: '127.0.0.1', port: ports.mqtt } },
    sandbox: { url: `http://127.0.0.1:${ports.http}`, secret: internalSecret },
    metrics: { host: '127.0.0.1', port: 0 },
  });
  return { sandbox, broker };
}

/** The simulated devices, all of a gateway's behind one Modbus TCP port. */
export function writeSimulatorConfig(folder: DataFolder, gateway: city.DemoGateway): string {
  return folder.writeConfig(`simulator-${gateway.id}`, {
    devices: gateway.devices.map(({ profile, unit, seed }) => ({
      profile,
      unit,
      seed,
      port: 0,
      group: gateway.id,
    })),
  });
}

export function writeGatewayConfig(
  folder: DataFolder,
  gateway: city.DemoGateway,
  modbusPort: number,
  ports: Ports,
): string {
  return folder.writeConfig(gateway.id, {
    id: gateway.id,
    site: city.site.id,
    outbox: { file: join(folder.path, gateway.id, 'outbox.db') },
    ports: [{ id: 'rs485', kind: 'modbus-tcp', host: '127.0.0.1', port: modbusPort }],
    devices: gateway.devices.map(({ id, name, profile, unit, intervalMs, location }) => ({
      id,
      name,
      profile,
      port: 'rs485',
      unit,
      intervalMs,
      location,
    })),
    uplink: {
      url: `mqtt://127.0.0.1:${ports.mqtt}`,
      username: gateway.id,
      primaryHost: 'sandbox',
      password: { file: folder.secretFile(gateway.id) },
    },
  });
}
