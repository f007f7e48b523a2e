import type { Logger } from './logging.ts';
import { isCoded, messageOf } from './errors.ts';

/** What main.ts runs: started once, stopped by a signal. */
export interface App {
  start(): Promise<void>;
  stop(deadlineMs?: number): Promise<void>;
}

/**
 * Runs an app until SIGINT or SIGTERM, then stops it. Only a main.ts calls this.
 * Exit code 0 after a clean stop, 1 when the start or the stop failed. A second signal ends at once.
 */
export async function runUntilSignal(app: App, log: Logger, deadlineMs = 4000): Promise<never> {
  const stopped = new Promise<NodeJS.Signals>((resolve) => {
    let first = true;
    const onSignal = (name: NodeJS.Signals): void => {
      if (!first) process.exit(1);
      first = false;
      resolve(name);
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    onLauncherGone(() => onSignal('SIGHUP'));
  });
  try {
    const start = app.start();
    const signal = await Promise.race([stopped, start.then(() => stopped)]);
    log.info({ signal }, 'stopping');
    await app.stop(deadlineMs);
    log.info('stopped');
    return process.exit(0);
  } catch (error) {
    // A coded error says what to do; a stack belongs to what nobody foresaw.
    log.fatal(isCoded(error) ? { ...error.toJSON(), message: undefined } : { err: error }, messageOf(error));
    return process.exit(1);
  }
}

/**
 * Calls back when the process was started with a channel to its launcher and the launcher is gone, however it ended,
 * also where that happened before this call. Without a channel it does nothing.
 */
export function onLauncherGone(gone: () => void): void {
  const connected = process.connected as boolean | undefined; // undefined: there never was a channel
  if (connected === false) gone();
  else if (connected === true) process.once('disconnect', gone);
}
