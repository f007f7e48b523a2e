import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { configDir, messageOf, readSecret, type ConfigFault } from '@city-testbed/runtime';
import { loadConfig, parseConfig, type ConfigSource, type SecretRef } from '@city-testbed/runtime/config';
import { SandboxSettings } from './schema.ts';

/** The settings with every secret read: what stood as {file} or {env} is its text. */
type Resolved<T> = T extends SecretRef
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Resolved<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Resolved<T[Key]> }
      : T;

/** What the sandbox runs on. Frozen; paths are absolute, secrets are texts: never log it whole. */
export type SandboxConfig = Resolved<SandboxSettings>;
export type ConnectorConfig = SandboxConfig['connectors'][number];

export interface SandboxConfigSource {
  /** Path of the YAML file; relative paths inside it start at its folder. */
  readonly file: string;
  /** Overrides (CITY_SANDBOX__HTTP__PORT=8081) and {env: NAME} secrets. Default: none for overrides and secrets. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Reads the file. Throws CONFIG_* naming every fault at once, secrets that cannot be read among them. */
export function loadSandboxConfig(source: SandboxConfigSource): SandboxConfig {
  return resolved(loadConfig(checked(source)), source);
}

/** As loadSandboxConfig, from text; `file` still says where relative paths start. */
export function parseSandboxConfig(source: SandboxConfigSource & { readonly text: string }): SandboxConfig {
  return resolved(parseConfig({ ...checked(source), text: source.text }), source);
}

/** Of the first administrator: whoever guesses it owns the testbed. */
const LEAST_PASSWORD = 10;

/** Whether this listening address can be reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function checked(source: SandboxConfigSource): ConfigSource<typeof SandboxSettings> {
  return {
    schema: SandboxSettings,
    file: source.file,
    env: source.env ?? {},
    envPrefix: 'CITY_SANDBOX',
    examine: (settings) => [...faults(settings), ...secretFaults(settings, source, [])],
  };
}

function* faults(settings: SandboxSettings): Generator<ConfigFault> {
  const { demo, http, site } = settings;
  if (demo.enabled && !isLoopback(http.host)) {
    yield {
      path: 'demo.enabled',
      found: 'true',
      allowed: `false, unless http.host is loopback (it is ${http.host})`,
    };
  }
  if (!demo.enabled && demo.accounts.length > 0) {
    yield {
      path: 'demo.accounts',
      found: `${demo.accounts.length} accounts`,
      allowed: 'none while demo.enabled is false',
    };
  }
  if (!isTimeZone(site.timeZone)) {
    yield {
      path: 'site.timeZone',
      found: site.timeZone,
      allowed: 'an IANA time zone, e.g. Europe/Bucharest',
    };
  }
  for (const [index, proxy] of http.trustedProxies.entries()) {
    if (isNetwork(proxy)) continue;
    const allowed = 'an IP address, or a network as 10.1.0.0/16';
    yield { path: `http.trustedProxies.${index}`, found: proxy, allowed };
  }
  yield* repeated('gateways', settings.gateways);
  yield* repeated('connectors', settings.connectors);
}

function* repeated(path: string, items: readonly { readonly id: string }[]): Generator<ConfigFault> {
  const seen = new Set<string>();
  for (const [index, { id }] of items.entries()) {
    if (seen.has(id)) yield { path: `${path}.${index}.id`, found: `${id} again`, allowed: 'each id once' };
    seen.add(id);
  }
}

/** Not /0: whoever trusts every address lets everybody choose theirs. */
function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  if (prefix === undefined) return true;
  return /^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false; // RangeError is the answer here, not a failure
  }
}

function* secretFaults(
  value: unknown,
  source: SandboxConfigSource,
  path: readonly string[],
): Generator<ConfigFault> {
  if (typeof value !== 'object' || value === null) return;
  if (isSecretRef(value)) {
    try {
      const text = secret(value, source);
      if (path.join('.') === 'bootstrapAdmin.password' && text.length < LEAST_PASSWORD) {
        const allowed = `${LEAST_PASSWORD} characters or more`;
        yield { path: path.join('.'), found: `${text.length} characters`, allowed };
      }
    } catch (error) {
      const found = messageOf(error);
      yield { path: path.join('.'), found, allowed: 'a readable, non-empty file, or a variable that is set' };
    }
    return;
  }
  for (const [key, child] of Object.entries(value)) yield* secretFaults(child, source, [...path, key]);
}

function resolved(settings: SandboxSettings, source: SandboxConfigSource): SandboxConfig {
  const config = withSecrets(settings, source) as SandboxConfig;
  const base = configDir(source.file);
  const { uiDir } = config.http;
  return Object.freeze({
    ...config,
    http: Object.freeze({ ...config.http, ...(uiDir === undefined ? {} : { uiDir: resolve(base, uiDir) }) }),
    data: Object.freeze({ dir: resolve(base, config.data.dir) }),
  });
}

function withSecrets(value: unknown, source: SandboxConfigSource): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isSecretRef(value)) return secret(value, source);
  if (Array.isArray(value)) return Object.freeze(value.map((item) => withSecrets(item, source)));
  return Object.freeze(
    Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withSecrets(child, source)])),
  );
}

/** No other object of the schema has a single key of these names. */
function isSecretRef(value: object): value is SecretRef {
  const [key, ...more] = Object.keys(value);
  return more.length === 0 && (key === 'file' || key === 'env');
}

function secret(ref: SecretRef, source: SandboxConfigSource): string {
  return readSecret(ref, configDir(source.file), source.env ?? {});
}
