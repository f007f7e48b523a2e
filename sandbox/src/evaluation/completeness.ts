import type { HourCount } from '../store/reading-store.ts';
import type { HourShare } from './bootstrap.ts';
import { hourMs, slotsIn, type Period } from './period.ts';

export interface SeriesName {
  readonly device: string;
  readonly metric: string;
}

export interface DayShare extends HourShare {
  readonly day: string;
  readonly synthetic: boolean;
}

/**
 * Complete slots against expected ones, by hour, by local day and by series. Every series of the agreement is expected
 * in every slot of the period: what never came is missing, not absent. Counts are added as the store hands them out.
 */
export class Completeness {
  readonly #period: Period;
  readonly #hours: { part: number; whole: number; synthetic: boolean }[] = [];
  readonly #expectedOfSeries: number;
  readonly #complete: Map<string, number>;

  constructor(period: Period, slotMs: number, series: readonly SeriesName[]) {
    this.#period = period;
    let expected = 0;
    for (let hour = period.from; hour < period.to; hour += hourMs) {
      const slots = slotsIn(hour, slotMs);
      expected += slots;
      this.#hours.push({ part: 0, whole: slots * series.length, synthetic: false });
    }
    this.#expectedOfSeries = expected;
    this.#complete = new Map(series.map((name) => [key(name), 0]));
  }

  add(counts: readonly HourCount[]): void {
    for (const count of counts) {
      const hour = this.#hours[(count.hour - this.#period.from) / hourMs];
      const known = this.#complete.get(key(count));
      if (!hour || known === undefined) continue;
      // A slot has one truth; more than there are slots would be a fault of the counting, and shows as over 100 %.
      hour.part += count.goodSlots;
      hour.synthetic ||= count.synthetic > 0;
      this.#complete.set(key(count), known + count.goodSlots);
    }
  }

  get hours(): readonly HourShare[] {
    return this.#hours;
  }

  get complete(): number {
    return this.#hours.reduce((sum, { part }) => sum + part, 0);
  }

  get expected(): number {
    return this.#hours.reduce((sum, { whole }) => sum + whole, 0);
  }

  ofSeries(name: SeriesName): { readonly complete: number; readonly expected: number } {
    return { complete: this.#complete.get(key(name)) ?? 0, expected: this.#expectedOfSeries };
  }

  days(dayOf: (ms: number) => string): readonly DayShare[] {
    const days = new Map<string, { part: number; whole: number; synthetic: boolean }>();
    for (const [index, { part, whole, synthetic }] of this.#hours.entries()) {
      const day = dayOf(this.#period.from + index * hourMs);
      const sum = days.get(day) ?? { part: 0, whole: 0, synthetic: false };
      sum.part += part;
      sum.whole += whole;
      sum.synthetic ||= synthetic;
      days.set(day, sum);
    }
    return [...days].map(([day, sum]) => ({ day, ...sum }));
  }
}

/** Percent of a whole; null where nothing was expected, for no data is never zero. */
export function percent({ part, whole }: HourShare): number | null {
  return whole > 0 ? (100 * part) / whole : null;
}

function key({ device, metric }: SeriesName): string {
  return `${device}\n${metric}`;
}
