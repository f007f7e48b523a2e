import { demoErrors } from './demo/errors.ts';
import { sandboxErrors as ownErrors } from './errors.ts';

export { createSandbox, type Sandbox } from './app.ts';
export { loadSandboxConfig, parseSandboxConfig, type SandboxConfig } from './config/index.ts';
export { createReadingStore } from './store/sqlite-reading-store.ts';
export type * from './store/reading-store.ts';

/** Every code of this workspace, with its meaning. */
export const sandboxErrors = { ...ownErrors, ...demoErrors };
