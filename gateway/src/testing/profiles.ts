import { parseProfile, type DeviceProfile } from '@city-testbed/device-profiles';
import type { ConfiguredDevice, DeviceMetric } from '../model/device.ts';

const head = (transport: string): string => `
format: 1
id: test/device
vendor: Test
model: Device
description: { en: For tests, ro: Pentru teste }
sources: [{ title: this file }]
transport: ${transport}
`;
const label = 'label: { en: Value, ro: Valoare }';

/** A Modbus device with uint16 metrics r0, r1, ... at the addresses given, in one table. */
export function registers(addresses: readonly number[], extra = ''): DeviceProfile {
  const metrics = addresses.map(
    (address, index) =>
      `  - { name: r${String(index)}, ${label}, unit: '1', datatype: UInt16, access: rw, register: { table: holding, address: ${String(address)}, type: uint16 } }`,
  );
  return parseProfile(`${head('modbus')}${extra}\nmetrics:\n${metrics.join('\n')}\n`, 'test/device.yaml');
}

export function deviceOf(
  definition: DeviceProfile,
  overrides: Partial<ConfiguredDevice> = {},
): ConfiguredDevice {
  return {
    id: 'device-1',
    name: 'Device',
    profile: definition.id,
    metrics: definition.metrics.map(({ name, datatype, intervalMs, access }): DeviceMetric => ({
      name,
      datatype,
      intervalMs,
      writable: access === 'rw',
    })),
    port: 'port-1',
    unit: 1,
    pins: {},
    definition,
    ...overrides,
  };
}
