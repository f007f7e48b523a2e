import type { Clock } from '@city-testbed/runtime';
import type { DeadLetter } from '../contract/index.ts';
import type { RegistryDatabase } from '../registry/registry-database.ts';

export interface QueueLimits {
  /** What may wait for one connector; past it the oldest is dropped and counted. */
  readonly waiting: number;
  /** Dead letters kept a connector; past it the oldest go. */
  readonly deadLetters: number;
}

export const queueLimits: QueueLimits = { waiting: 10_000, deadLetters: 1000 };

export interface Outgoing {
  readonly id: number;
  readonly key: string;
  readonly payload: string;
  readonly attempts: number;
}

/** Puts a newer payload of the same key over one that still waits. */
export type Merge = (waiting: string, newer: string) => string;

/** What waits for one connector's target, on disk, in order; one entry a key. */
export interface OutgoingQueue {
  /** In one transaction. Returns how many of the oldest had to go. */
  put(items: readonly { readonly key: string; readonly payload: string }[], merge: Merge): number;
  /** The oldest. They stay until `delivered` or `bury`. */
  next(count: number): readonly Outgoing[];
  /** Takes out what was delivered, unless its payload changed meanwhile: then that is new, and stays. */
  delivered(items: readonly Outgoing[]): void;
  tried(items: readonly Outgoing[]): void;
  /** Makes it a dead letter. */
  bury(item: Outgoing, error: string): void;
  waiting(): number;
  deadLetters(): readonly DeadLetter[];
  deadLetterCount(): number;
  /** Puts a dead letter back; false where there is none of this id. */
  revive(letter: string): boolean;
  state(): { readonly delivered: number; readonly deliveredAt: number | null; readonly error: string | null };
  noteError(error: string): void;
}

export function createOutgoingQueue(
  database: RegistryDatabase,
  clock: Clock,
  connector: string,
  limits: QueueLimits = queueLimits,
): OutgoingQueue {
  const sql = {
    find: database.prepare<[string, string], { payload: string }>(
      'SELECT payload FROM connector_queue WHERE connector = ? AND key = ?',
    ),
    put: database.prepare(
      `INSERT INTO connector_queue (connector, key, payload, queued_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (connector, key) DO UPDATE SET payload = excluded.payload`,
    ),
    count: database.prepare<[string], { count: number }>(
      'SELECT count(*) AS count FROM connector_queue WHERE connector = ?',
    ),
    dropOldest: database.prepare(
      `DELETE FROM connector_queue WHERE id IN
         (SELECT id FROM connector_queue WHERE connector = ? ORDER BY id LIMIT ?)`,
    ),
    next: database.prepare<[string, number], Outgoing>(
      'SELECT id, key, payload, attempts FROM connector_queue WHERE connector = ? ORDER BY id LIMIT ?',
    ),
    remove: database.prepare('DELETE FROM connector_queue WHERE id = ? AND payload = ?'),
    tried: database.prepare('UPDATE connector_queue SET attempts = attempts + 1 WHERE id = ?'),
    bury: database.prepare(
      `INSERT INTO connector_dead_letters (connector, at, attempts, error, key, payload) VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    sweepLetters: database.prepare(
      `DELETE FROM connector_dead_letters WHERE connector = @connector AND id <=
         (SELECT id FROM connector_dead_letters WHERE connector = @connector ORDER BY id DESC LIMIT 1 OFFSET @most)`,
    ),
    letters: database.prepare<
      [string, number],
      { id: number; at: number; attempts: number; error: string; payload: string }
    >(
      `SELECT id, at, attempts, error, payload FROM connector_dead_letters
       WHERE connector = ? ORDER BY id DESC LIMIT ?`,
    ),
    letterCount: database.prepare<[string], { count: number }>(
      'SELECT count(*) AS count FROM connector_dead_letters WHERE connector = ?',
    ),
    letter: database.prepare<[string, string], { key: string; payload: string }>(
      'SELECT key, payload FROM connector_dead_letters WHERE connector = ? AND id = ?',
    ),
    removeLetter: database.prepare('DELETE FROM connector_dead_letters WHERE connector = ? AND id = ?'),
    state: database.prepare<
      [string],
      { delivered: number; deliveredAt: number | null; error: string | null }
    >('SELECT delivered, delivered_at AS deliveredAt, error FROM connector_state WHERE connector = ?'),
    begin: database.prepare(
      'INSERT INTO connector_state (connector, delivered) VALUES (?, 0) ON CONFLICT DO NOTHING',
    ),
    countDelivered: database.prepare(
      'UPDATE connector_state SET delivered = delivered + ?, delivered_at = ?, error = NULL WHERE connector = ?',
    ),
    error: database.prepare('UPDATE connector_state SET error = ? WHERE connector = ?'),
  };
  sql.begin.run(connector);
  const waiting = (): number => sql.count.get(connector)?.count ?? 0;

  const put = database.transaction(
    (items: readonly { readonly key: string; readonly payload: string }[], merge: Merge): number => {
      for (const { key, payload } of items) {
        const known = sql.find.get(connector, key);
        sql.put.run(connector, key, known ? merge(known.payload, payload) : payload, clock.now());
      }
      const surplus = waiting() - limits.waiting;
      return surplus > 0 ? sql.dropOldest.run(connector, surplus).changes : 0;
    },
  );
  const delivered = database.transaction((items: readonly Outgoing[]): void => {
    for (const { id, payload } of items) sql.remove.run(id, payload);
    sql.countDelivered.run(items.length, clock.now(), connector);
  });
  const tried = database.transaction((items: readonly Outgoing[]): void => {
    for (const { id } of items) sql.tried.run(id);
  });
  const bury = database.transaction((item: Outgoing, error: string): void => {
    sql.remove.run(item.id, item.payload);
    sql.bury.run(connector, clock.now(), item.attempts + 1, error.slice(0, 1000), item.key, item.payload);
    sql.sweepLetters.run({ connector, most: limits.deadLetters });
  });
  const revive = database.transaction((id: string): boolean => {
    const letter = sql.letter.get(connector, id);
    if (!letter) return false;
    // What waits under the same key is newer than the letter: it wins, and the letter is done with.
    if (!sql.find.get(connector, letter.key)) {
      sql.put.run(connector, letter.key, letter.payload, clock.now());
    }
    sql.removeLetter.run(connector, id);
    return true;
  });

  return {
    put,
    next: (count) => sql.next.all(connector, count),
    delivered,
    tried,
    bury,
    waiting,
    deadLetters: () =>
      sql.letters.all(connector, limits.deadLetters).map(({ id, at, payload, ...letter }) => ({
        ...letter,
        id: String(id),
        at: new Date(at).toISOString(),
        payload: JSON.parse(payload) as unknown,
      })),
    deadLetterCount: () => sql.letterCount.get(connector)?.count ?? 0,
    revive,
    state: () => sql.state.get(connector) ?? { delivered: 0, deliveredAt: null, error: null },
    noteError: (error) => void sql.error.run(error.slice(0, 1000), connector),
  };
}
