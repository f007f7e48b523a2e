import { loadGatewaySettings } from '../config/load.ts';
import { atMost, neededText } from './arguments.ts';
import type { Command } from './command.ts';

export const planCommand: Command = {
  name: 'plan',
  summary: 'print what a configuration means as JSON: defaults filled in, ports, devices, profiles',
  synopsis: '--config FILE',
  details: `
  -c, --config FILE  the configuration

What \`run\` starts from, always as JSON, on one line. Secrets are named, never printed.

  city-gateway plan --config gateway.yaml | jq .plan.devices

Exit codes: 0 the configuration has no faults, 1 it has some.
`,
  options: { config: { type: 'string', short: 'c' } },
  run(given, io) {
    atMost(given, 0);
    const settings = loadGatewaySettings(neededText(given, 'config', 'FILE'), io.env);
    io.out(`${JSON.stringify(settings)}\n`);
    return Promise.resolve(0);
  },
};
