import { Type, type Static } from '@sinclair/typebox';
import { Instant, Nullable } from './common.ts';

export const Verdict = Type.Union([
  Type.Literal('met'),
  Type.Literal('not_met'),
  Type.Literal('insufficient_data'),
  Type.Literal('not_measured'),
]);
export type Verdict = Static<typeof Verdict>;

/** One figure against what was agreed. */
export const Indicator = Type.Object({
  id: Type.Union([Type.Literal('completeness'), Type.Literal('latency_p95')]),
  value: Nullable(Type.Number()),
  unit: Type.Union([Type.Literal('%'), Type.Literal('ms')]),
  target: Type.Number(),
  better: Type.Union([Type.Literal('higher'), Type.Literal('lower')]),
  n: Type.Integer({ description: 'Slots (completeness) or readings (latency) that the figure rests on' }),
  expected: Nullable(Type.Integer({ description: 'Slots of the agreed interval expected in the period' })),
  missingShare: Nullable(Type.Number({ description: '0 to 1' })),
  interval: Nullable(
    Type.Object({
      low: Type.Number(),
      high: Type.Number(),
      confidence: Type.Number(),
      method: Type.String(),
    }),
  ),
  verdict: Verdict,
});
export type Indicator = Static<typeof Indicator>;

/** The same figures per device and metric: the data behind the number. */
export const EvaluationRow = Type.Object({
  device: Type.String(),
  metric: Type.String(),
  expected: Nullable(Type.Integer({ description: 'Slots of the agreed interval' })),
  complete: Type.Integer({ description: 'Slots that hold a good reading' }),
  good: Type.Integer({ description: 'Good readings' }),
  bad: Type.Integer(),
  synthetic: Type.Integer({ description: 'Of these, synthetic readings' }),
  completenessPercent: Nullable(Type.Number()),
  latencyP95Ms: Nullable(Type.Number()),
});
export type EvaluationRow = Static<typeof EvaluationRow>;

/** GET /api/v1/pilots/{pilot}/evaluation?from=&to= */
export const Evaluation = Type.Object({
  pilot: Type.String(),
  from: Instant,
  to: Instant,
  computedAt: Instant,
  verdict: Verdict,
  containsSynthetic: Type.Boolean(),
  indicators: Type.Array(Indicator),
  days: Type.Array(
    Type.Object({
      day: Type.String({ format: 'date' }),
      completenessPercent: Nullable(Type.Number()),
      synthetic: Type.Boolean(),
    }),
    { description: 'Local days (Europe/Bucharest), for the chart' },
  ),
  rows: Type.Array(EvaluationRow),
});
export type Evaluation = Static<typeof Evaluation>;
