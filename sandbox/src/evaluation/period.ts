import type { PilotRecord } from '../pilots/pilots.ts';

export const hourMs = 3_600_000;

export interface Period {
  /** ms, inclusive. */
  readonly from: number;
  /** ms, exclusive. */
  readonly to: number;
}

/**
 * What is judged of what was asked: never before the pilot's start, after its end or its agreement's, or in the future.
 * Empty (from = to) where nothing is left.
 */
export function judgedPeriod(
  pilot: Pick<PilotRecord, 'startsAt' | 'endsAt' | 'agreement'>,
  asked: { readonly from?: number; readonly to?: number },
  now: number,
): Period {
  const from = Math.max(asked.from ?? pilot.startsAt, pilot.startsAt);
  const end = Math.min(now, pilot.endsAt, Date.parse(pilot.agreement.until));
  return { from, to: Math.max(from, Math.min(asked.to ?? end, end)) };
}

/**
 * The whole hours of a period whose slots have all ended within it: completeness is counted in these. An hour that is
 * cut, or a slot that still runs, would look like missing data.
 */
export function wholeHours(period: Period, slotMs: number): Period {
  const from = Math.ceil(period.from / hourMs) * hourMs;
  let to = Math.floor(period.to / hourMs) * hourMs;
  while (to > from && lastSlotEnd(to, slotMs) > period.to) to -= hourMs;
  return { from, to: Math.max(from, to) };
}

/** Slots that start in the hour that begins at `hour`. Slots are counted from the epoch, as the store counts them. */
export function slotsIn(hour: number, slotMs: number): number {
  return Math.ceil((hour + hourMs) / slotMs) - Math.ceil(hour / slotMs);
}

/** Names the local day of each hour, YYYY-MM-DD. Days of 23 and 25 hours come out by themselves. */
export function localDay(timeZone: string): (ms: number) => string {
  // The Canadian form is the ISO form.
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (ms) => format.format(ms);
}

/** When the last slot ends that starts before `at`. */
function lastSlotEnd(at: number, slotMs: number): number {
  return (Math.ceil(at / slotMs) - 1) * slotMs + slotMs;
}
