import { atMost, isSet } from './arguments.ts';
import type { Command, ExitCode } from './command.ts';
import { toJson } from './json.ts';
import { askStatus, runningHelp, runningOptions, statusUrl } from './running-gateway.ts';
import { statusReport } from './status-report.ts';

export const statusCommand: Command = {
  name: 'status',
  summary: 'say how the running gateway is: faults first, each with what to do',
  synopsis: '--config FILE',
  details: `
${runningHelp}
      --json         the whole status as JSON, as GET /health gives it

  city-gateway status --config /etc/city-gateway/gateway.yaml
  city-gateway status --url http://127.0.0.1:9464 --json

The same for a phone: ssh -L 9464:127.0.0.1:9464 BOX, then open http://localhost:9464/ in a browser.

Exit codes: 0 all is well, 1 there are faults or no gateway runs, 2 the command line is wrong.
`,
  options: runningOptions,
  async run(given, io): Promise<ExitCode> {
    atMost(given, 0);
    const status = await askStatus(statusUrl(given, io.env), io.signal);
    io.out(isSet(given, 'json') ? `${toJson(status)}\n` : statusReport(status));
    return status.status === 'ok' ? 0 : 1;
  },
};
