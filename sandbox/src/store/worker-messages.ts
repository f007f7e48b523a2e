import { isCoded, messageOf, type CodedError } from '@city-testbed/runtime';
import { sandboxError, sandboxErrors } from '../errors.ts';

/** What the two sides of a store thread say. Every request is answered once, by its number. */
export interface WorkerRequest {
  readonly id: number;
  readonly kind: string;
  readonly body: unknown;
}

export type WorkerReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed-start'; readonly failure: WorkerFailure }
  | { readonly kind: 'results'; readonly results: readonly (readonly [id: number, result: unknown])[] }
  | { readonly kind: 'failed'; readonly ids: readonly number[]; readonly failure: WorkerFailure };

/** An error as it crosses threads: classes do not survive the way. */
export interface WorkerFailure {
  readonly code: keyof typeof sandboxErrors;
  readonly detail: string;
  readonly database: string | undefined;
}

export function failureOf(error: unknown): WorkerFailure {
  const reported = codeOf(error);
  if (isCoded(error) && isSandboxCode(error.code)) {
    const { summary } = sandboxErrors[error.code];
    return { code: error.code, detail: error.message.replace(`${summary}: `, ''), database: reported };
  }
  const full = reported === 'SQLITE_FULL' || reported === 'ENOSPC';
  return {
    code: full ? 'SANDBOX_STORE_DISK_FULL' : 'SANDBOX_STORE_FAILED',
    detail: messageOf(error),
    database: reported,
  };
}

export function errorOf({ code, detail, database }: WorkerFailure): CodedError {
  return sandboxError(code, detail, database === undefined ? {} : { context: { database } });
}

function isSandboxCode(code: string): code is keyof typeof sandboxErrors {
  return Object.hasOwn(sandboxErrors, code);
}

function codeOf(error: unknown): string | undefined {
  if (isCoded(error)) return codeOf(error.cause);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
