// Reads and checks configurations. Imported as @city-testbed/runtime/config: the schema and YAML libraries behind it take
// memory that a process which runs for a year can use better.
import { readFileSync } from 'node:fs';
import { Type, type Static, type TObject, type TProperties, type TSchema } from '@sinclair/typebox';
import { Value, type ValueError } from '@sinclair/typebox/value';
import { parseDocument } from 'yaml';
import { configError, type ConfigFault } from './config-parts.ts';
import { messageOf } from './errors.ts';

/** An object that refuses unknown keys and, where all its keys have defaults, may be left out whole. */
export function section<T extends TProperties>(
  properties: T,
  options: { description?: string } = {},
): TObject<T> {
  return Type.Object(properties, { additionalProperties: false, default: {}, ...options });
}

/** A secret never stands in the file itself: it is named by a file or an environment variable. */
export const SecretRef = Type.Union(
  [
    Type.Object({ file: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
    Type.Object({ env: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
  ],
  { description: 'A secret: {file: PATH} or {env: NAME}' },
);
export type SecretRef = Static<typeof SecretRef>;

export interface ConfigSource<T extends TSchema> {
  readonly schema: T;
  /** Path of the YAML file. Relative paths inside it are the caller's to resolve against its folder. */
  readonly file: string;
  /** Environment to take overrides from: PREFIX__HTTP__PORT=8081 sets http.port. */
  readonly env?: NodeJS.ProcessEnv;
  readonly envPrefix: string;
  /** Faults that a schema cannot express, e.g. two ports that are equal. */
  readonly examine?: (config: Static<T>) => readonly ConfigFault[];
  /**
   * As `examine`, where the schema found faults: what it refused is cut out, and any part may be missing.
   * Left out: deeper faults show only once those of the schema are mended.
   */
  readonly examineParts?: (sound: unknown) => readonly ConfigFault[];
}

/** Reads, overrides, validates once and freezes. Throws CONFIG_* naming every fault at once. */
export function loadConfig<T extends TSchema>(source: ConfigSource<T>): Static<T> {
  return parseConfig({ ...source, text: readText(source.file) });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw configError('CONFIG_FILE_UNREADABLE', `${file}: ${messageOf(error)}`, {
      context: { file },
      cause: error,
    });
  }
}

/** A configuration that was looked at, whatever is wrong with it. */
export interface InspectedConfig<T extends TSchema> {
  readonly faults: readonly ConfigFault[];
  /** The whole of it; undefined where there are faults. */
  readonly config: Static<T> | undefined;
  /** What the schema let through, defaults filled in. Any part may be missing. */
  readonly sound: unknown;
}

/**
 * As loadConfig, for a command that goes on looking where there are faults.
 * Throws CONFIG_FILE_UNREADABLE and CONFIG_NOT_YAML only.
 */
export function inspectConfig<T extends TSchema>(source: ConfigSource<T>): InspectedConfig<T> {
  return inspectText({ ...source, text: readText(source.file) });
}

/** As loadConfig, from text that was already read. */
export function parseConfig<T extends TSchema>(
  source: ConfigSource<T> & { readonly text: string },
): Static<T> {
  const { faults, sound } = inspectText(source);
  if (faults.length > 0) {
    const lines = faults.map(({ path, found, allowed }) => `  ${path}: found ${found}; allowed: ${allowed}`);
    throw configError('CONFIG_INVALID', `${source.file}\n${lines.join('\n')}`, {
      context: { file: source.file, faults },
    });
  }
  return freeze(sound);
}

function inspectText<T extends TSchema>(
  source: ConfigSource<T> & { readonly text: string },
): InspectedConfig<T> {
  const document = parseDocument(source.text);
  const problem = document.errors[0];
  if (problem) {
    throw configError('CONFIG_NOT_YAML', `${source.file}: ${problem.message}`, {
      context: { file: source.file },
    });
  }
  const given: unknown = document.toJS() ?? {};
  override(given, source.schema, source.env ?? {}, source.envPrefix);
  const config: unknown = Value.Default(source.schema, given);
  const errors = [...Value.Errors(source.schema, config)];
  if (errors.length === 0) {
    const faults = source.examine?.(config) ?? [];
    return { faults, config: faults.length === 0 ? config : undefined, sound: config };
  }
  // Of a missing key the schema says first that it is needed, then what it should be: once is enough.
  const faults = [...new Map(errors.map(faultOf).map((fault) => [fault.path, fault])).values()];
  const sound = without(
    config,
    errors.map(({ path }) => path),
  );
  const known = new Set(faults.map(({ path }) => path));
  const deeper = (source.examineParts?.(sound) ?? []).filter(({ path }) => !known.has(path));
  return { faults: [...faults, ...deeper], config: undefined, sound };
}

/** A copy without what stands at the JSON pointers. Places in a list stay, so that the others keep their number. */
function without(config: unknown, pointers: readonly string[]): unknown {
  const copy: unknown = Value.Clone(config);
  for (const pointer of pointers) {
    const path = pointer
      .slice(1)
      .split('/')
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = path.pop();
    let parent: unknown = copy;
    for (const key of path) parent = isObject(parent) ? parent[key] : undefined;
    if (!isObject(parent) || last === undefined) continue;
    if (Array.isArray(parent)) parent[Number(last)] = undefined;
    else Reflect.deleteProperty(parent, last);
  }
  return copy;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function override(target: unknown, schema: TSchema, env: NodeJS.ProcessEnv, prefix: string): void {
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined || !name.startsWith(`${prefix}__`)) continue;
    const path = name.slice(prefix.length + 2).split('__');
    set(target, schema, path, text);
  }
}

function set(target: unknown, schema: TSchema, path: readonly string[], text: string): void {
  const [head, ...rest] = path;
  if (head === undefined || typeof target !== 'object' || target === null) return;
  const properties = (schema as { properties?: Record<string, TSchema> }).properties ?? {};
  const key = Object.keys(properties).find(
    (name) => name.toLowerCase() === head.replaceAll('_', '').toLowerCase(),
  );
  const object = target as Record<string, unknown>;
  if (key === undefined) {
    object[head] = text; // an unknown key: validation names it
    return;
  }
  const child = properties[key] ?? Type.Unknown();
  if (rest.length === 0) object[key] = Value.Convert(child, text);
  else set((object[key] ??= {}), child, rest, text);
}

function faultOf(error: ValueError): ConfigFault {
  const path = error.path === '' ? '(top)' : error.path.slice(1).replaceAll('/', '.');
  const schema: TSchema = error.schema;
  const unknownKey = error.message.startsWith('Unexpected property');
  const missing = error.value === undefined;
  const about = typeof schema.description === 'string' ? ` (${schema.description})` : '';
  return {
    path,
    found: unknownKey ? 'an unknown key' : missing ? 'nothing' : shorten(error.value),
    allowed: unknownKey
      ? 'remove it, or check its spelling'
      : `${error.message.replace(/^Expected /, '')}${about}`,
  };
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function freeze(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}
