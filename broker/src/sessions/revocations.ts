import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Logger } from '@city-testbed/runtime';
import type { Access } from '../access/access.ts';
import type { SessionTable } from './session-table.ts';

export const revocationsTopic = '$city/revocations';

const Revocations = Type.Object({
  credentials: Type.Array(Type.String({ minLength: 1, maxLength: 256 }), { maxItems: 100_000 }),
});

/** Hears a host say which credentials are revoked: forgets what is cached about them, and cuts their sessions at once. */
export function hearRevocations(
  payload: Buffer | string,
  parts: { readonly access: Access; readonly table: SessionTable; readonly log: Logger },
): void {
  const { access, table, log } = parts;
  const message = parse(payload);
  if (!Value.Check(Revocations, message)) {
    log.error({ topic: revocationsTopic }, 'a revocation that is not understood was ignored');
    return;
  }
  access.revoke(message.credentials);
  const revoked = new Set(message.credentials);
  for (const { grant, connection } of [...table.all()])
    if (revoked.has(grant.principal.id)) connection.cut('revoked', grant.principal.id);
}

function parse(payload: Buffer | string): unknown {
  try {
    return JSON.parse(payload.toString());
  } catch {
    return undefined; // the caller reports it
  }
}
