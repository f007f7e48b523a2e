import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** One assignment of sd_notify(3), e.g. `READY=1`. */
export type Assignment = `${Uppercase<string>}=${string}`;

/** Tells the service manager. Rejects where it cannot be told. */
export type Notify = (assignments: readonly Assignment[]) => Promise<void>;

/** A service manager that takes longer does not listen. */
const TIMEOUT_MS = 10_000;

/**
 * Tells systemd by its own program `systemd-notify` (systemd-notify(1)): Node.js has no datagram sockets of the Unix
 * domain, and this way nothing has to be compiled on the box. The unit needs NotifyAccess=all, because the message
 * comes from a child. docs/reference/gateway-status.md says more. Undefined where no service manager started this process.
 */
export function systemdNotify(env: NodeJS.ProcessEnv): Notify | undefined {
  const socket = env['NOTIFY_SOCKET'];
  if (!socket) return undefined;
  const options = { env: { PATH: env['PATH'], NOTIFY_SOCKET: socket }, timeout: TIMEOUT_MS };
  return async (assignments) => {
    await promisify(execFile)('systemd-notify', [...assignments], options);
  };
}

/** How long systemd waits for a sign of life before it ends the process, ms; undefined where it does not wait. */
export function watchdogMs(env: NodeJS.ProcessEnv, pid: number): number | undefined {
  // sd_watchdog_enabled(3): another process's watchdog is not ours.
  if (env['WATCHDOG_PID'] !== undefined && env['WATCHDOG_PID'] !== String(pid)) return undefined;
  const microseconds = Number(env['WATCHDOG_USEC']);
  return Number.isSafeInteger(microseconds) && microseconds > 0 ? microseconds / 1000 : undefined;
}
