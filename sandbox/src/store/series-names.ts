import type { Database, Statement } from 'better-sqlite3';
import type { Grant } from './reading-store.ts';

export interface GrantedSeries {
  readonly series: number;
  readonly device: string;
  readonly deviceId: number;
  readonly metric: string;
}

/** Names and numbers of series and reasons, as one connection sees them. Rows of these tables never change. */
export class SeriesNames {
  readonly #byId = new Map<number, GrantedSeries>();
  readonly #reasons = new Map<number, string>();
  readonly #ofDevice: Statement;
  readonly #all: Statement;
  readonly #one: Statement;
  readonly #find: Statement;
  readonly #reason: Statement;

  constructor(db: Database) {
    const columns = 'SELECT s.id AS series, d.name AS device, d.id AS deviceId, s.metric AS metric';
    const from = 'FROM series s JOIN device d ON d.id = s.device';
    this.#ofDevice = db.prepare(`${columns} ${from} WHERE d.name = ? ORDER BY s.metric`);
    this.#all = db.prepare(`${columns} ${from} ORDER BY d.name, s.metric`);
    this.#one = db.prepare(`${columns} ${from} WHERE s.id = ?`);
    this.#find = db.prepare(`SELECT s.id ${from} WHERE d.name = ? AND s.metric = ?`).pluck();
    this.#reason = db.prepare('SELECT name FROM reason WHERE id = ?').pluck();
  }

  find(device: string, metric: string): number | undefined {
    return this.#find.get(device, metric) as number | undefined;
  }

  all(): GrantedSeries[] {
    return this.#all.all() as GrantedSeries[];
  }

  /** The series that the grants name and that exist, each once, by device and metric. */
  granted(grants: readonly Grant[]): GrantedSeries[] {
    const metrics = new Map<string, Set<string> | null>();
    for (const grant of grants) {
      const known = metrics.get(grant.device);
      if (known === null || grant.metrics === null) metrics.set(grant.device, null);
      else metrics.set(grant.device, new Set([...(known ?? []), ...grant.metrics]));
    }
    const granted: GrantedSeries[] = [];
    for (const [device, names] of metrics) {
      for (const series of this.#ofDevice.all(device) as GrantedSeries[]) {
        if (names === null || names.has(series.metric)) granted.push(series);
      }
    }
    return granted;
  }

  /** Throws RangeError for a number that no series has. */
  name(series: number): GrantedSeries {
    let found = this.#byId.get(series);
    if (!found) {
      found = this.#one.get(series) as GrantedSeries | undefined;
      if (!found) throw new RangeError(`no series ${series}`);
      this.#byId.set(series, found);
    }
    return found;
  }

  reason(id: number): string {
    let found = this.#reasons.get(id);
    if (found === undefined) {
      found = (this.#reason.get(id) as string | undefined) ?? 'other';
      this.#reasons.set(id, found);
    }
    return found;
  }
}
