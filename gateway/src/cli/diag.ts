import { readFileSync } from 'node:fs';
import { configDir, messageOf } from '@city-testbed/runtime';
import { atMost, isSet, neededText, textOf } from './arguments.ts';
import type { Command, ExitCode } from './command.ts';
import { writeBundle } from './diag/bundle.ts';
import { gatewayPieces } from './diag/gateway.ts';
import { machinePieces } from './diag/machine.ts';
import { redactor } from './diag/redact.ts';
import { secretsOf } from './diag/secrets.ts';
import { table } from './field/table.ts';
import { toJson } from './json.ts';
import { statusUrl } from './running-gateway.ts';

export const diagCommand: Command = {
  name: 'diag',
  summary: 'write a support bundle: everything that helps to find a fault, and no secret',
  synopsis: '--config FILE [--output PLACE]',
  details: `
  -c, --config FILE   the configuration of the gateway
      --output PLACE  a .tar.gz file, or a folder; default: city-gateway-diag-<time>.tar.gz in this folder
      --url URL       where the running gateway is asked; default: as the configuration says
      --json          what was written, as JSON: {output, files: [{name, about, bytes}]}

It works on a box whose gateway does not run or whose configuration is faulty, too. Passwords, tokens and keys are taken
out; readings are not in it. With sudo it sees the logs of the kernel and of the gateway, too, and the bundle is root's:
sudo chown $USER makes it yours. Look into it before you hand it on: it names your network and your devices.

  city-gateway diag --config /etc/city-gateway/gateway.yaml

Exit codes: 0 it was written, 1 it could not be, 2 the command line is wrong.
`,
  options: { config: { type: 'string', short: 'c' }, output: { type: 'string' }, url: { type: 'string' } },
  async run(given, io): Promise<ExitCode> {
    atMost(given, 0);
    const { env } = io;
    const file = neededText(given, 'config', 'FILE');
    const time = new Date().toISOString().slice(0, 19).replaceAll(/[:-]/g, '');
    const output = textOf(given, 'output') ?? `city-gateway-diag-${time}Z.tar.gz`;
    const pieces = [...gatewayPieces({ file, env, url: () => statusUrl(given, env) }), ...machinePieces];
    const redact = redactor(
      secretsOf(
        configText(file, (text) => io.err(text)),
        configDir(file),
        env,
      ),
    );
    const files = await writeBundle(output, pieces, redact);
    if (isSet(given, 'json')) io.out(`${toJson({ output, files })}\n`);
    else {
      const rows = files.map(({ name, bytes, about }) => [name, String(bytes), about]);
      io.out(`${output}\n\n${table(['FILE', 'BYTES', 'WHAT'], rows)}`);
    }
    return 0;
  },
};

/** A box without its configuration is a case for support, too. */
function configText(file: string, err: (text: string) => void): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    err(`${file}: ${messageOf(error)}\n`);
    return '';
  }
}
