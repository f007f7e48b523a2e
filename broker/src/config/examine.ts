import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { messageOf, readSecret, type ConfigFault } from '@city-testbed/runtime';
import type { BrokerConfig } from './schema.ts';

/** Faults that a schema cannot express. `baseDir` is where relative paths start, `env` where secrets may be. */
export function examine(config: BrokerConfig, baseDir: string, env: NodeJS.ProcessEnv): ConfigFault[] {
  return [
    ...listening(config),
    ...(['tls', 'wss'] as const).flatMap((name) => certificate(config, name, baseDir)),
    ...secret(config, baseDir, env),
  ];
}

const names = ['tcp', 'tls', 'websocket', 'wss'] as const;

function listening(config: BrokerConfig): ConfigFault[] {
  const faults: ConfigFault[] = [];
  const enabled = names.filter((name) => config.listeners[name].enabled);
  if (enabled.length === 0)
    faults.push({ path: 'listeners', found: 'none enabled', allowed: 'at least one listener enabled' });
  const taken = new Map<string, string>();
  const places = [
    ...enabled.map((name) => ({ at: `listeners.${name}`, ...config.listeners[name] })),
    ...(config.metrics.enabled ? [{ at: 'metrics', ...config.metrics }] : []),
  ];
  for (const { at, host, port } of places) {
    const place = `${host}:${port}`;
    const other = taken.get(place);
    if (port !== 0 && other !== undefined)
      faults.push({ path: `${at}.port`, found: place, allowed: `a port of its own; ${other} has this one` });
    taken.set(place, at);
  }
  if (config.anonymous)
    for (const name of enabled) {
      const { host } = config.listeners[name];
      if (!isLoopback(host))
        faults.push({
          path: `listeners.${name}.host`,
          found: host,
          allowed: 'a loopback address (127.0.0.1, ::1 or localhost) while anonymous is true',
        });
    }
  return faults;
}

function certificate(config: BrokerConfig, name: 'tls' | 'wss', baseDir: string): ConfigFault[] {
  const listener = config.listeners[name];
  if (!listener.enabled) return [];
  const faults: ConfigFault[] = [];
  const read = (
    key: 'certFile' | 'keyFile' | 'caFile',
    needed: boolean,
    what: string,
  ): Buffer | undefined => {
    const file = listener[key];
    const path = `listeners.${name}.${key}`;
    if (file === undefined) {
      if (needed) faults.push({ path, found: 'nothing', allowed: what });
      return undefined;
    }
    try {
      return readFileSync(resolve(baseDir, file));
    } catch (error) {
      faults.push({ path, found: messageOf(error), allowed: what });
      return undefined;
    }
  };
  const cert = read('certFile', true, 'a readable PEM file with the certificate');
  const key = read('keyFile', true, 'a readable PEM file with the private key');
  const ca = read('caFile', listener.requestCert, 'a readable PEM file with the trusted issuers');
  if (cert && key)
    try {
      createSecureContext({ cert, key, ...(ca ? { ca } : {}) });
    } catch (error) {
      faults.push({
        path: `listeners.${name}.certFile`,
        found: messageOf(error),
        allowed: 'a certificate and key in PEM that belong together',
      });
    }
  return faults;
}

function secret(config: BrokerConfig, baseDir: string, env: NodeJS.ProcessEnv): ConfigFault[] {
  const path = 'sandbox.secret';
  const allowed = 'the secret that the sandbox has too, as {file: PATH} or {env: NAME}';
  if (!config.sandbox.secret) return config.anonymous ? [] : [{ path, found: 'nothing', allowed }];
  try {
    readSecret(config.sandbox.secret, baseDir, env);
    return [];
  } catch (error) {
    return [{ path, found: messageOf(error), allowed }];
  }
}

/** True for 127.0.0.0/8, ::1 and localhost. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
