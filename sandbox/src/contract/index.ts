// What the HTTP API says and hears. The web UI imports types from here and nothing else of the server.
export * from './common.ts';
export * from './session.ts';
export * from './devices.ts';
export * from './pilots.ts';
export * from './evaluation.ts';
export * from './connectors.ts';
export * from './health.ts';
