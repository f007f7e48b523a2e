import type { ParseArgsConfig } from 'node:util';

/** What a command was given: its options by name, and what stands behind them. */
export interface Arguments {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

/** Where a command writes, and what ends it early. Commands never touch `process` themselves. */
export interface Io {
  /** For results: text for people, or JSON with --json. */
  out(text: string): void;
  /** For faults and progress. */
  err(text: string): void;
  /** Aborts at SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  /** Calls back at every SIGHUP: read the configuration again. Without a listener SIGHUP ends the process. */
  readonly onHangUp?: (listener: () => void) => void;
}

/** 0: all is well. 1: it failed, or found a fault. 2: the command line is wrong. */
export type ExitCode = 0 | 1 | 2;

/** One command of `city-gateway`. `--help` and `--json` are added to every one's options. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What stands behind the name: `--config FILE DEVICE`. */
  readonly synopsis: string;
  /** Text of `--help` below the synopsis: options, examples, what the exit codes mean here. */
  readonly details: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Throws coded errors, and UsageError for a wrong command line; the caller prints them. */
  run(given: Arguments, io: Io): Promise<ExitCode>;
}

/** The command line is wrong: what is wrong with it, in a sentence. Ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
