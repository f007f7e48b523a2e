import { concerns, deviceOf, type Excuse, type Served, type Truth } from './truth.ts';

/** One reading as the sandbox's store has it. */
export interface Stored {
  readonly value: number | null;
  readonly reason: string | null;
  readonly observedAt: number;
}

export type StoredSeries = ReadonlyMap<string, readonly Stored[]>;

export interface Verdict {
  /** Values that the devices sent as they should. */
  readonly served: number;
  readonly stored: number;
  /** Missing, and an excuse covers them: by excuse. */
  readonly excused: ReadonlyMap<string, number>;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly reordered: readonly string[];
  /** Stored, but never served, or spoiled on the way. */
  readonly invented: readonly string[];
  /** Stored with a time at which they were not observed. */
  readonly mistimed: readonly string[];
  /** Stretches without a question to a device, and nulls that say a device did not answer. */
  readonly gapsExplained: number;
  readonly gapsUnexplained: readonly string[];
}

export interface CheckOptions {
  readonly truth: Truth;
  readonly stored: StoredSeries;
  /** Only what was served up to this time must be there. */
  readonly until: number;
  /** The longest pause between two questions to a device that needs no reason, ms. */
  readonly longestGapMs: number;
  /** Where the checks of gaps begin: the gateway was up by then. */
  readonly gapsFrom: number;
}

/** How far an observed time may be from the time at which the device answered: a poll has two requests. */
const TIME_TOLERANCE_MS = 2500;
/** The same where requests may time out and are repeated within one poll. */
const REPEATED_TOLERANCE_MS = 6000;

/** A poll takes so long from the answer to its time stamp, at most. */
const TIMES_APART_MS = 500;

/** Compares what was served with what is stored. Pure, so that it can be seen to fail. */
export function check(options: CheckOptions): Verdict {
  const { truth, stored, until } = options;
  const excused = new Map<string, number>();
  const lost: string[] = [];
  const doubled: string[] = [];
  const reordered: string[] = [];
  const invented: string[] = [];
  const mistimed: string[] = [];
  let served = 0;
  let count = 0;
  for (const [series, all] of truth.series) {
    const readings = [...(stored.get(series) ?? [])].sort((a, b) => a.observedAt - b.observedAt);
    const times = new Map<number, number>();
    const last = new Map<number, number>();
    for (const { value, observedAt } of readings) {
      if (value === null) continue;
      count += 1;
      const known = all[value - 1];
      if (known === undefined) invented.push(`${series} ${value}: never served`);
      else if (known.outcome === 'spoiled')
        invented.push(`${series} ${value}: spoiled ${clockTime(known.at)}`);
      else if (!isTimely(deviceOf(series), known, observedAt, truth)) {
        mistimed.push(`${series} ${value}: served ${clockTime(known.at)}, observed ${clockTime(observedAt)}`);
      }
      const first = times.get(value);
      if (first !== undefined) {
        doubled.push(`${series} ${value}: ${clockTime(first)} and ${clockTime(observedAt)}`);
      }
      times.set(value, observedAt);
      const setting = known && settingOf(known.at, truth);
      if (setting === undefined) continue;
      const before = last.get(setting) ?? 0;
      if (value < before) {
        reordered.push(`${series} ${value} stands after ${before}, observed ${clockTime(observedAt)}`);
      }
      last.set(setting, Math.max(before, value));
    }
    const due = all.filter(({ outcome, at }) => outcome === 'good' && at <= until);
    served += due.length;
    const missing = due.filter(({ value }) => !times.has(value));
    const { reasons, rest } = excuseAll(series, missing, due, truth.excuses);
    for (const [why, some] of reasons) excused.set(why, (excused.get(why) ?? 0) + some);
    for (const { value, at, request } of rest) {
      lost.push(`${series} ${value}: served ${clockTime(at)} as request ${request}`);
    }
  }
  return {
    served,
    stored: count,
    excused,
    lost,
    doubled,
    reordered,
    invented,
    mistimed,
    ...checkGaps(options),
  };
}

/** Whether the verdict names any fault. */
export function isClean(verdict: Verdict): boolean {
  const { lost, doubled, reordered, invented, mistimed, gapsUnexplained } = verdict;
  return [lost, doubled, reordered, invented, mistimed, gapsUnexplained].every(({ length }) => length === 0);
}

