import { setFlagsFromString } from 'node:v8';
import { configDir, createLogger, isCoded, messageOf, systemClock } from '@city-testbed/runtime';
import { loadApart } from '../config/apart.ts';
import { Reloader } from '../config/reloader.ts';
import { systemdNotify, watchdogMs } from '../systemd/notify.ts';
import { atMost, neededText } from './arguments.ts';
import type { Command, ExitCode } from './command.ts';

/** systemd and a power supply that fails give a few seconds; what is not done by then is given up. */
const STOP_MS = 4000;

export const runCommand: Command = {
  name: 'run',
  summary: 'read devices and forward readings until it is told to stop',
  synopsis: '--config FILE',
  details: `
  -c, --config FILE  the configuration; city-gateway check names its faults

SIGHUP reads the configuration again: ports and devices that stay the same are not touched, and a faulty configuration is
refused whole, with its faults in the log, while the old one runs on.
It logs JSON lines on standard output and ends at SIGINT or SIGTERM, after what was read is on disk.
A second signal ends it at once.

  city-gateway run --config /etc/city-gateway/gateway.yaml

Exit codes: 0 it was told to stop and did, 1 it could not start, or not stop in time.
`,
  options: { config: { type: 'string', short: 'c' } },
  async run(given, io): Promise<ExitCode> {
    atMost(given, 0);
    const file = neededText(given, 'config', 'FILE');
    const settings = await loadApart(file, io.env);
    const { config } = settings;
    spareMemory();
    // Loaded only here, so that a faulty configuration is told at once.
    const { createGateway } = await import('../app.ts');
    const log = createLogger({ name: 'gateway', level: config.logLevel }).child({ gateway: config.id });
    const reloader: Reloader = new Reloader({
      file,
      load: () => loadApart(file, io.env),
      apply: (next) => gateway.reload(next),
      clock: systemClock,
      log,
    });
    const gateway = createGateway(settings, {
      log,
      baseDir: configDir(file),
      configStatus: () => reloader.status(),
      serviceManager: { notify: systemdNotify(io.env), watchdogMs: watchdogMs(io.env, process.pid) },
    });
    io.onHangUp?.(() => void reloader.reload());
    const stopped = aborted(io.signal);
    try {
      await Promise.race([gateway.start(io.signal), stopped]);
      if (!io.signal.aborted) {
        log.info({ devices: config.devices.length, ports: config.ports.length }, 'gateway runs');
        await stopped;
      }
      log.info({ signal: io.signal.reason as unknown }, 'stopping');
      await gateway.stop(STOP_MS);
      log.info('stopped');
      return 0;
    } catch (error) {
      // A coded error says what to do; a stack belongs to what nobody foresaw.
      log.fatal(
        isCoded(error) ? { ...error.toJSON(), message: undefined } : { err: error },
        messageOf(error),
      );
      return 1;
    }
  },
};

/**
 * Only what is really hot is compiled to machine code by the optimising compiler, whose own memory is most of what a box
 * could spare, and the young generation stays small. Both follow the work: under load the code is as fast as ever. docs/adr/012.
 */
function spareMemory(): void {
  setFlagsFromString('--interrupt-budget=4000000');
  setFlagsFromString('--semi-space-growth-factor=1');
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
