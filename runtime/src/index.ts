export { systemClock, ManualClock, type Clock } from './clock.ts';
export {
  CodedError,
  errorCatalogue,
  isCoded,
  messageOf,
  type ErrorCatalogue,
  type ErrorContext,
  type ErrorEntry,
} from './errors.ts';
export {
  configDir,
  configErrors,
  faultsOf,
  readSecret,
  type ConfigFault,
  type SecretSource,
} from './config-parts.ts';
export { Lifecycle, lifecycleErrors, type Service } from './lifecycle.ts';
export { createLogger, type Logger, type LogLevel } from './logging.ts';
export { onLauncherGone, runUntilSignal, type App } from './main-loop.ts';
export { seededRandom, systemRandom, type Random } from './random.ts';
export { workerUrl } from './worker.ts';
