import { parseArgs } from 'node:util';
import { messageOf } from '@city-testbed/runtime';

export type Command =
  | { readonly name: 'run' | 'check'; readonly config: string }
  | { readonly name: 'help' | 'version' }
  | { readonly name: 'wrong'; readonly why: string };

export const usage = `city-sandbox - stores readings, streams them to pilot services, and serves the API and web pages

  city-sandbox run   --config FILE   run until SIGINT or SIGTERM
  city-sandbox check --config FILE   name every fault of the configuration

  --help     this text
  --version  the version

Each key of the configuration can be set by the environment too: CITY_SANDBOX__HTTP__PORT sets http.port.
Exit codes: 0 all is well, 1 it failed, 2 the command line is wrong.
`;

/** What a command line asks for. Never throws. */
export function parseCommand(args: readonly string[]): Command {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string', short: 'c' },
        help: { type: 'boolean', short: 'h', default: false },
        version: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { name: 'help' };
    if (values.version) return { name: 'version' };
    const [name, ...rest] = positionals;
    if (name === undefined) return { name: 'wrong', why: 'which command?' };
    if (name !== 'run' && name !== 'check') return { name: 'wrong', why: `there is no command ${name}` };
    if (rest.length > 0) return { name: 'wrong', why: `${rest.join(' ')} is too much` };
    if (values.config === undefined) return { name: 'wrong', why: `${name} needs --config FILE` };
    return { name, config: values.config };
  } catch (error) {
    return { name: 'wrong', why: messageOf(error) };
  }
}
