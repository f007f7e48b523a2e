import type { Clock } from '@city-testbed/runtime';
import type { AuditLog } from '../registry/audit-log.ts';
import type { RegistryDatabase } from '../registry/registry-database.ts';
import { randomId, sameHash, secretHash } from './secrets.ts';

export interface GatewayCredential {
  readonly id: string;
  readonly gateway: string;
}

/** Tokens of gateways, as the configuration declares them. */
export interface GatewayCredentials {
  has(gateway: string): boolean;
  /** The credential of this gateway and token. */
  find(gateway: string, token: string): GatewayCredential | undefined;
  /** The credential of a gateway that the broker already knows by its client certificate. */
  byCertificate(gateway: string): GatewayCredential | undefined;
  revokedSince(at: number): readonly string[];
}

/**
 * A credential keeps its id from start to start while the configuration declares its gateway and token. What was declared
 * at the last start and is not any more counts as revoked now, so that a gateway taken out of the configuration loses its
 * open session as well. Brokers never let a revoked id in again: declared anew, the same token gets a new id.
 */
export function createGatewayCredentials(parts: {
  readonly database: RegistryDatabase;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly declared: readonly { readonly id: string; readonly token: string }[];
}): GatewayCredentials {
  const { database, clock, audit, declared } = parts;
  const credentials = new Map<string, GatewayCredential & { readonly hash: string }>();

  const known = database.prepare<[], { id: string; gateway: string; secret_hash: string }>(
    'SELECT id, gateway, secret_hash FROM gateway_credentials WHERE revoked_at IS NULL',
  );
  const insert = database.prepare(
    'INSERT INTO gateway_credentials (id, gateway, secret_hash, declared_at) VALUES (?, ?, ?, ?)',
  );
  const revoke = database.prepare('UPDATE gateway_credentials SET revoked_at = ? WHERE id = ?');
  const since = database.prepare<[number], { id: string }>(
    'SELECT id FROM gateway_credentials WHERE revoked_at >= ?',
  );
  database.transaction(() => {
    const now = clock.now();
    const wanted = new Map(declared.map(({ id, token }) => [id, secretHash(token)]));
    for (const { id, gateway, secret_hash: hash } of known.all()) {
      if (wanted.get(gateway) === hash) {
        credentials.set(gateway, { id, gateway, hash });
        continue;
      }
      revoke.run(now, id);
      audit.record({ actor: 'system', action: 'gateway-credential.revoke', subject: id });
    }
    for (const [gateway, hash] of wanted) {
      if (credentials.has(gateway)) continue;
      const id = `gateway:${gateway}:${randomId()}`;
      insert.run(id, gateway, hash, now);
      credentials.set(gateway, { id, gateway, hash });
    }
  })();

  return {
    has: (gateway) => credentials.has(gateway),
    find: (gateway, token) => {
      const credential = credentials.get(gateway);
      return credential && sameHash(secretHash(token), credential.hash) ? credential : undefined;
    },
    byCertificate: (gateway) => credentials.get(gateway),
    revokedSince: (at) => since.all(at).map(({ id }) => id),
  };
}
