/**
 * The schema of registry.db. Forward only: a step that was released is never edited, a new one is appended.
 * Times are ms since the Unix epoch; JSON columns hold what the contract's schemas describe.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    name TEXT NOT NULL,
    organisation TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin', 'staff', 'engineer', 'vendor')),
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE sessions (
    id_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sessions_of_user ON sessions (user_id);
  CREATE INDEX sessions_by_expiry ON sessions (expires_at);

  CREATE TABLE pilots (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    organisation TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'live', 'ended')),
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    synthetic INTEGER NOT NULL,
    agreement TEXT NOT NULL,
    target TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE pilot_members (
    pilot TEXT NOT NULL REFERENCES pilots (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (pilot, user_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX pilots_of_member ON pilot_members (user_id);

  CREATE TABLE pilot_outputs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    pilot TEXT NOT NULL REFERENCES pilots (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    payload TEXT NOT NULL,
    bytes INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX outputs_of_pilot ON pilot_outputs (pilot, id);

  CREATE TABLE pilot_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    pilot TEXT NOT NULL REFERENCES pilots (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_of_pilot ON pilot_events (pilot, id);

  CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    pilot TEXT NOT NULL REFERENCES pilots (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    used_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tokens_of_pilot ON tokens (pilot);
  CREATE INDEX tokens_by_expiry ON tokens (expires_at);

  CREATE TABLE gateway_credentials (
    id TEXT PRIMARY KEY,
    gateway TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    declared_at INTEGER NOT NULL,
    revoked_at INTEGER
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE audit_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    before TEXT,
    after TEXT
  ) STRICT;
  CREATE TRIGGER audit_log_is_kept BEFORE DELETE ON audit_log
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  CREATE TRIGGER audit_log_is_final BEFORE UPDATE ON audit_log
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

  CREATE TABLE connector_queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    connector TEXT NOT NULL,
    key TEXT NOT NULL,
    payload TEXT NOT NULL,
    queued_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    UNIQUE (connector, key)
  ) STRICT;
  CREATE INDEX queue_of_connector ON connector_queue (connector, id);

  CREATE TABLE connector_dead_letters (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    connector TEXT NOT NULL,
    at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    error TEXT NOT NULL,
    key TEXT NOT NULL,
    payload TEXT NOT NULL
  ) STRICT;
  CREATE INDEX letters_of_connector ON connector_dead_letters (connector, id);

  CREATE TABLE connector_state (
    connector TEXT PRIMARY KEY,
    delivered INTEGER NOT NULL,
    delivered_at INTEGER,
    error TEXT
  ) STRICT, WITHOUT ROWID;
  `,
];
