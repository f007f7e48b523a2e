import type { Clock } from '@city-testbed/runtime';
import type { User } from '../contract/index.ts';
import type { AuditLog } from '../registry/audit-log.ts';
import type { RegistryDatabase } from '../registry/registry-database.ts';
import type { Accounts, NewUser } from './access.ts';
import type { Passwords } from './passwords.ts';
import { randomId } from './secrets.ts';

export interface AccountStore extends Accounts {
  /** With the hash of the password, for the sign-in alone. */
  credentials(email: string): { readonly user: User; readonly passwordHash: string } | undefined;
}

type Row = User & { password_hash: string };

export function createAccounts(parts: {
  readonly database: RegistryDatabase;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly passwords: Passwords;
}): AccountStore {
  const { database, clock, audit, passwords } = parts;
  const columns = 'id, email, name, organisation, role';
  const byEmail = database.prepare<[string], Row>(
    `SELECT ${columns}, password_hash FROM users WHERE email = ?`,
  );
  const byId = database.prepare<[string], User>(`SELECT ${columns} FROM users WHERE id = ?`);
  const any = database.prepare<[], { id: string }>('SELECT id FROM users LIMIT 1');
  const insert = database.prepare(
    `INSERT INTO users (${columns}, password_hash, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = database.prepare(
    'UPDATE users SET name = ?, organisation = ?, role = ?, password_hash = ? WHERE id = ?',
  );

  const write = database.transaction((known: Row | undefined, next: NewUser, passwordHash: string): User => {
    const { email, name, organisation, role } = next;
    const user: User = { id: known?.id ?? randomId(), email, name, organisation, role };
    if (known) update.run(name, organisation, role, passwordHash, known.id);
    else insert.run(user.id, email, name, organisation, role, passwordHash, clock.now());
    audit.record({
      actor: 'system',
      action: known ? 'user.change' : 'user.create',
      subject: user.id,
      ...(known ? { before: userOf(known) } : {}),
      after: user,
    });
    return user;
  });

  return {
    ensureUser: async (user) => {
      const known = byEmail.get(user.email);
      if (known && isSame(known, user) && (await passwords.verify(known.password_hash, user.password))) {
        return userOf(known);
      }
      const passwordHash = await passwords.hash(user.password);
      return write(byEmail.get(user.email), user, passwordHash);
    },
    byEmail: (email) => {
      const row = byEmail.get(email);
      return row && userOf(row);
    },
    byId: (id) => byId.get(id),
    any: () => any.get() !== undefined,
    credentials: (email) => {
      const row = byEmail.get(email);
      return row && { user: userOf(row), passwordHash: row.password_hash };
    },
  };
}

function userOf({ id, email, name, organisation, role }: Row): User {
  return { id, email, name, organisation, role };
}

function isSame(known: User, wanted: NewUser): boolean {
  return (
    known.name === wanted.name && known.organisation === wanted.organisation && known.role === wanted.role
  );
}
