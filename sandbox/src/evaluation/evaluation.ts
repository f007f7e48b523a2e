import type { Evaluation } from '../contract/index.ts';
import type { PilotRecord } from '../pilots/pilots.ts';

/** Judges a pilot's data against what was agreed. docs/reference/evaluation.md has the formulas. */
export interface PilotEvaluation {
  /**
   * `from` and `to` in ms; default: from the pilot's start until now or its end. Both are cut to that.
   * Throws SANDBOX_EVALUATION_TOO_LONG where too many hours of too many series are asked for.
   */
  evaluate(
    pilot: PilotRecord,
    period?: { readonly from?: number; readonly to?: number },
  ): Promise<Evaluation>;
}
