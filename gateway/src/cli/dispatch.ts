import { parseArgs } from 'node:util';
import { CodedError, isCoded, messageOf } from '@city-testbed/runtime';
import { UsageError, type Arguments, type Command, type ExitCode, type Io } from './command.ts';
import { commands, type CommandEntry } from './commands.ts';
import { toJson } from './json.ts';
import { commandHelp, shortUsage, usage } from './usage.ts';

/** Runs one command line, without the program's name. Never throws: what goes wrong is printed. */
export async function dispatch(args: readonly string[], version: string, io: Io): Promise<ExitCode> {
  const [word, ...rest] = args;
  if (word === '--version') return say(io, `${version}\n`);
  if (word === '--help' || word === '-h') return say(io, usage(commands));
  if (word === 'help') return help(rest[0], io);
  if (word === undefined) return wrong(io, 'which command?', usage(commands));
  const entry = find(word);
  if (!entry) return wrong(io, `there is no command ${word}`, usage(commands));
  return perform(await entry.load(), rest, io);
}

async function perform(command: Command, args: readonly string[], io: Io): Promise<ExitCode> {
  const json = args.includes('--json');
  try {
    const given = parse(command, args);
    if (given.values['help'] === true) return say(io, commandHelp(command));
    return await command.run(given, io);
  } catch (error) {
    if (error instanceof UsageError) return wrong(io, error.message, shortUsage(command));
    tell(error, json, io);
    return 1;
  }
}

function parse(command: Command, args: readonly string[]): Arguments {
  try {
    const options = {
      ...command.options,
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values, positionals };
  } catch (error) {
    // Of an unknown option Node.js goes on about arguments that begin with a dash.
    throw new UsageError(messageOf(error).replace(/\. To specify a positional argument.*$/s, ''));
  }
}

/** A coded error says what to do; a stack belongs to what nobody foresaw. */
function tell(error: unknown, json: boolean, io: Io): void {
  if (json) {
    const plain = isCoded(error) ? error.toJSON() : { message: messageOf(error) };
    io.out(`${toJson({ error: plain })}\n`);
  } else if (error instanceof CodedError) {
    io.err(`city-gateway: ${error.code}: ${error.message}\n  ${error.hint}\n`);
  } else {
    io.err(`city-gateway: ${error instanceof Error ? (error.stack ?? error.message) : messageOf(error)}\n`);
  }
}

async function help(name: string | undefined, io: Io): Promise<ExitCode> {
  if (name === undefined) return say(io, usage(commands));
  const entry = find(name);
  if (!entry) return wrong(io, `there is no command ${name}`, usage(commands));
  return say(io, commandHelp(await entry.load()));
}

function find(name: string): CommandEntry | undefined {
  return commands.find((entry) => entry.name === name);
}

function say(io: Io, text: string): ExitCode {
  io.out(text);
  return 0;
}

function wrong(io: Io, why: string, how: string): ExitCode {
  io.err(`city-gateway: ${why}\n\n${how}`);
  return 2;
}
