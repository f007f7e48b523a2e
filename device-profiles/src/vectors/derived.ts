import { createDerivation, type DerivedValue } from '../derive/derivation.ts';
import type { DerivedMetric, DerivedVector } from '../format/derived.ts';
import type { DeviceProfile } from '../format/profile.ts';
import { shown } from '../load/fault.ts';
import type { VectorResult } from './vector-result.ts';

/** Feeds every vector of a profile's derived metrics to them and compares. */
export function runDerivedVectors(profile: DeviceProfile): VectorResult[] {
  let index = profile.tests.length;
  return profile.derived.flatMap((metric, place) =>
    metric.tests.map((vector, at) => ({
      index: index++,
      path: `derived.${place}.tests.${at}`,
      note: vector.note,
      failures: failuresOf(profile, metric, vector),
    })),
  );
}

function failuresOf(profile: DeviceProfile, metric: DerivedMetric, vector: DerivedVector): string[] {
  const derivation = createDerivation(profile, metric, vector.everyMs);
  return vector.values.flatMap((given, at) => {
    const time = { at: at * vector.everyMs, uptime: at * vector.everyMs };
    const found = derivation.take(
      typeof given === 'number' ? { ...time, value: given } : { ...time, reason: given.bad },
    );
    const wanted = vector.expect[at] ?? null;
    return matches(wanted, found)
      ? []
      : [`${metric.name}: expected ${shown(wanted)} at reading ${at}, got ${textOf(found)}`];
  });
}

function matches(wanted: DerivedVector['expect'][number], found: DerivedValue<string> | undefined): boolean {
  if (wanted === null || found === undefined) return wanted === null && found === undefined;
  if (typeof wanted !== 'number') return 'reason' in found && found.reason === wanted.bad;
  return 'value' in found && Math.abs(found.value - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));
}

function textOf(found: DerivedValue<string> | undefined): string {
  if (found === undefined) return 'nothing';
  return 'value' in found ? shown(found.value) : `{ bad: ${found.reason} }`;
}
