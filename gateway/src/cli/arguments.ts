import { parseArgs } from 'node:util';
import { messageOf } from '@city-testbed/runtime';

export type Command =
  | { readonly name: 'run'; readonly config: string }
  | { readonly name: 'check'; readonly config: string; readonly json: boolean }
  | { readonly name: 'help' }
  | { readonly name: 'version' }
  | { readonly name: 'wrong'; readonly why: string };

/** What a command line asks for. Never throws. */
export function parseCommand(args: readonly string[]): Command {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string', short: 'c' },
        json: { type: 'boolean', default: false },
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
    if (name === 'run' && values.json) return { name: 'wrong', why: '--json is for check' };
    return name === 'run'
      ? { name, config: values.config }
      : { name, config: values.config, json: values.json };
  } catch (error) {
    return { name: 'wrong', why: messageOf(error) };
  }
}
