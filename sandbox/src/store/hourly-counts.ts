import type { Database, Statement } from 'better-sqlite3';
import type { HourCount, HourQuery } from './reading-store.ts';
import type { GrantedSeries } from './series-names.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface HourRow {
  hour: number;
  good: number;
  bad: number;
  synthetic: number;
}

/** Readings and complete slots of a series by UTC hour, from the roll-ups of hours and minutes. */
export class HourlyCounts {
  readonly #hours: Statement;
  readonly #slots: Statement;

  constructor(db: Database) {
    this.#hours = db.prepare(`SELECT bucket AS hour, count AS good, bad, synthetic FROM hours
      WHERE series = ? AND bucket >= ? AND bucket < ?`);
    // The casts make the divisions whole: numbers arrive as floating point.
    this.#slots = db.prepare(`
      SELECT slot * CAST(@minutes AS INTEGER) / 60 AS hour, count(*) AS goodSlots FROM (
        SELECT DISTINCT bucket / CAST(@minutes AS INTEGER) AS slot FROM rollup_minute
        WHERE series = @series AND bucket >= @from AND bucket < @to + @minutes AND count > 0
      )
      WHERE slot * CAST(@minutes AS INTEGER) >= @from AND slot * CAST(@minutes AS INTEGER) < @to
      GROUP BY 1`);
  }

  counts({ series, device, metric }: GrantedSeries, query: HourQuery): HourCount[] {
    const from = Math.floor(query.from / HOUR);
    const to = Math.ceil(query.to / HOUR);
    const minutes = Math.max(1, Math.round(query.slotMs / MINUTE));
    const slots = this.#slots.all({ series, minutes, from: from * 60, to: to * 60 }) as {
      hour: number;
      goodSlots: number;
    }[];
    const hours = new Map<number, HourCount>();
    for (const { hour, ...counts } of this.#hours.all(series, from, to) as HourRow[]) {
      hours.set(hour, { device, metric, hour: hour * HOUR, goodSlots: 0, ...counts });
    }
    for (const { hour, goodSlots } of slots) {
      // A slot longer than an hour may begin in an hour that has no reading of its own.
      const known = hours.get(hour) ?? { device, metric, hour: hour * HOUR, good: 0, bad: 0, synthetic: 0 };
      hours.set(hour, { ...known, goodSlots });
    }
    return [...hours.values()].sort((a, b) => a.hour - b.hour);
  }
}
