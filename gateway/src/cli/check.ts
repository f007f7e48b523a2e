import { configDir, faultsOf, isCoded, messageOf, readSecret, type ConfigFault } from '@city-testbed/runtime';
import { loadGatewayConfig } from '../config/load.ts';
import { atMost, isSet, neededText } from './arguments.ts';
import type { Command } from './command.ts';

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

export const checkCommand: Command = {
  name: 'check',
  summary: 'name every fault of a configuration, its profiles, secrets and certificates',
  synopsis: '--config FILE [--json]',
  details: `
  -c, --config FILE  the configuration

  city-gateway check --config /etc/city-gateway/gateway.yaml
`,
  options: { config: { type: 'string', short: 'c' } },
  run(given, io) {
    atMost(given, 0);
    const result = checkConfig(neededText(given, 'config', 'FILE'), io.env);
    if (isSet(given, 'json')) io.out(`${JSON.stringify(result, null, 2)}\n`);
    else if (result.ok) io.out(formatCheck(result));
    else io.err(formatCheck(result));
    return Promise.resolve(result.ok ? 0 : 1);
  },
};
