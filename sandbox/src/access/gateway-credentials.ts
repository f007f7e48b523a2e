import type { Clock } from '@city-testbed/runtime';
import type { AuditLog } from '../registry/audit-log.ts';
import type { RegistryDatabase } from '../registry/registry-database.ts';
import { sameHash, secretHash } from './secrets.ts';

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
 * The id of a credential changes with its token. What was declared at the last start and is not any more counts as
 * revoked now, so that a gateway taken out of the configuration loses its open session as well.
 */
export function createGatewayCredentials(parts: {
  readonly database: RegistryDatabase;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly declared: readonly { readonly id: string; readonly token: string }[];
}): GatewayCredentials {
  const { database, clock, audit, declared } = parts;
  const credentials = new Map(
    declared.map(({ id: gateway, token }) => {
      const hash = secretHash(token);
      return [gateway, { id: `gateway:${gateway}:${hash.slice(0, 12)}`, gateway, hash }];
    }),
  );

  const known = database.prepare<[], { id: string }>(
    'SELECT id FROM gateway_credentials WHERE revoked_at IS NULL',
  );
  const upsert = database.prepare(
    `INSERT INTO gateway_credentials (id, gateway, secret_hash, declared_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET revoked_at = NULL`,
  );
  const revoke = database.prepare('UPDATE gateway_credentials SET revoked_at = ? WHERE id = ?');
  const since = database.prepare<[number], { id: string }>(
    'SELECT id FROM gateway_credentials WHERE revoked_at >= ?',
  );
  database.transaction(() => {
    const now = clock.now();
    const current = new Set([...credentials.values()].map(({ id }) => id));
    for (const { id } of known.all()) {
      if (current.has(id)) continue;
      revoke.run(now, id);
      audit.record({ actor: 'system', action: 'gateway-credential.revoke', subject: id });
    }
    for (const { id, gateway, hash } of credentials.values()) upsert.run(id, gateway, hash, now);
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
