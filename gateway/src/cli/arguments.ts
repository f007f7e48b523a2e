import { UsageError, type Arguments } from './command.ts';

/** The text of an option; undefined where it is not given. */
export function textOf({ values }: Arguments, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** The text of an option that a command cannot do without. Throws UsageError. */
export function neededText(given: Arguments, name: string, placeholder: string): string {
  const value = textOf(given, name);
  if (value === undefined || value === '') throw new UsageError(`--${name} ${placeholder} is missing`);
  return value;
}

export function isSet({ values }: Arguments, name: string): boolean {
  return values[name] === true;
}

/** A whole number in the limits given. Throws UsageError. */
export function integerOf(
  given: Arguments,
  name: string,
  limits: { readonly min: number; readonly max: number },
): number | undefined {
  const text = textOf(given, name);
  return text === undefined ? undefined : parseInteger(text, `--${name}`, limits);
}

/** Reads a whole number; `what` names it in the fault. Throws UsageError. */
export function parseInteger(
  text: string,
  what: string,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(`${what} takes a whole number from ${String(min)} to ${String(max)}, not "${text}"`);
}

/** One of a few words. Throws UsageError. */
export function wordOf<const Word extends string>(
  given: Arguments,
  name: string,
  allowed: readonly Word[],
): Word | undefined {
  const text = textOf(given, name);
  if (text === undefined) return undefined;
  const found = allowed.find((word) => word === text);
  if (found === undefined) throw new UsageError(`--${name} takes ${allowed.join(', ')}, not "${text}"`);
  return found;
}

/** Throws UsageError where more stands behind a command than it takes. */
export function atMost({ positionals }: Arguments, most: number): void {
  const extra = positionals.slice(most);
  if (extra.length > 0)
    throw new UsageError(`${extra.join(' ')} is too much: is the name of an option missing before it?`);
}
