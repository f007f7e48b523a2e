import { parseArgs } from 'node:util';
import { isCoded, messageOf, onLauncherGone } from '@city-testbed/runtime';
import { asJson, asText, reportOn } from './cli/report.ts';
import { simulatorFor, type SimulateFlags } from './cli/simulation.ts';
import { libraryWith, targetFiles } from './cli/targets.ts';
import { help, UsageError } from './cli/usage.ts';

const options = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  profiles: { type: 'string' },
  config: { type: 'string' },
  profile: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  unit: { type: 'string' },
  seed: { type: 'string' },
  'foreign-unit': { type: 'string' },
} as const;

function argumentsOf(argv: readonly string[]): ReturnType<typeof parsed> {
  try {
    return parsed(argv);
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

function parsed(argv: readonly string[]) {
  return parseArgs({ args: [...argv], options, allowPositionals: true });
}

/** Serves until a signal comes. A second signal ends at once. */
async function simulate(flags: SimulateFlags & { readonly profiles?: string }): Promise<number> {
  const simulator = simulatorFor(flags, libraryWith(flags.profiles));
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve();
      });
    }
    onLauncherGone(resolve);
  });
  await simulator.start(new AbortController().signal);
  for (const port of simulator.ports) process.stdout.write(`${JSON.stringify({ ready: true, ...port })}\n`);
  await stopped;
  await simulator.stop();
  return 0;
}

async function run(argv: readonly string[]): Promise<number> {
  const { values, positionals } = argumentsOf(argv);
  const [command, ...targets] = positionals;
  if (values.help || command === 'help') {
    process.stdout.write(help);
    return 0;
  }
  switch (command) {
    case 'lint':
    case 'test': {
      const files = targetFiles(targets, libraryWith(values.profiles));
      const reports = files.map((file) => reportOn(file, command === 'test'));
      process.stdout.write(`${values.json ? asJson(reports) : asText(reports)}\n`);
      return reports.every(({ ok }) => ok) ? 0 : 1;
    }
    case 'simulate':
      if (targets.length > 0) throw new UsageError(`simulate takes no "${targets.join(' ')}"; use --profile`);
      return simulate(values);
    case undefined:
      throw new UsageError('a command is missing: lint, test or simulate');
    default:
      throw new UsageError(`no such command: ${command}`);
  }
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`device-profile: ${error.message}\n\n${help}`);
    process.exitCode = 2;
  } else {
    const text = isCoded(error) ? `${error.code}: ${error.message}\n${error.hint}` : messageOf(error);
    process.stderr.write(`device-profile: ${text}\n`);
    process.exitCode = 1;
  }
}
