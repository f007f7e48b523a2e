import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, type Logger } from '@city-testbed/runtime';
import { SqliteOutbox, type SqliteOutboxOptions } from './sqlite-outbox.ts';

export function folder(): string {
  return mkdtempSync(join(tmpdir(), 'city-outbox-'));
}

/** A log that remembers. */
export function heardLog(): { readonly log: Logger; readonly heard: string[] } {
  const heard: string[] = [];
  const hear = (level: string) => (_: unknown, message: string) => void heard.push(`${level}: ${message}`);
  const log = { error: hear('error'), warn: hear('warn'), info: hear('info') } as unknown as Logger;
  return { log, heard };
}

export function sqlite(file: string, options: Partial<SqliteOutboxOptions> = {}): SqliteOutbox {
  return new SqliteOutbox({
    file,
    maxBytes: 1_000_000,
    commitIntervalMs: 200,
    commitRows: 100,
    synchronous: 'normal',
    boot: 'boot-1',
    clock: systemClock,
    log: heardLog().log,
    ...options,
  });
}
