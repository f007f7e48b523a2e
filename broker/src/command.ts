import { parseArgs } from 'node:util';
import { messageOf } from '@city-testbed/runtime';

export const help = `city-broker: the MQTT broker of the testbed

  city-broker run --config FILE     run until SIGINT or SIGTERM
  city-broker check --config FILE   read the configuration and name every fault in it

  --config FILE   YAML; broker/example.yaml shows every key with its default
  --help          this text

Any key can be set in the environment too: CITY_BROKER__LISTENERS__TCP__PORT=1884
Exit codes: 0 done, 1 failed, 2 wrong usage
`;

export type Command =
  | { readonly name: 'run' | 'check'; readonly config: string }
  | { readonly name: 'help' }
  | { readonly name: 'usage'; readonly fault: string };

/** @param args what follows the name of the command */
export function parseCommand(args: readonly string[]): Command {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { config: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    if (values.help) return { name: 'help' };
    const [name, ...rest] = positionals;
    if (name !== 'run' && name !== 'check')
      return {
        name: 'usage',
        fault: name === undefined ? 'run or check is missing' : `unknown command: ${name}`,
      };
    if (rest.length > 0) return { name: 'usage', fault: `unexpected: ${rest.join(' ')}` };
    if (values.config === undefined) return { name: 'usage', fault: '--config FILE is missing' };
    return { name, config: values.config };
  } catch (error) {
    return { name: 'usage', fault: messageOf(error) };
  }
}
