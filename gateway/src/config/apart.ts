import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CodedError } from '@city-testbed/runtime';
import { gatewayError } from '../errors.ts';
import type { GatewaySettings } from './load.ts';

/** A site of a thousand devices is a few megabytes. */
const MOST_BYTES = 256 * 1024 * 1024;
const main = fileURLToPath(new URL('../main.js', import.meta.url));

/**
 * Reads a configuration with its profiles in a process of its own (`city-gateway plan`), which ends: the libraries that
 * read and check them take as much memory as all the rest of the gateway, and it needs them once (docs/adr/012). Throws CONFIG_*,
 * and GATEWAY_CONFIG_APART where that process could not do its work.
 */
export async function loadApart(file: string, env: NodeJS.ProcessEnv): Promise<GatewaySettings> {
  const answer = await ask(file, env);
  if (!('error' in answer)) return withSharedProfiles(answer);
  const { code, message = '', hint = '', context = {} } = answer.error;
  if (code === undefined) throw gatewayError('GATEWAY_CONFIG_APART', message);
  throw new CodedError(code, message, { hint, context });
}

/** As they were before they were written out: devices of one profile share it. */
function withSharedProfiles({ config, plan }: GatewaySettings): GatewaySettings {
  const profiles = new Map(plan.devices.map(({ profile, definition }) => [profile, definition]));
  const devices = plan.devices.map((device) => ({
    ...device,
    definition: profiles.get(device.profile) ?? device.definition,
  }));
  return { config, plan: { ...plan, devices } };
}

type Answer =
  | GatewaySettings
  | { readonly error: { code?: string; message?: string; hint?: string; context?: Record<string, unknown> } };

async function ask(file: string, env: NodeJS.ProcessEnv): Promise<Answer> {
  const args = [main, 'plan', '--config', file, '--json'];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: MOST_BYTES });
    return JSON.parse(stdout) as Answer;
  } catch (error) {
    // With --json a command says on its output what it failed of.
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
    if (said.startsWith('{')) return JSON.parse(said) as Answer;
    throw gatewayError('GATEWAY_CONFIG_APART', error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}
