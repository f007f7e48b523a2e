import type { Command } from './command.ts';
import type { CommandEntry } from './commands.ts';

/** What `city-gateway --help` prints. */
export function usage(commands: readonly CommandEntry[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `city-gateway - reads field devices and keeps every reading until it is stored

${list.join('\n')}

  city-gateway COMMAND --help  what a command takes, with examples
  --json                       with every command: results and errors as JSON
  --version                    the version

Each key of the configuration can be set by the environment too: CITY_GATEWAY__UPLINK__URL sets uplink.url.
Exit codes: 0 all is well, 1 it failed or found a fault, 2 the command line is wrong.
`;
}

/** What `city-gateway COMMAND --help` prints. */
export function commandHelp({ name, summary, synopsis, details }: Command): string {
  const sentence = summary.charAt(0).toUpperCase() + summary.slice(1);
  return `city-gateway ${name} ${synopsis}\n\n${sentence}.\n\n${details.replace(/^\n+|\s+$/g, '')}\n`;
}

/** What stands below a fault of the command line. */
export function shortUsage({ name, synopsis }: Command): string {
  return `  city-gateway ${name} ${synopsis}\n\n  city-gateway ${name} --help says more.\n`;
}
