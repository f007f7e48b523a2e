import type { Agreement, PilotState, Target } from '../contract/index.ts';
import type { RegistryDatabase } from '../registry/registry-database.ts';
import type { PilotRecord } from './pilots.ts';

interface Row {
  id: string;
  title: string;
  summary: string;
  organisation: string;
  state: PilotState;
  starts_at: number;
  ends_at: number;
  created_at: number;
  synthetic: number;
  agreement: string;
  target: string;
}

/** Pilots and their members on disk. The pilots themselves are read once, at start. */
export interface PilotTable {
  all(): PilotRecord[];
  insert(pilot: PilotRecord): void;
  update(pilot: PilotRecord): void;
  addMember(pilot: string, user: string, at: number): void;
  removeMember(pilot: string, user: string): void;
}

export function createPilotTable(database: RegistryDatabase): PilotTable {
  const pilots = database.prepare<[], Row>('SELECT * FROM pilots ORDER BY created_at, id');
  const members = database.prepare<[string], { user_id: string }>(
    'SELECT user_id FROM pilot_members WHERE pilot = ? ORDER BY added_at, user_id',
  );
  const insert = database.prepare(
    `INSERT INTO pilots (id, title, summary, organisation, state, starts_at, ends_at, created_at, synthetic, agreement, target)
     VALUES (@id, @title, @summary, @organisation, @state, @starts_at, @ends_at, @created_at, @synthetic, @agreement, @target)`,
  );
  const update = database.prepare(
    `UPDATE pilots SET title = @title, summary = @summary, state = @state, ends_at = @ends_at,
       agreement = @agreement, target = @target WHERE id = @id`,
  );
  const addMember = database.prepare(
    'INSERT INTO pilot_members (pilot, user_id, added_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const removeMember = database.prepare('DELETE FROM pilot_members WHERE pilot = ? AND user_id = ?');

  return {
    all: () =>
      pilots.all().map((row) =>
        recordOf(
          row,
          members.all(row.id).map((member) => member.user_id),
        ),
      ),
    insert: (pilot) => void insert.run(rowOf(pilot)),
    update: (pilot) => {
      const { id, title, summary, state, ends_at, agreement, target } = rowOf(pilot);
      update.run({ id, title, summary, state, ends_at, agreement, target });
    },
    addMember: (pilot, user, at) => void addMember.run(pilot, user, at),
    removeMember: (pilot, user) => void removeMember.run(pilot, user),
  };
}

function recordOf(row: Row, members: readonly string[]): PilotRecord {
  return {
    id: row.id,
    title: row.title,
    summary: row.summary,
    organisation: row.organisation,
    state: row.state,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    createdAt: row.created_at,
    synthetic: row.synthetic === 1,
    agreement: JSON.parse(row.agreement) as Agreement,
    target: JSON.parse(row.target) as Target,
    members,
  };
}

function rowOf(pilot: PilotRecord): Row {
  return {
    id: pilot.id,
    title: pilot.title,
    summary: pilot.summary,
    organisation: pilot.organisation,
    state: pilot.state,
    starts_at: pilot.startsAt,
    ends_at: pilot.endsAt,
    created_at: pilot.createdAt,
    synthetic: pilot.synthetic ? 1 : 0,
    agreement: JSON.stringify(pilot.agreement),
    target: JSON.stringify(pilot.target),
  };
}
