import { configDir, faultsOf, isCoded, messageOf, readSecret, type ConfigFault } from '@city-testbed/runtime';
import { loadGatewayConfig } from '../config/load.ts';

export interface CheckResult {
  readonly ok: boolean;
  readonly file: string;
  readonly code?: string;
  readonly message?: string;
  readonly faults: readonly ConfigFault[];
}

/** Everything that is wrong with a configuration, its profiles and its secrets. Never throws. */
export function checkConfig(file: string, env: NodeJS.ProcessEnv = process.env): CheckResult {
  try {
    const config = loadGatewayConfig(file, env);
    if (config.uplink.password) readSecret(config.uplink.password, configDir(file), env);
    return { ok: true, file, faults: [] };
  } catch (error) {
    const code = isCoded(error) ? { code: error.code } : {};
    return { ok: false, file, ...code, message: messageOf(error), faults: faultsOf(error) };
  }
}

/** The result for people, one fault a line. */
export function formatCheck({ ok, file, message = '', faults }: CheckResult): string {
  if (ok) return `${file}: no faults\n`;
  if (faults.length === 0) return `${message}\n`;
  const lines = faults.map(({ path, found, allowed }) => `  ${path}: found ${found}; allowed: ${allowed}`);
  return `${file}: ${String(faults.length)} ${faults.length === 1 ? 'fault' : 'faults'}\n${lines.join('\n')}\n`;
}
