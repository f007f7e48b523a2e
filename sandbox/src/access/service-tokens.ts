import type { Clock } from '@city-testbed/runtime';
import type { Token } from '../contract/index.ts';
import { sandboxError } from '../errors.ts';
import type { AuditLog } from '../registry/audit-log.ts';
import { Listeners } from '../registry/listeners.ts';
import type { RegistryDatabase } from '../registry/registry-database.ts';
import type { ServiceTokens } from './access.ts';
import { randomId, randomSecret, sameHash, secretHash } from './secrets.ts';

export const tokenPrefix = 'ctb_';
/** Living tokens of one pilot. */
const mostPerPilot = 50;
/** Last use is written at most this often. */
const useMs = 60_000;

interface Row {
  id: string;
  pilot: string;
  name: string;
  secret_hash: string;
  created_at: number;
  created_by: string;
  expires_at: number;
  revoked_at: number | null;
  used_at: number | null;
}

export function createServiceTokens(parts: {
  readonly database: RegistryDatabase;
  readonly clock: Clock;
  readonly audit: AuditLog;
}): ServiceTokens {
  const { database, clock, audit } = parts;
  const revoked = new Listeners<readonly string[]>();

  const insert = database.prepare(
    `INSERT INTO tokens (id, pilot, name, secret_hash, created_at, created_by, expires_at)
     VALUES (@id, @pilot, @name, @secret_hash, @created_at, @created_by, @expires_at)`,
  );
  const byHash = database.prepare<[string], Row>('SELECT * FROM tokens WHERE secret_hash = ?');
  const byId = database.prepare<[string], Row>('SELECT * FROM tokens WHERE id = ?');
  const ofPilot = database.prepare<[string], Row>(
    'SELECT * FROM tokens WHERE pilot = ? ORDER BY created_at DESC, id LIMIT 1000',
  );
  const living = database.prepare<[string, number], { id: string }>(
    'SELECT id FROM tokens WHERE pilot = ? AND revoked_at IS NULL AND expires_at > ?',
  );
  const unrevoked = database.prepare<[string], { id: string }>(
    'SELECT id FROM tokens WHERE pilot = ? AND revoked_at IS NULL',
  );
  const unrevokedOf = database.prepare<[string, string], { id: string }>(
    'SELECT id FROM tokens WHERE pilot = ? AND created_by = ? COLLATE NOCASE AND revoked_at IS NULL',
  );
  const revoke = database.prepare('UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL');
  const shorten = database.prepare('UPDATE tokens SET expires_at = ? WHERE pilot = ? AND expires_at > ?');
  const used = database.prepare('UPDATE tokens SET used_at = ? WHERE id = ?');
  const since = database.prepare<[number, number, number], { id: string }>(
    `SELECT id FROM tokens WHERE revoked_at >= ? OR (expires_at >= ? AND expires_at <= ?)`,
  );
  const isAlive = (row: Row): boolean => row.revoked_at === null && row.expires_at > clock.now();

  const issue = database.transaction((row: Row): void => {
    const count = living.all(row.pilot, clock.now()).length;
    if (count >= mostPerPilot) {
      throw sandboxError('SANDBOX_ACCESS_TOKENS_FULL', `pilot ${row.pilot} has ${count} working tokens`);
    }
    insert.run(row);
    audit.record({
      actor: row.created_by,
      action: 'token.issue',
      subject: row.id,
      after: { pilot: row.pilot, name: row.name, expiresAt: instant(row.expires_at) },
    });
  });

  const revokeIds = database.transaction((ids: readonly string[], by: string): string[] => {
    const changed = ids.filter((id) => revoke.run(clock.now(), id).changes > 0);
    for (const id of changed) audit.record({ actor: by, action: 'token.revoke', subject: id });
    return changed;
  });
  const revokeAndTell = (ids: readonly string[], by: string): readonly string[] => {
    const changed = revokeIds(ids, by);
    if (changed.length > 0) revoked.tell(changed);
    return changed;
  };

  return {
    issue: ({ pilot, name, expiresAt, by }) => {
      const secret = `${tokenPrefix}${randomSecret()}`;
      const row: Row = {
        id: randomId(),
        pilot,
        name,
        secret_hash: secretHash(secret),
        created_at: clock.now(),
        created_by: by,
        expires_at: expiresAt,
        revoked_at: null,
        used_at: null,
      };
      issue(row);
      return { token: tokenOf(row), secret };
    },
    list: (pilot) => ofPilot.all(pilot).map(tokenOf),
    revoke: (pilot, id, by) => {
      const row = byId.get(id);
      if (row?.pilot !== pilot) throw sandboxError('SANDBOX_ACCESS_TOKEN_UNKNOWN', id);
      revokeAndTell([id], by);
      return tokenOf(byId.get(id) ?? row);
    },
    // Lapsed ones too: a broker may hold a session open to an end that `endBy` has since brought forward.
    revokeAll: (pilot, by) =>
      void revokeAndTell(
        unrevoked.all(pilot).map(({ id }) => id),
        by,
      ),
    revokeIssuedBy: (pilot, issuer, by) =>
      revokeAndTell(
        unrevokedOf.all(pilot, issuer).map(({ id }) => id),
        by,
      )
        .flatMap((id) => byId.get(id) ?? [])
        .map(tokenOf),
    endBy: (pilot, at) => void shorten.run(at, pilot, at),
    find: (secret) => {
      if (!secret.startsWith(tokenPrefix) || secret.length > 100) return undefined;
      const hash = secretHash(secret);
      // The index finds the row by a hash that an attacker cannot steer; the comparison that counts takes constant time.
      const row = byHash.get(hash);
      if (!row || !sameHash(hash, row.secret_hash) || !isAlive(row)) return undefined;
      const now = clock.now();
      if (row.used_at === null || now - row.used_at >= useMs) used.run(now, row.id);
      return { tokenId: row.id, pilot: row.pilot };
    },
    alive: (id) => {
      const row = byId.get(id);
      return row !== undefined && isAlive(row);
    },
    anyAlive: (pilot) => living.all(pilot, clock.now()).length > 0,
    expiryOf: (id) => byId.get(id)?.expires_at ?? null,
    revokedSince: (at) => since.all(at, at, clock.now()).map(({ id }) => id),
    onRevoked: (listener) => revoked.add(listener),
  };
}

function tokenOf(row: Row): Token {
  return {
    id: row.id,
    name: row.name,
    createdAt: instant(row.created_at),
    createdBy: row.created_by,
    expiresAt: instant(row.expires_at),
    revokedAt: row.revoked_at === null ? null : instant(row.revoked_at),
    lastUsedAt: row.used_at === null ? null : instant(row.used_at),
  };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
