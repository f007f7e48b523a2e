import { messageOf } from '@city-testbed/runtime';
import { inspectGatewayConfig } from '../config/load.ts';
import { connectionFault, gatewayError } from '../errors.ts';
import type { GatewayStatus } from '../status/status.ts';
import { textOf } from './arguments.ts';
import { UsageError, type Arguments } from './command.ts';

/** Options of every command that asks the running gateway. */
export const runningOptions = {
  config: { type: 'string', short: 'c' },
  url: { type: 'string' },
} as const;

/** ... and their help. */
export const runningHelp = `  -c, --config FILE  the configuration of the gateway: its status section says where to ask
      --url URL      where to ask instead, e.g. http://127.0.0.1:9464`;

/** A gateway on this machine answers at once or not at all. */
const TIMEOUT_MS = 5000;

/**
 * Where the running gateway can be asked: --url, else the status section of --config.
 * Throws UsageError, CONFIG_FILE_UNREADABLE, CONFIG_NOT_YAML and GATEWAY_STATUS_OFF.
 */
export function statusUrl(given: Arguments, env: NodeJS.ProcessEnv): URL {
  const text = textOf(given, 'url');
  if (text !== undefined) {
    if (!URL.canParse(text) || new URL(text).protocol !== 'http:') {
      throw new UsageError(`--url takes http://HOST:PORT, not "${text}"`);
    }
    return new URL(text);
  }
  const file = textOf(given, 'config');
  if (file === undefined) throw new UsageError('--config FILE or --url URL is missing');
  // What is wrong elsewhere in the file does not matter here.
  const { status } = inspectGatewayConfig(file, env).parts;
  if (!status) throw gatewayError('GATEWAY_STATUS_OFF', `${file} has no status section`);
  if (status.port === 0) throw gatewayError('GATEWAY_STATUS_OFF', `${file} gives it any free port`);
  const host = status.host === '0.0.0.0' ? '127.0.0.1' : status.host === '::' ? '::1' : status.host;
  return new URL(`http://${host.includes(':') ? `[${host}]` : host}:${String(status.port)}`);
}

/** Asks for a path. Throws GATEWAY_NOT_RUNNING. `signal` ends the answer, the time-out only the wait for its begin. */
export async function askGateway(base: URL, path: string, signal?: AbortSignal): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`no answer in ${String(TIMEOUT_MS)} ms`)), TIMEOUT_MS);
  let response: Response;
  try {
    const signals = signal ? [signal, late.signal] : [late.signal];
    response = await fetch(new URL(path, base), { signal: AbortSignal.any(signals), redirect: 'error' });
  } catch (error) {
    throw gatewayError('GATEWAY_NOT_RUNNING', `${base.origin}: ${reason(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
  if (response.ok) return response;
  const said = (await response.text()).slice(0, 200).trim();
  throw gatewayError(
    'GATEWAY_NOT_RUNNING',
    `${base.origin}${path} answered ${String(response.status)}: ${said}`,
  );
}

/** The status of the running gateway. Throws GATEWAY_NOT_RUNNING. */
export async function askStatus(base: URL, signal?: AbortSignal): Promise<GatewayStatus> {
  const response = await askGateway(base, '/health', signal);
  const text = await response.text();
  try {
    const status: unknown = JSON.parse(text);
    if (typeof status === 'object' && status !== null && 'gateway' in status && 'alarms' in status) {
      // A gateway says it of itself; one of another version may leave something out.
      return status as GatewayStatus;
    }
  } catch {
    // Told below, like everything that is no status.
  }
  throw gatewayError('GATEWAY_NOT_RUNNING', `something else listens at ${base.origin}`);
}

/** What is behind the "fetch failed" of Node.js. */
function reason(error: unknown): string {
  return error instanceof Error && error.cause !== undefined
    ? connectionFault(error.cause)
    : messageOf(error);
}
