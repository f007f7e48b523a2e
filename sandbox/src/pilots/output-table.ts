import type { PilotOutput } from '../contract/index.ts';
import type { RegistryDatabase } from '../registry/registry-database.ts';
import type { OutputPage } from './pilots.ts';

/** What one pilot may keep; past it the oldest outputs go. */
export const outputLimits = { count: 10_000, bytes: 64 * 1024 * 1024 };

interface Row {
  id: number;
  name: string;
  received_at: number;
  payload: string;
}

export interface OutputTable {
  keep(pilot: string, name: string, payload: unknown, receivedAt: number): void;
  page(
    pilot: string,
    page: { readonly after?: string; readonly limit: number; readonly order: 'oldest' | 'newest' },
  ): OutputPage;
}

export function createOutputTable(database: RegistryDatabase, limits = outputLimits): OutputTable {
  const insert = database.prepare(
    'INSERT INTO pilot_outputs (pilot, name, received_at, payload, bytes) VALUES (?, ?, ?, ?, ?)',
  );
  const measure = database.prepare<[string], { count: number; bytes: number }>(
    'SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes FROM pilot_outputs WHERE pilot = ?',
  );
  const oldest = database.prepare<[string], { id: number; bytes: number }>(
    'SELECT id, bytes FROM pilot_outputs WHERE pilot = ? ORDER BY id LIMIT 1',
  );
  const remove = database.prepare('DELETE FROM pilot_outputs WHERE id = ?');
  const pages = {
    oldest: database.prepare<[string, number, number], Row>(
      'SELECT id, name, received_at, payload FROM pilot_outputs WHERE pilot = ? AND id > ? ORDER BY id LIMIT ?',
    ),
    newest: database.prepare<[string, number, number], Row>(
      'SELECT id, name, received_at, payload FROM pilot_outputs WHERE pilot = ? AND id < ? ORDER BY id DESC LIMIT ?',
    ),
  };
  /** What each pilot holds, counted once and then kept along. */
  const held = new Map<string, { count: number; bytes: number }>();

  const keep = database.transaction((pilot: string, name: string, text: string, receivedAt: number) => {
    const bytes = Buffer.byteLength(text);
    const sum = { ...(held.get(pilot) ?? measure.get(pilot) ?? { count: 0, bytes: 0 }) };
    insert.run(pilot, name, receivedAt, text, bytes);
    sum.count += 1;
    sum.bytes += bytes;
    while (sum.count > limits.count || (sum.bytes > limits.bytes && sum.count > 1)) {
      const row = oldest.get(pilot);
      if (!row) break;
      remove.run(row.id);
      sum.count -= 1;
      sum.bytes -= row.bytes;
    }
    return sum;
  });

  return {
    keep: (pilot, name, payload, receivedAt) => {
      held.set(pilot, keep(pilot, name, JSON.stringify(payload ?? null), receivedAt));
    },
    page: (pilot, { after, limit, order }) => {
      const start = after === undefined ? (order === 'oldest' ? 0 : Number.MAX_SAFE_INTEGER) : Number(after);
      // One more than asked for tells whether there is a next page.
      const rows = pages[order].all(pilot, start, limit + 1);
      const items = rows.slice(0, limit).map(outputOf);
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
  };
}

function outputOf(row: Row): PilotOutput {
  return {
    id: String(row.id),
    name: row.name,
    receivedAt: new Date(row.received_at).toISOString(),
    payload: JSON.parse(row.payload) as unknown,
  };
}
