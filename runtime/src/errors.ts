/** What an operator may read about an error: nothing secret belongs in it. */
export type ErrorContext = Readonly<Record<string, unknown>>;

/** An error with a stable code, a sentence on what happened, and a hint on how to mend it. */
export class CodedError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly context: ErrorContext;

  constructor(
    code: string,
    message: string,
    options: { hint: string; context?: ErrorContext; cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CodedError';
    this.code = code;
    this.hint = options.hint;
    this.context = options.context ?? {};
  }

  /** Log and API form, without the stack. */
  toJSON(): { code: string; message: string; hint: string; context: ErrorContext } {
    return { code: this.code, message: this.message, hint: this.hint, context: this.context };
  }
}

/** One line of a catalogue: what the code means, and what the reader should do. */
export interface ErrorEntry {
  readonly summary: string;
  readonly hint: string;
}

export interface ErrorCatalogue<Code extends string> {
  /** Every code with its meaning; docs/reference/errors.md is held to it by a test. */
  readonly entries: Readonly<Record<Code, ErrorEntry>>;
  /** Makes the error. `detail` says what was found where, e.g. "port /dev/ttyUSB0: permission denied". */
  readonly error: (
    code: Code,
    detail: string,
    options?: { context?: ErrorContext; cause?: unknown; hint?: string },
  ) => CodedError;
}

/** Each workspace declares its codes once, in src/errors.ts, with a prefix of its own (GATEWAY_, BROKER_, ...). */
export function errorCatalogue<const Code extends string>(
  entries: Readonly<Record<Code, ErrorEntry>>,
): ErrorCatalogue<Code> {
  return {
    entries,
    error: (code, detail, options) => {
      const entry = entries[code];
      return new CodedError(code, `${entry.summary}: ${detail}`, { hint: entry.hint, ...options });
    },
  };
}

export function isCoded(error: unknown, code?: string): error is CodedError {
  return error instanceof CodedError && (code === undefined || error.code === code);
}

/** A sentence about anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