/** Which excuse covers which missing value; what none covers is lost. */
function excuseAll(
  series: string,
  missing: readonly Served[],
  due: readonly Served[],
  excuses: readonly Excuse[],
): { reasons: Map<string, number>; rest: Served[] } {
  const reasons = new Map<string, number>();
  if (missing.length === 0) return { reasons, rest: [] };
  const device = deviceOf(series);
  const gone = new Set(missing.map(({ value }) => value));
  let rest = [...missing];
  for (const excuse of excuses) {
    if (!concerns(excuse, device) || excuse.provided?.() === false) continue;
    const { from, to, most = Number.POSITIVE_INFINITY, endOnly = false, why } = excuse;
    // The last value before `to` that did arrive: what is missing before it was not the end.
    const arrived = endOnly ? (due.findLast(({ at, value }) => at <= to && !gone.has(value))?.value ?? 0) : 0;
    let left = most;
    rest = rest.filter(({ at, value }) => {
      if (at < from || at > to || value <= arrived || left <= 0) return true;
      left -= 1;
      reasons.set(why, (reasons.get(why) ?? 0) + 1);
      return false;
    });
  }
  return { reasons, rest };
}

/**
 * Which setting of the gateway's clock was in force. A clock that is set back gives earlier times to later readings, so
 * order is a matter of one setting; at the moment of a jump it is not known which one counted.
 */
function settingOf(at: number, { clock }: Truth): number | undefined {
  const index = clock.findLastIndex((setting) => setting.at <= at);
  const next = clock[index + 1]?.at ?? Number.POSITIVE_INFINITY;
  return next - at < TIMES_APART_MS && index >= 0 ? undefined : index;
}

/** Under a clock that jumps, the time is right if it is right by one of the offsets around it. */
function isTimely(device: string, { at }: Served, observedAt: number, { clock, pauses }: Truth): boolean {
  const repeated = pauses.some((pause) => concerns(pause, device) && pause.from <= at && at <= pause.to);
  const tolerance = repeated ? REPEATED_TOLERANCE_MS : TIME_TOLERANCE_MS;
  const offsets = clock.length === 0 ? [{ at: 0, offset: 0, exact: true }] : clock;
  return offsets.some(({ at: from, offset, exact }, index) => {
    const to = offsets[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    if (at < from - tolerance || at > to + tolerance) return false;
    // Set back, the clock shows times that were given before: those are avoided, towards the right time.
    const [low, high] = [at + offset - tolerance, at + Math.max(offset, 0) + tolerance];
    return !exact || (observedAt >= low && observedAt <= high);
  });
}

function checkGaps({ truth, stored, until, longestGapMs, gapsFrom }: CheckOptions): {
  gapsExplained: number;
  gapsUnexplained: string[];
} {
  let gapsExplained = 0;
  const gapsUnexplained: string[] = [];
  const explained = (device: string, from: number, to: number): boolean =>
    truth.pauses.some((pause) => concerns(pause, device) && pause.from <= to && pause.to >= from);
  for (const [device, asked] of truth.asked) {
    const times = [gapsFrom, ...asked.filter((at) => at > gapsFrom && at <= until), until];
    times.forEach((at, index) => {
      const before = times[index - 1] ?? at;
      if (at - before <= longestGapMs) return;
      if (explained(device, before, at)) gapsExplained += 1;
      else gapsUnexplained.push(`${device} was not asked from ${clockTime(before)} to ${clockTime(at)}`);
    });
  }
  for (const [series, readings] of stored) {
    for (const { value, reason, observedAt } of readings) {
      if (value !== null) continue;
      // A clock that was set back shows some times twice: any of the moments that it may have been will do.
      const moments = offsetsAround(observedAt, until, truth).map((offset) => observedAt - offset);
      const [first = observedAt] = moments;
      if (moments.every((at) => at < gapsFrom)) continue;
      if (moments.some((at) => explained(deviceOf(series), at - 1000, at + longestGapMs))) gapsExplained += 1;
      else gapsUnexplained.push(`${series}: ${reason ?? 'no value'} at ${clockTime(first)}, and it answered`);
    }
  }
  return { gapsExplained, gapsUnexplained };
}

/** The offsets under which an observed time may have been taken; 0 where none fits. */
function offsetsAround(observedAt: number, until: number, { clock }: Truth): number[] {
  const fitting = clock.filter(({ at, offset }, index) => {
    const to = clock[index + 1]?.at ?? until;
    const moment = observedAt - offset;
    return moment >= at - TIME_TOLERANCE_MS && moment <= to + TIME_TOLERANCE_MS;
  });
  return fitting.length === 0 ? [0] : fitting.map(({ offset }) => offset);
}

function clockTime(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}
