import { resolve } from 'node:path';
import { readSecret } from '@city-testbed/runtime';
import type { RenewalOptions } from '../enrolment/renewal.ts';
import type { GatewayConfig } from './schema.ts';

/**
 * What the renewal of the certificate needs from a configuration; undefined where none is asked for, or no files are
 * named that it could be kept in. Relative paths start from `baseDir`. Throws CONFIG_SECRET_UNREADABLE.
 */
export function renewalOf(
  { id, uplink }: GatewayConfig,
  baseDir: string,
):
  | Pick<RenewalOptions, 'gateway' | 'url' | 'certFile' | 'keyFile' | 'caFile' | 'password' | 'remaining'>
  | undefined {
  const { renew, certFile, keyFile, caFile } = uplink.tls;
  if (!renew || certFile === undefined || keyFile === undefined) return undefined;
  const authority = renew.caFile ?? caFile;
  return {
    gateway: id,
    url: renew.url,
    certFile: resolve(baseDir, certFile),
    keyFile: resolve(baseDir, keyFile),
    caFile: authority === undefined ? undefined : resolve(baseDir, authority),
    password: renew.password && readSecret(renew.password, baseDir),
    remaining: renew.remaining,
  };
}
