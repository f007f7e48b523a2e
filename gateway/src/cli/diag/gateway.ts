import { readdir, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { configDir } from '@city-testbed/runtime';
import { inspectGatewayConfig } from '../../config/load.ts';
import { checkConfig } from '../checks/examine.ts';
import { toJson } from '../json.ts';
import { askGateway } from '../running-gateway.ts';
import type { Piece } from './piece.ts';

export interface GatewayPiecesOptions {
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where the running gateway is asked; throws where nobody knows. */
  readonly url: () => URL;
}

/** What the gateway itself is asked for: its configuration, its versions, its status, its files. */
export function gatewayPieces({ file, env, url }: GatewayPiecesOptions): Piece[] {
  return [
    { name: 'config.yaml', about: 'the configuration', collect: () => readFile(file, 'utf8') },
    {
      name: 'check.json',
      about: 'its faults, as city-gateway check finds them',
      collect: () => settled(() => toJson(checkConfig(file, { env }))),
    },
    {
      name: 'environment.txt',
      about: 'environment variables that override it, without those of secrets',
      collect: () => settled(() => overrides(env)),
    },
    { name: 'versions.json', about: 'versions of the gateway and of what it is built on', collect: versions },
    {
      name: 'status.json',
      about: 'how the running gateway is, if it runs',
      collect: async () => toJson(JSON.parse(await (await askGateway(url(), '/health')).text())),
    },
    {
      name: 'metrics.txt',
      about: 'its metrics',
      collect: async () => (await askGateway(url(), '/metrics')).text(),
    },
    {
      name: 'outbox.json',
      about: 'files of the outbox, those set aside among them',
      collect: () => outbox(file, env),
    },
  ];
}

/** What it throws becomes a rejection. */
function settled(text: () => string): Promise<string> {
  return new Promise((resolve) => resolve(text()));
}

function overrides(env: NodeJS.ProcessEnv): string {
  const names = Object.keys(env).filter((name) => name.startsWith('CITY_GATEWAY'));
  const secret = /PASSWORD|TOKEN|SECRET|KEY/i;
  return names.map((name) => `${name}=${secret.test(name) ? '[redacted]' : (env[name] ?? '')}\n`).join('');
}

async function versions(): Promise<string> {
  const require = createRequire(import.meta.url);
  const own = new URL('../../../package.json', import.meta.url);
  const { version, dependencies } = JSON.parse(await readFile(own, 'utf8')) as {
    version: string;
    dependencies: Record<string, string>;
  };
  const installed = Object.keys(dependencies).map((name) => {
    try {
      const found = require(`${name}/package.json`) as { version: string };
      return [name, found.version];
    } catch {
      // Some packages do not let their package.json be read.
      return [name, `asked for: ${dependencies[name] ?? ''}`];
    }
  });
  return toJson({
    gateway: version,
    ...process.versions,
    dependencies: Object.fromEntries(installed) as unknown,
  });
}

async function outbox(file: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { outbox } = inspectGatewayConfig(file, env).parts;
  const path = resolve(configDir(file), outbox?.file ?? './outbox.db');
  const folder = dirname(path);
  const names = (await readdir(folder)).filter((name) => name.startsWith(basename(path)));
  const files = await Promise.all(
    names.map(async (name) => {
      const { size, mtime } = await stat(join(folder, name));
      return { name, bytes: size, changed: mtime };
    }),
  );
  return toJson({ folder, settings: outbox, files });
}
