import type { Clock } from '@city-testbed/runtime';
import type { User } from '../contract/index.ts';
import { sandboxError } from '../errors.ts';
import type { AuditLog } from '../registry/audit-log.ts';
import { Listeners } from '../registry/listeners.ts';
import type { RegistryDatabase } from '../registry/registry-database.ts';
import type { Sessions } from './access.ts';
import type { AccountStore } from './accounts.ts';
import type { Passwords } from './passwords.ts';
import { randomSecret, secretHash } from './secrets.ts';
import { SignInThrottle } from './sign-in-throttle.ts';

const lifeMs = 12 * 60 * 60_000;
/** A session's end is moved at most this often, so that reading a page is no write. */
const touchMs = 60_000;
const mostPerUser = 50;

interface Row extends User {
  seen_at: number;
}

/** Sessions of people: the cookie holds 256 random bits, the database their hash. */
export function createSessions(parts: {
  readonly database: RegistryDatabase;
  readonly clock: Clock;
  readonly audit: AuditLog;
  readonly accounts: AccountStore;
  readonly passwords: Passwords;
}): Sessions {
  const { database, clock, audit, accounts, passwords } = parts;
  const throttle = new SignInThrottle(clock);
  const ended = new Listeners<readonly string[]>();

  const insert = database.prepare(
    'INSERT INTO sessions (id_hash, user_id, created_at, seen_at, expires_at) VALUES (?, ?, ?, ?, ?)',
  );
  const select = database.prepare<[string, number], Row>(
    `SELECT users.id, email, name, organisation, role, seen_at
     FROM sessions JOIN users ON users.id = user_id WHERE id_hash = ? AND expires_at > ?`,
  );
  const touch = database.prepare('UPDATE sessions SET seen_at = ?, expires_at = ? WHERE id_hash = ?');
  const remove = database.prepare('DELETE FROM sessions WHERE id_hash = ?');
  const prune = database.prepare('DELETE FROM sessions WHERE expires_at <= ?');
  const surplus = database.prepare<[string, number], { id_hash: string }>(
    'SELECT id_hash FROM sessions WHERE user_id = ? ORDER BY seen_at DESC LIMIT -1 OFFSET ?',
  );

  const open = database.transaction((user: User, address: string) => {
    const now = clock.now();
    const secret = randomSecret();
    const id = secretHash(secret);
    prune.run(now);
    insert.run(id, user.id, now, now, now + lifeMs);
    const gone = surplus.all(user.id, mostPerUser).map((row) => row.id_hash);
    for (const old of gone) remove.run(old);
    audit.record({ actor: user.email, action: 'session.open', subject: user.id, after: { address } });
    return { secret, session: { id, user }, gone };
  });

  return {
    signIn: async (email, password, address) => {
      const retryAfterSeconds = throttle.wait(email, address);
      if (retryAfterSeconds > 0) {
        throw sandboxError('SANDBOX_ACCESS_SIGN_IN_TOO_OFTEN', `wait ${retryAfterSeconds} s`, {
          context: { retryAfterSeconds },
        });
      }
      const known = accounts.credentials(email);
      const succeeded = throttle.tried(email, address);
      if (!(await passwords.verify(known?.passwordHash, password)) || !known) {
        throw sandboxError('SANDBOX_ACCESS_SIGN_IN_REFUSED', 'no account has this email and password');
      }
      succeeded();
      const { secret, session, gone } = open(known.user, address);
      if (gone.length > 0) ended.tell(gone);
      return { secret, session };
    },
    find: (secret, mayTouch = true) => {
      const id = secretHash(secret);
      const now = clock.now();
      const row = select.get(id, now);
      if (!row) return undefined;
      const { seen_at: seenAt, ...user } = row;
      if (mayTouch && now - seenAt >= touchMs) touch.run(now, now + lifeMs, id);
      return { id, user };
    },
    alive: (id) => select.get(id, clock.now()) !== undefined,
    signOut: (id) => {
      if (remove.run(id).changes > 0) ended.tell([id]);
    },
    onEnded: (listener) => ended.add(listener),
  };
}
