import { resolve } from 'node:path';
import { configDir } from '@city-testbed/runtime';
import { loadConfig, parseConfig } from '@city-testbed/runtime/config';
import { examine } from './examine.ts';
import { BrokerConfigSchema, type BrokerConfig } from './schema.ts';

const envPrefix = 'CITY_BROKER';

/**
 * Reads a configuration file with overrides from the environment (CITY_BROKER__LISTENERS__TCP__PORT=1884). Relative
 * paths start from the file's folder, and are absolute in the result.
 * @throws CONFIG_* naming every fault at once
 */
export function loadBrokerConfig(file: string, env: NodeJS.ProcessEnv = process.env): BrokerConfig {
  const baseDir = configDir(file);
  const config = loadConfig({
    schema: BrokerConfigSchema,
    file,
    env,
    envPrefix,
    examine: (read) => examine(read, baseDir, env),
  });
  return absolute(config, baseDir);
}

/** The same from text, e.g. '' for the defaults; for processes that start a broker inside themselves and for tests. */
export function parseBrokerConfig(text: string, baseDir = '.', env: NodeJS.ProcessEnv = {}): BrokerConfig {
  const config = parseConfig({
    schema: BrokerConfigSchema,
    file: 'broker.yaml',
    text,
    env,
    envPrefix,
    examine: (read) => examine(read, baseDir, { ...process.env, ...env }),
  });
  return absolute(config, baseDir);
}

function absolute(config: BrokerConfig, baseDir: string): BrokerConfig {
  const { listeners, sandbox } = config;
  const files = (listener: BrokerConfig['listeners']['tls']): object =>
    Object.fromEntries(
      (['certFile', 'keyFile', 'caFile'] as const).flatMap((key) => {
        const path = listener[key];
        return path === undefined ? [] : [[key, resolve(baseDir, path)]];
      }),
    );
  const { secret } = sandbox;
  return {
    ...config,
    listeners: {
      ...listeners,
      tls: { ...listeners.tls, ...files(listeners.tls) },
      wss: { ...listeners.wss, ...files(listeners.wss) },
    },
    sandbox: {
      ...sandbox,
      ...(secret && 'file' in secret ? { secret: { file: resolve(baseDir, secret.file) } } : {}),
    },
  };
}
