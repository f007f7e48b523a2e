import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@city-testbed/runtime';
import { check, isClean, type Verdict } from './check.ts';
import type { City } from './city.ts';

/**
 * The longest pause between two questions to a device that needs no reason, ms: an interval of a second, and the
 * time-outs of three silent neighbours that were asked one after the other.
 */
export const LONGEST_GAP_MS = 5000;

/** Resident memory of a gateway with 23 devices, in bytes. Node itself takes some 60 MiB. */
export const GATEWAY_MEMORY_LIMIT = 256 * 1024 * 1024;

export interface Settled {
  readonly verdict: Verdict;
  /** Why the city did not settle; undefined where all is well. */
  readonly failure: string | undefined;
  readonly tookMs: number;
}

/**
 * Waits until the gateway asks again and everything that was served is stored, and says what is wrong where that never
 * comes true.
 */
export async function settle(
  city: City,
  gapsFrom: number,
  timeoutMs = 60_000,
  until?: number,
): Promise<Settled> {
  const began = Date.now();
  const end = began + timeoutMs;
  // Up to a moment that is a little past: an answer may be on its way.
  const upTo = until ?? began;
  for (;;) {
    await sleep(300);
    const trouble = await city.look().then(
      () => undefined,
      (error: unknown) => messageOf(error),
    );
    const verdict = check({
      truth: city.truth,
      stored: city.store.series,
      until: upTo,
      longestGapMs: LONGEST_GAP_MS,
      gapsFrom,
    });
    const asked =
      until !== undefined || city.devices.every((id) => (city.truth.asked.get(id)?.at(-1) ?? 0) > began);
    if (trouble === undefined && asked && isClean(verdict)) {
      city.truth.settledAt = upTo;
      return { verdict, failure: undefined, tookMs: Date.now() - began };
    }
    // What is missing may come; what is wrong stays wrong.
    const { doubled, reordered, invented, mistimed, gapsUnexplained } = verdict;
    const hopeless = [doubled, reordered, invented, mistimed, gapsUnexplained].some(
      ({ length }) => length > 0,
    );
    if (hopeless || Date.now() > end) {
      const unasked = asked || hopeless ? [] : [`after ${timeoutMs} ms a device was not asked again`];
      const failure = [...(trouble === undefined ? [] : [trouble]), ...unasked, ...describe(verdict)].join(
        '\n',
      );
      return { verdict, failure: failure || 'it did not settle', tookMs: Date.now() - began };
    }
  }
}

/** A few lines of each kind of fault. */
export function describe(verdict: Verdict): string[] {
  const { lost, doubled, reordered, invented, mistimed, gapsUnexplained } = verdict;
  return Object.entries({ lost, doubled, reordered, invented, mistimed, gapsUnexplained }).flatMap(
    ([kind, findings]) =>
      findings.length === 0
        ? []
        : [`${findings.length} ${kind}:`, ...findings.slice(0, 8).map((line) => `  ${line}`)],
  );
}
