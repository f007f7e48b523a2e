export { createBroker, type Broker, type BrokerAddresses } from './app.ts';
export { BrokerConfigSchema, type BrokerConfig } from './config/schema.ts';
export { loadBrokerConfig, parseBrokerConfig } from './config/load.ts';
export { brokerErrors } from './errors.ts';
export type { ListenerAddress } from './listeners/listener.ts';
export { reasons, type IncidentKind, type Reason } from './model/reasons.ts';
export type { CityEvent } from './sessions/incidents.ts';
