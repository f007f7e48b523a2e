import type { NewPilot, Pilot, Problem } from '../../../../src/contract/index.ts';
import { cityDate, cityInstant } from '../../format/zone.ts';

/** Which metrics of which devices: `*` stands for all, also future ones. */
export type Reads = Readonly<Record<string, readonly string[]>>;

/** A pilot as the form holds it: dates as local days, numbers as the person writes them. */
export interface PilotDraft {
  title: string;
  summary: string;
  organisation: string;
  /** yyyy-mm-dd, the city's day. */
  starts: string;
  ends: string;
  purpose: string;
  until: string;
  reads: Reads;
  /** What it may set; kept as it is, the form does not show it. */
  writes?: Pilot['agreement']['writes'];
  intervalMinutes: number | string;
  completeness: number | string;
  latencySeconds: number | string;
  minimum: number | string;
}

const dayMs = 86_400_000;

/** An empty form: starts today, lasts 90 days, with a target that a working pilot reaches. */
export function emptyDraft(now: number, organisation: string): PilotDraft {
  const ends = cityDate(now + 90 * dayMs);
  return {
    title: '',
    summary: '',
    organisation,
    starts: cityDate(now),
    ends,
    purpose: '',
    until: ends,
    reads: {},
    intervalMinutes: 5,
    completeness: 95,
    latencySeconds: 5,
    minimum: 1000,
  };
}

export function draftOf(pilot: Pilot): PilotDraft {
  return {
    title: pilot.title,
    summary: pilot.summary,
    organisation: pilot.organisation,
    starts: cityDate(Date.parse(pilot.startsAt)),
    // The last instant of a period belongs to its last day.
    ends: cityDate(Date.parse(pilot.endsAt) - 1),
    purpose: pilot.agreement.purpose,
    until: cityDate(Date.parse(pilot.agreement.until) - 1),
    reads: Object.fromEntries(pilot.agreement.reads.map(({ device, metrics }) => [device, metrics])),
    ...(pilot.agreement.writes ? { writes: pilot.agreement.writes } : {}),
    intervalMinutes: pilot.target.intervalSeconds / 60,
    completeness: pilot.target.completenessPercent,
    latencySeconds: pilot.target.latencyP95Ms / 1000,
    minimum: pilot.target.minimumReadings,
  };
}

const instant = (ms: number) => new Date(ms).toISOString();
const startOf = (day: string) => instant(cityInstant(day));
/** The end of a local day: the midnight after it, whatever the length of the day. */
const endOf = (day: string) => {
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + dayMs).toISOString().slice(0, 10);
  return instant(cityInstant(next));
};

export function agreementOf(draft: PilotDraft): NewPilot['agreement'] {
  return {
    purpose: draft.purpose.trim(),
    until: endOf(draft.until),
    reads: Object.entries(draft.reads)
      .filter(([, metrics]) => metrics.length > 0)
      .map(([device, metrics]) => ({ device, metrics: [...metrics] })),
    ...(draft.writes ? { writes: draft.writes } : {}),
  };
}

export function targetOf(draft: PilotDraft): NonNullable<NewPilot['target']> {
  return {
    intervalSeconds: Math.round(Number(draft.intervalMinutes)) * 60,
    completenessPercent: Number(draft.completeness),
    latencyP95Ms: Math.round(Number(draft.latencySeconds) * 1000),
    minimumReadings: Math.round(Number(draft.minimum)),
  };
}

/** What is sent to the API. Call only with a draft whose days are dates. */
export function newPilotOf(draft: PilotDraft): NewPilot {
  return {
    title: draft.title.trim(),
    summary: draft.summary.trim(),
    organisation: draft.organisation.trim(),
    startsAt: startOf(draft.starts),
    endsAt: endOf(draft.ends),
    agreement: agreementOf(draft),
    target: targetOf(draft),
  };
}

export type Fault =
  | { readonly code: 'required' | 'date' | 'order' }
  | { readonly code: 'short' | 'long'; readonly count: number }
  | { readonly code: 'range'; readonly low: number; readonly high: number };
export type Field = keyof PilotDraft;

function length(text: string, low: number, high: number): Fault | undefined {
  const size = text.trim().length;
  if (low > 0 && size === 0) return { code: 'required' };
  if (size < low) return { code: 'short', count: low };
  if (size > high) return { code: 'long', count: high };
  return undefined;
}

function range(value: number | string, low: number, high: number): Fault | undefined {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  return number >= low && number <= high ? undefined : { code: 'range', low, high };
}

const date = (text: string): Fault | undefined =>
  Number.isNaN(cityInstant(text)) ? { code: 'date' } : undefined;

/** The faults that can be seen before asking the server; the limits are the contract's. */
export function faultsOf(draft: PilotDraft): Partial<Record<Field, Fault>> {
  const order = (first: string, last: string): Fault | undefined =>
    date(last) ?? (date(first) === undefined && last < first ? { code: 'order' } : undefined);
  const found: Partial<Record<Field, Fault | undefined>> = {
    title: length(draft.title, 3, 120),
    summary: length(draft.summary, 0, 2000),
    organisation: length(draft.organisation, 2, 120),
    starts: date(draft.starts),
    ends: order(draft.starts, draft.ends),
    purpose: length(draft.purpose, 1, 2000),
    until: order(draft.starts, draft.until),
    intervalMinutes: range(draft.intervalMinutes, 1, 1440),
    completeness: range(draft.completeness, 0, 100),
    latencySeconds: range(draft.latencySeconds, 0.001, 86_400),
    minimum: range(draft.minimum, 1, 1_000_000_000),
  };
  const faults: Partial<Record<Field, Fault>> = {};
  for (const [field, fault] of Object.entries(found) as [Field, Fault | undefined][])
    if (fault !== undefined) faults[field] = fault;
  return faults;
}

const fieldOfPath: readonly (readonly [RegExp, Field])[] = [
  [/title/, 'title'],
  [/summary/, 'summary'],
  [/organisation/, 'organisation'],
  [/startsAt/, 'starts'],
  [/endsAt/, 'ends'],
  [/purpose/, 'purpose'],
  [/until/, 'until'],
  [/reads|device|metrics/, 'reads'],
  [/intervalSeconds/, 'intervalMinutes'],
  [/completeness/, 'completeness'],
  [/latency/, 'latencySeconds'],
  [/minimumReadings/, 'minimum'],
];

/** The server's faults by field of the form; those of no field are left out, and stand in the summary. */
export function serverFaults(problem: Problem): Partial<Record<Field, string>> {
  const faults: Partial<Record<Field, string>> = {};
  for (const { path, allowed } of problem.errors ?? []) {
    const field = fieldOfPath.find(([pattern]) => pattern.test(path))?.[1];
    if (field !== undefined) faults[field] ??= allowed;
  }
  return faults;
}
