import type { PilotEvent } from '../contract/index.ts';
import type { RegistryDatabase } from '../registry/registry-database.ts';

/** Events kept a pilot; the oldest go. */
const most = 1000;
/** How many may be over before they are swept: a deletion for every insertion would be waste. */
const slack = 50;

export interface EventTable {
  record(pilot: string, event: { at: number; kind: string; code: string; detail: string }): void;
  newest(pilot: string, limit: number): readonly PilotEvent[];
}

export function createEventTable(database: RegistryDatabase): EventTable {
  const insert = database.prepare(
    'INSERT INTO pilot_events (pilot, at, kind, code, detail) VALUES (?, ?, ?, ?, ?)',
  );
  const sweep = database.prepare(
    `DELETE FROM pilot_events WHERE pilot = @pilot AND id <=
       (SELECT id FROM pilot_events WHERE pilot = @pilot ORDER BY id DESC LIMIT 1 OFFSET @most)`,
  );
  const newest = database.prepare<
    [string, number],
    { at: number; kind: string; code: string; detail: string }
  >('SELECT at, kind, code, detail FROM pilot_events WHERE pilot = ? ORDER BY id DESC LIMIT ?');
  const sinceSweep = new Map<string, number>();

  return {
    record: (pilot, { at, kind, code, detail }) => {
      insert.run(pilot, at, kind, code, detail.slice(0, 1000));
      const count = (sinceSweep.get(pilot) ?? slack) + 1;
      if (count > slack) sweep.run({ pilot, most });
      sinceSweep.set(pilot, count > slack ? 0 : count);
    },
    newest: (pilot, limit) =>
      newest
        .all(pilot, Math.min(limit, most))
        .map((event) => ({ ...event, at: new Date(event.at).toISOString() })),
  };
}
