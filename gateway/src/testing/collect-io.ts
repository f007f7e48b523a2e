import type { Io } from '../cli/command.ts';

/** Keeps what a command writes. */
export interface CollectedIo extends Io {
  written(): string;
  complained(): string;
}

export function collectIo(
  env: NodeJS.ProcessEnv = {},
  signal: AbortSignal = new AbortController().signal,
): CollectedIo {
  const out: string[] = [];
  const err: string[] = [];
  return {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    signal,
    env,
    written: () => out.join(''),
    complained: () => err.join(''),
  };
}
