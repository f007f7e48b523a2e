import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@city-testbed/runtime';
import { describe, expect, it } from 'vitest';
import { createAuditLog } from './audit-log.ts';
import { createRegistryDatabase } from './registry-database.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'registry-'));
const coded = (code: string) => expect.objectContaining({ code }) as unknown;

describe('registry database', () => {
  it('opens the same file again without running its steps again', () => {
    const file = join(folder(), 'deep', 'registry.db');
    createRegistryDatabase(file, ['CREATE TABLE a (x)']).close();
    const again = createRegistryDatabase(file, ['CREATE TABLE a (x)', 'CREATE TABLE b (x)']);
    expect(again.pragma('user_version', { simple: true })).toBe(2);
    expect(again.pragma('journal_mode', { simple: true })).toBe('wal');
    again.close();
  });

  it('leaves the file as it was when a step fails half way', () => {
    const file = join(folder(), 'registry.db');
    expect(() => createRegistryDatabase(file, ['CREATE TABLE a (x); CREATE TABLE a (x);'])).toThrow(
      coded('SANDBOX_DATABASE_MIGRATION'),
    );
    const again = createRegistryDatabase(file, ['CREATE TABLE a (x)']);
    expect(again.pragma('user_version', { simple: true })).toBe(1);
    again.close();
  });

  it('refuses a file of a newer version, and a file that is no database', () => {
    const newer = join(folder(), 'registry.db');
    createRegistryDatabase(newer, ['CREATE TABLE a (x)', 'CREATE TABLE b (x)']).close();
    expect(() => createRegistryDatabase(newer, ['CREATE TABLE a (x)'])).toThrow(
      coded('SANDBOX_DATABASE_MIGRATION'),
    );
    const text = join(folder(), 'registry.db');
    writeFileSync(
      text,
      'this is a letter, and no database at all; it is long enough to have a header of one',
    );
    expect(() => createRegistryDatabase(text)).toThrow(coded('SANDBOX_DATABASE_MIGRATION'));
  });

  it('keeps the audit log as it was written', () => {
    const database = createRegistryDatabase(':memory:');
    createAuditLog(database, new ManualClock()).record({
      actor: 'ana@example.org',
      action: 'pilot.create',
      subject: 'air',
      after: { title: 'Air' },
    });
    expect(database.prepare('SELECT actor, before, after FROM audit_log').get()).toEqual({
      actor: 'ana@example.org',
      before: null,
      after: '{"title":"Air"}',
    });
    expect(() => database.exec('DELETE FROM audit_log')).toThrow('append-only');
    expect(() => database.exec("UPDATE audit_log SET actor = 'x'")).toThrow('append-only');
    database.close();
  });
});
