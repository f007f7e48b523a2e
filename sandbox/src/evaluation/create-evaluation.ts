import { seededRandom, type Clock } from '@city-testbed/runtime';
import type { Evaluation, EvaluationRow, Indicator } from '../contract/index.ts';
import { sandboxError } from '../errors.ts';
import type { PilotRecord, Pilots } from '../pilots/pilots.ts';
import type { DeviceRegistry } from '../store/device-registry.ts';
import type { Grant, ReadingStore, SeriesSummary } from '../store/reading-store.ts';
import { blockBootstrap } from './bootstrap.ts';
import { Completeness, percent, type SeriesName } from './completeness.ts';
import type { PilotEvaluation } from './evaluation.ts';
import { hourMs, judgedPeriod, localDay, wholeHours, type Period } from './period.ts';
import { overall, verdictOf } from './verdict.ts';

/** Hours of series that one answer of the store may hold: taking it over costs the HTTP thread some 10 ms. */
const hoursAtOnce = 20_000;
const mostHours = 2_000_000;

export interface EvaluationParts {
  readonly store: ReadingStore;
  readonly registry: DeviceRegistry;
  readonly pilots: Pick<Pilots, 'agreedGrants'>;
  readonly clock: Clock;
  /** IANA name; local days are counted in it. */
  readonly timeZone: string;
}

/** Queries run in the store's reader workers; what is left here is adding up, in bounded steps. */
export function createEvaluation({
  store,
  registry,
  pilots,
  clock,
  timeZone,
}: EvaluationParts): PilotEvaluation {
  const dayOf = localDay(timeZone);

  const count = async (
    grants: readonly Grant[],
    period: Period,
    slotMs: number,
    series: readonly SeriesName[],
  ) => {
    const hours = wholeHours(period, slotMs);
    const total = ((hours.to - hours.from) / hourMs) * series.length;
    if (total > mostHours) {
      throw sandboxError('SANDBOX_EVALUATION_TOO_LONG', `${total} hours of series; at most ${mostHours}`);
    }
    const completeness = new Completeness(hours, slotMs, series);
    const step = Math.max(1, Math.floor(hoursAtOnce / Math.max(1, series.length))) * hourMs;
    for (let from = hours.from; from < hours.to; from += step) {
      const to = Math.min(hours.to, from + step);
      completeness.add(await store.hourCounts({ grants, from, to, slotMs }));
    }
    return completeness;
  };

  return {
    evaluate: async (pilot, asked = {}) => {
      const now = clock.now();
      const period = judgedPeriod(pilot, asked, now);
      const slotMs = pilot.target.intervalSeconds * 1000;
      const grants = pilots.agreedGrants(pilot.id);
      const { series, unknown } = agreedSeries(grants, registry);
      const completeness = await count(grants, period, slotMs, series);
      const summaries = period.to > period.from ? await store.summarise({ grants, ...period }) : [];

      const indicators = [
        completenessIndicator(pilot, completeness, unknown.length > 0),
        latencyIndicator(pilot, summaries),
      ];
      return {
        pilot: pilot.id,
        from: new Date(period.from).toISOString(),
        to: new Date(period.to).toISOString(),
        computedAt: new Date(now).toISOString(),
        verdict: overall(indicators.map(({ verdict }) => verdict)),
        containsSynthetic: summaries.some(({ synthetic }) => synthetic > 0),
        indicators,
        days: completeness.days(dayOf).map((share) => ({
          day: share.day,
          completenessPercent: percent(share),
          synthetic: share.synthetic,
        })),
        rows: [...rows(series, completeness, summaries), ...unknown.map(unknownRow)],
      } satisfies Evaluation;
    },
  };
}

/** What the agreement names, metric by metric; devices that nobody knows cannot be told apart and stand alone. */
function agreedSeries(grants: readonly Grant[], registry: DeviceRegistry) {
  const series: SeriesName[] = [];
  const unknown: string[] = [];
  for (const { device, metrics } of grants) {
    const names = metrics ?? registry.device(device)?.metrics.map(({ name }) => name) ?? [];
    if (names.length === 0) unknown.push(device);
    series.push(...names.map((metric) => ({ device, metric })));
  }
  return { series, unknown };
}

function completenessIndicator(pilot: PilotRecord, counted: Completeness, hasUnknown: boolean): Indicator {
  const { complete, expected, hours } = counted;
  const value = percent({ part: complete, whole: expected });
  const { completenessPercent: target, minimumReadings } = pilot.target;
  const figure = { value, target, better: 'higher' as const, n: complete };
  const verdict = verdictOf(figure, minimumReadings);
  return {
    id: 'completeness',
    unit: '%',
    ...figure,
    expected,
    missingShare: expected > 0 ? Math.max(0, 1 - complete / expected) : null,
    interval: expected > 0 ? blockBootstrap(hours, seededRandom(seedOf(pilot.id))) : null,
    // A device that never showed up has slots that nobody can count: no "met" without it.
    verdict: hasUnknown && verdict === 'met' ? 'insufficient_data' : verdict,
  };
}

/**
 * The worst series' 95th percentile: the percentile of all readings together is never above it, and one slow device
 * does not hide behind many fast ones. Of live readings alone: synthetic and historical ones say nothing of the way.
 */
function latencyIndicator(pilot: PilotRecord, summaries: readonly SeriesSummary[]): Indicator {
  const values = summaries.flatMap(({ latencyP95Ms }) => (latencyP95Ms === null ? [] : [latencyP95Ms]));
  const n = summaries.reduce((sum, { latencyCount }) => sum + latencyCount, 0);
  const value = values.length > 0 ? Math.max(...values) : null;
  const { latencyP95Ms: target, minimumReadings } = pilot.target;
  const figure = { value, target, better: 'lower' as const, n };
  return {
    id: 'latency_p95',
    unit: 'ms',
    ...figure,
    expected: null,
    missingShare: null,
    interval: null,
    verdict: verdictOf(figure, minimumReadings),
  };
}

function rows(
  series: readonly SeriesName[],
  counted: Completeness,
  summaries: readonly SeriesSummary[],
): EvaluationRow[] {
  const summaryOf = new Map(summaries.map((summary) => [`${summary.device}\n${summary.metric}`, summary]));
  return series.map((name) => {
    const { complete, expected } = counted.ofSeries(name);
    const summary = summaryOf.get(`${name.device}\n${name.metric}`);
    return {
      device: name.device,
      metric: name.metric,
      expected,
      complete,
      good: summary?.good ?? 0,
      bad: summary?.bad ?? 0,
      synthetic: summary?.synthetic ?? 0,
      completenessPercent: percent({ part: complete, whole: expected }),
      latencyP95Ms: summary?.latencyP95Ms ?? null,
    };
  });
}

function unknownRow(device: string): EvaluationRow {
  const nothing = { complete: 0, good: 0, bad: 0, synthetic: 0 };
  return { device, metric: '*', expected: null, ...nothing, completenessPercent: null, latencyP95Ms: null };
}

/** The same pilot and data give the same interval. FNV-1a. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
