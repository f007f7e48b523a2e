import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CodedError, errorCatalogue, messageOf } from './errors.ts';

export const { entries: configErrors, error: configError } = errorCatalogue({
  CONFIG_FILE_UNREADABLE: {
    summary: 'The configuration file cannot be read',
    hint: 'Check that the path after --config exists and that this user may read it.',
  },
  CONFIG_NOT_YAML: {
    summary: 'The configuration file is not valid YAML',
    hint: 'Correct the line and column named; indentation must be spaces.',
  },
  CONFIG_INVALID: {
    summary: 'The configuration has faults',
    hint: 'Correct every fault listed; each names its path, what was found and what is allowed.',
  },
  CONFIG_SECRET_UNREADABLE: {
    summary: 'A secret cannot be read',
    hint: 'Give it as {file: PATH} with a readable, non-empty file, or as {env: NAME} with that variable set.',
  },
});

/** One fault: where it is, what stands there, what may stand there. */
export interface ConfigFault {
  readonly path: string;
  readonly found: string;
  readonly allowed: string;
}

/** Where a secret is kept: it never stands in the configuration itself. */
export type SecretSource = { readonly file: string } | { readonly env: string };

/** The faults of a CONFIG_INVALID error, for a command that prints them one by one. */
export function faultsOf(error: unknown): readonly ConfigFault[] {
  const faults = error instanceof CodedError ? error.context['faults'] : undefined;
  return Array.isArray(faults) ? (faults as ConfigFault[]) : [];
}

/** Reads a secret; `baseDir` is the folder that a relative file path starts from. */
export function readSecret(ref: SecretSource, baseDir: string, env: NodeJS.ProcessEnv = process.env): string {
  if ('env' in ref) {
    const value = env[ref.env];
    if (!value) throw configError('CONFIG_SECRET_UNREADABLE', `environment variable ${ref.env} is not set`);
    return value;
  }
  const path = resolve(baseDir, ref.file);
  try {
    const value = readFileSync(path, 'utf8').trim();
    if (value !== '') return value;
  } catch (error) {
    throw configError('CONFIG_SECRET_UNREADABLE', `${path}: ${messageOf(error)}`, { cause: error });
  }
  throw configError('CONFIG_SECRET_UNREADABLE', `${path} is empty`);
}

/** The folder that relative paths in a configuration file start from. */
export function configDir(file: string): string {
  return dirname(resolve(file));
}
