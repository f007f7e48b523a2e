import { useCallback } from 'react';
import { useSearchParams } from 'react-router';
import type { MetricState } from '../../../../src/contract/index.ts';
import { keyMetric } from '../../format/units.ts';
import type { Window } from '../../api/queries.ts';

export const ranges = ['1h', '1d', '1m'] as const;
export type Range = (typeof ranges)[number];

const lengthMs: Record<Range, number> = { '1h': 3_600_000, '1d': 86_400_000, '1m': 30 * 86_400_000 };
/** How often a chart is read again, in ms: a minute chart cannot change faster. */
export const refreshMs: Record<Range, number> = { '1h': 5_000, '1d': 30_000, '1m': 300_000 };

/** The period that ends now. */
export function windowOf(range: Range, now: number): Window {
  return { from: new Date(now - lengthMs[range]).toISOString(), to: new Date(now).toISOString() };
}

export interface HistoryChoice {
  readonly metric: MetricState | undefined;
  readonly range: Range;
  readonly chooseMetric: (name: string) => void;
  readonly chooseRange: (range: Range) => void;
}

/** The metric and period of the chart, kept in the address so that a figure elsewhere can link to it. */
export function useHistoryChoice(metrics: readonly MetricState[]): HistoryChoice {
  const [chosen, choose] = useSearchParams();
  const set = useCallback(
    (name: string, value: string) => {
      choose(
        (old) => {
          const next = new URLSearchParams(old);
          next.set(name, value);
          return next;
        },
        { replace: true, preventScrollReset: true },
      );
    },
    [choose],
  );
  const wanted = chosen.get('metric');
  return {
    metric: metrics.find(({ name }) => name === wanted) ?? keyMetric(metrics),
    range: ranges.find((range) => range === chosen.get('range')) ?? '1h',
    chooseMetric: useCallback((name: string) => set('metric', name), [set]),
    chooseRange: useCallback((range: Range) => set('range', range), [set]),
  };
}
