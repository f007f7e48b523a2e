export { createGateway, type Gateway, type GatewayDependencies } from './app.ts';
export { GatewayConfig } from './config/schema.ts';
export {
  loadGatewayConfig,
  loadGatewaySettings,
  planGateway,
  settingsOf,
  type GatewayPlan,
  type GatewaySettings,
} from './config/load.ts';
export { gatewayErrors } from './errors.ts';
export type { GatewayStatus } from './status/status.ts';
export type { OutboxStatus } from './outbox/outbox.ts';
export type { DeviceStatus, PortStatus, SamplerStatus } from './sampler/sampler.ts';
export type { UplinkStatus } from './uplink/uplink.ts';
export { createDriver } from './drivers/open-driver.ts';
export type { DriverContext } from './drivers/context.ts';
export type { DeviceLink, Driver, Identity, Sample, Sampled, WriteOutcome } from './drivers/driver.ts';
export type { ConfiguredDevice } from './model/device.ts';
export type { Port } from './model/port.ts';
