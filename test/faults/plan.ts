import type { Random } from '@city-testbed/runtime';
import { between, whyNot, type Fault, type Injection, type Target } from './faults.ts';

export interface Planned {
  readonly fault: Fault;
  readonly injection: Injection;
  /** After the beginning of the round. */
  readonly afterMs: number;
}

/** Faults of one round, which overlap as their times have it. After a round everything is healed and checked. */
export type Round = readonly Planned[];

/**
 * Rounds without end. Drawn from the seed alone, whatever happened meanwhile and whatever this machine lacks: a fault
 * that cannot be injected here is drawn and left out, so that the others stay the same.
 */
export function* rounds(random: Random, faults: readonly Fault[]): Generator<Round> {
  for (;;) {
    // Every fault comes once before any comes again.
    const waiting = [...faults];
    while (waiting.length > 0) {
      const size = between(random, 1, 3);
      const taken = new Set<Target>();
      const round: Planned[] = [];
      for (let tries = 0; tries < 8 && round.length < size && waiting.length > 0; tries++) {
        const at = between(random, 0, waiting.length - 1);
        const fault = waiting[at]!;
        if (fault.targets.some((target) => taken.has(target))) continue;
        waiting.splice(at, 1);
        for (const target of fault.targets) taken.add(target);
        const afterMs = round.length === 0 ? 0 : between(random, 0, 3000);
        round.push({ fault, injection: fault.draw(random), afterMs });
      }
      yield round.filter(({ fault }) => whyNot(fault) === undefined);
    }
  }
}
