import type { Database } from 'better-sqlite3';
import { gatewayError } from '../errors.ts';

/**
 * Forward-only: a step is never changed once it was released, only followed by another one.
 * `user_version` counts the steps that a file has had.
 */
const steps: readonly ((database: Database, firstNumber: number) => void)[] = [
  (database, firstNumber) => {
    database.exec(`
      CREATE TABLE setting (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE boot (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
      CREATE TABLE device (
        key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, description TEXT NOT NULL);
      CREATE TABLE metric (
        alias INTEGER PRIMARY KEY AUTOINCREMENT, device INTEGER NOT NULL REFERENCES device,
        name TEXT NOT NULL, datatype TEXT NOT NULL, UNIQUE (device, name));
      CREATE TABLE batch (
        number INTEGER PRIMARY KEY AUTOINCREMENT, device INTEGER NOT NULL,
        at INTEGER NOT NULL, uptime INTEGER NOT NULL, boot INTEGER NOT NULL, synced INTEGER NOT NULL,
        readings BLOB NOT NULL);
      CREATE INDEX batch_held_back ON batch (boot) WHERE synced = 0;
      CREATE TABLE counter (key TEXT PRIMARY KEY, pulses INTEGER NOT NULL) WITHOUT ROWID;
    `);
    // A fresh file, made after one was lost, must not give out the numbers of the lost one again: a late
    // confirmation could delete a reading that nobody stored. So numbers start at the time in milliseconds.
    database
      .prepare(`INSERT INTO sqlite_sequence (name, seq) VALUES ('batch', ?)`)
      .run(Math.trunc(firstNumber));
  },
  (database) => {
    // When the machine booted, once its clock was right: one row settles the time of all batches of that boot.
    database.exec('ALTER TABLE boot ADD COLUMN started_at INTEGER');
    // Losses are counted by cause from here on.
    database.exec(`UPDATE setting SET key = 'dropped_earlier' WHERE key = 'dropped'`);
  },
];

/** Throws GATEWAY_OUTBOX_NEWER for a version that this one does not know. */
export function refuseNewer(version: number): void {
  if (version <= steps.length) return;
  throw gatewayError('GATEWAY_OUTBOX_NEWER', `version ${String(version)}, known ${String(steps.length)}`);
}

/** Brings a file up to this version, in one transaction. Throws GATEWAY_OUTBOX_NEWER. */
export function migrate(database: Database, firstNumber: number): void {
  const version = Number(database.pragma('user_version', { simple: true }));
  refuseNewer(version);
  if (version === steps.length) return;
  database
    .transaction(() => {
      for (const step of steps.slice(version)) step(database, firstNumber);
      database.pragma(`user_version = ${String(steps.length)}`);
    })
    .immediate();
}
