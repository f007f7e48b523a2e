import { resolve } from 'node:path';
import { readSecret } from '@city-testbed/runtime';
import type { BrokerAddress } from '../uplink/mqtt-connection.ts';
import { readTlsFiles } from '../uplink/tls-files.ts';
import { renewalOf } from './renewal.ts';
import type { GatewayConfig } from './schema.ts';

/** Where the uplink connects to, in the order of preference, and as whom. */
export interface Brokers {
  readonly urls: readonly [string, ...string[]];
  readonly password: string | undefined;
  /** How the certificate is renewed, where that is asked for. */
  readonly renewal: ReturnType<typeof renewalOf>;
  /** For one connection: certificates are read anew, so that a renewed one is used. Throws GATEWAY_TLS_FILE. */
  readonly address: (url: string) => BrokerAddress;
}

/** Relative paths start from `baseDir`. Throws CONFIG_SECRET_UNREADABLE. */
export function brokersOf(config: GatewayConfig, baseDir: string): Brokers {
  const { id, uplink } = config;
  const path = (file: string | undefined): string | undefined =>
    file === undefined ? undefined : resolve(baseDir, file);
  const files = {
    caFile: path(uplink.tls.caFile),
    certFile: path(uplink.tls.certFile),
    keyFile: path(uplink.tls.keyFile),
  };
  const password = uplink.password && readSecret(uplink.password, baseDir);
  const who = {
    clientId: uplink.clientId ?? id,
    username: uplink.username ?? id,
    ...(password === undefined ? {} : { password }),
    keepAliveSeconds: uplink.keepAliveSeconds,
    connectTimeoutMs: uplink.connectTimeoutMs,
  };
  return {
    password,
    renewal: renewalOf(config, baseDir),
    urls: [uplink.url, ...uplink.fallbackUrls],
    address: (url) => ({ url, ...who, tls: readTlsFiles(files) }),
  };
}
