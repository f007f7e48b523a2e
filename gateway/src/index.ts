export { gatewayErrors } from './errors.ts';
export { GatewayConfig } from './config/schema.ts';
export { loadGatewayConfig, planGateway, type GatewayPlan } from './config/load.ts';
