export { createGateway, type Gateway, type GatewayDependencies } from './app.ts';
export { GatewayConfig } from './config/schema.ts';
export { loadGatewayConfig, planGateway, type GatewayPlan } from './config/load.ts';
export { gatewayErrors } from './errors.ts';
export type { GatewayStatus } from './status/status.ts';
export type { OutboxStatus } from './outbox/outbox.ts';
export type { DeviceStatus, PortStatus, SamplerStatus } from './sampler/sampler.ts';
export type { UplinkStatus } from './uplink/uplink.ts';
