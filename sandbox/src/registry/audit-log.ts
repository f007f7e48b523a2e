import type { Clock } from '@city-testbed/runtime';
import type { RegistryDatabase } from './registry-database.ts';

/** One act: who did what to what, and how it stood before and after. Secrets never belong in it. */
export interface AuditEntry {
  /** An email, a token id, or `system`. */
  readonly actor: string;
  /** e.g. `pilot.create`. */
  readonly action: string;
  readonly subject: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Append-only: the database refuses changes and deletions. Call it in the transaction of the act itself. */
export interface AuditLog {
  record(entry: AuditEntry): void;
}

export function createAuditLog(database: RegistryDatabase, clock: Clock): AuditLog {
  const insert = database.prepare(
    'INSERT INTO audit_log (at, actor, action, subject, before, after) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
  return {
    record: ({ actor, action, subject, before, after }) => {
      insert.run(clock.now(), actor, action, subject, json(before), json(after));
    },
  };
}
