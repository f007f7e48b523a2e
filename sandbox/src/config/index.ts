export {
  isLoopback,
  loadSandboxConfig,
  parseSandboxConfig,
  type ConnectorConfig,
  type SandboxConfig,
  type SandboxConfigSource,
} from './config.ts';
export { SandboxSettings } from './schema.ts';
