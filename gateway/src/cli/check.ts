import { configDir } from '@city-testbed/runtime';
import { atMost, isSet, neededText } from './arguments.ts';
import type { Command, ExitCode } from './command.ts';
import { checkConfig } from './checks/examine.ts';
import { formatLive, liveOk, type LiveResult } from './checks/live-report.ts';
import { formatCheck } from './checks/report.ts';
import { toJson } from './json.ts';
import { inspectGatewayConfig } from '../config/load.ts';

export const checkCommand: Command = {
  name: 'check',
  summary: 'name every fault of a configuration, its profiles, secrets and certificates',
  synopsis: '--config FILE [--live] [--strict] [--elsewhere]',
  details: `
  -c, --config FILE  the configuration
      --live         opens each port and reads each device once; connects to the broker and leaves again.
                     Stop the gateway first: it holds its serial lines
      --strict       warnings count as faults
      --elsewhere    the configuration is for another machine: its serial lines, GPIO and disk are not looked at
      --json         one JSON object: {ok, faults, warnings, notes, live}

Every fault is named at once: where it is, what was found and what is allowed. It also looks at secrets, TLS files (do
they fit, how long are they valid), the outbox's disk, device files, and how busy each bus would be.

  city-gateway check --config /etc/city-gateway/gateway.yaml
  sudo -u city-gateway city-gateway check --config /etc/city-gateway/gateway.yaml --live

Exit codes: 0 no faults, 1 faults (with --live: also a device that does not answer well), 2 the command line is wrong.
`,
  options: {
    config: { type: 'string', short: 'c' },
    live: { type: 'boolean' },
    strict: { type: 'boolean' },
    elsewhere: { type: 'boolean' },
  },
  async run(given, io): Promise<ExitCode> {
    atMost(given, 0);
    const file = neededText(given, 'config', 'FILE');
    const { env, signal } = io;
    const result = checkConfig(file, {
      env,
      strict: isSet(given, 'strict'),
      elsewhere: isSet(given, 'elsewhere'),
    });
    const live = isSet(given, 'live') ? await lookLive(file, env, signal) : undefined;
    const ok = result.ok && (live === undefined || liveOk(live));
    if (isSet(given, 'json')) io.out(`${toJson({ ...result, ok, ...(live ? { live } : {}) })}\n`);
    else {
      if (result.ok) io.out(formatCheck(result));
      else io.err(formatCheck(result));
      if (live) io.out(formatLive(live));
    }
    return ok ? 0 : 1;
  },
};

/** What is faultless is tried, whatever else is wrong. */
async function lookLive(file: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<LiveResult> {
  const [{ readAllDevices }, { tryBrokers }] = await Promise.all([
    import('./checks/live.ts'),
    import('./checks/live-broker.ts'),
  ]);
  const { plan, config } = inspectGatewayConfig(file, env);
  const [devices, brokers] = await Promise.all([
    readAllDevices(plan, signal),
    config ? tryBrokers(config, configDir(file), env) : [],
  ]);
  return { devices, brokers };
}
