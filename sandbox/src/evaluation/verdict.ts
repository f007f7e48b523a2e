import type { Indicator, Verdict } from '../contract/index.ts';

/** A figure against its target: not measured without one, and no verdict on less data than was agreed. */
export function verdictOf(
  figure: Pick<Indicator, 'value' | 'target' | 'better' | 'n'>,
  minimum: number,
): Verdict {
  if (figure.value === null) return figure.n === 0 ? 'not_measured' : 'insufficient_data';
  if (figure.n < minimum) return 'insufficient_data';
  const met = figure.better === 'higher' ? figure.value >= figure.target : figure.value <= figure.target;
  return met ? 'met' : 'not_met';
}

/** All indicators together: one that is not met decides; then one that could not be judged. */
export function overall(verdicts: readonly Verdict[]): Verdict {
  for (const verdict of ['not_met', 'insufficient_data', 'not_measured'] as const) {
    if (verdicts.includes(verdict)) return verdict;
  }
  return verdicts.length > 0 ? 'met' : 'not_measured';
}
