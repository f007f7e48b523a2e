import { sandboxError } from '../errors.ts';

export function instant(ms: number): string {
  return new Date(ms).toISOString();
}

export function instantOrNull(ms: number | null): string | null {
  return ms === null ? null : instant(ms);
}

/** ms of a time in a query. Throws SANDBOX_API_INPUT_INVALID for what has the form of a time and is none. */
export function msOf(text: string, path: string): number {
  const ms = Date.parse(text);
  if (Number.isFinite(ms)) return ms;
  throw sandboxError('SANDBOX_API_INPUT_INVALID', path, {
    context: { faults: [{ path, found: text, allowed: 'a time that exists' }] },
  });
}

export function optionalMs(text: string | undefined, path: string): number | undefined {
  return text === undefined ? undefined : msOf(text, path);
}
