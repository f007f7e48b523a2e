import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readSecret } from '@city-testbed/runtime';
import type { GatewayConfig } from './schema.ts';

/** Where the uplink connects to and as whom, secrets read. Relative paths start from `baseDir`. */
export function brokerAddress({ id, uplink }: GatewayConfig, baseDir: string) {
  const pem = (file: string | undefined): Buffer | undefined =>
    file === undefined ? undefined : readFileSync(resolve(baseDir, file));
  const [ca, cert, key] = [uplink.tls.caFile, uplink.tls.certFile, uplink.tls.keyFile].map(pem);
  return {
    url: uplink.url,
    clientId: uplink.clientId ?? id,
    username: uplink.username ?? id,
    ...(uplink.password ? { password: readSecret(uplink.password, baseDir) } : {}),
    keepAliveSeconds: uplink.keepAliveSeconds,
    connectTimeoutMs: uplink.connectTimeoutMs,
    tls: { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) },
  };
}
