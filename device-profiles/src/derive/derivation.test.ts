import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { DerivedMetric } from '../format/derived.ts';
import type { DeviceProfile } from '../format/profile.ts';
import { parseProfile, profileFaults } from '../load/parse.ts';
import { runVectors } from '../vectors/run.ts';
import { createDerivation, wrapOf, type SourceReading } from './derivation.ts';

const base = { name: 'result', label: { en: 'Result', ro: 'Rezultat' }, unit: 'W', datatype: 'Double' };
const source = {
  name: 'count',
  label: { en: 'Count', ro: 'Numar' },
  unit: 'Wh',
  datatype: 'UInt16',
  intervalMs: 1000,
  register: { table: 'input', address: 0, type: 'uint16' },
};

function text(derived: object, metric: object = source): string {
  return stringify({
    format: 1,
    id: 'test/device',
    vendor: 'Test',
    model: 'Device',
    description: { en: 'A device', ro: 'Un dispozitiv' },
    sources: [{ title: 'made for this test' }],
    transport: 'modbus',
    metrics: [metric],
    derived: [{ ...base, from: 'count', ...derived }],
  });
}

function profileWith(derived: object, metric?: object): { profile: DeviceProfile; derived: DerivedMetric } {
  const profile = parseProfile(text(derived, metric), 'test.yaml');
  const [first] = profile.derived;
  if (!first) throw new Error('nothing derived');
  return { profile, derived: first };
}

/** Feeds readings, each [seconds, value or reason], and lists what they yield. */
function yields(
  derived: object,
  readings: readonly (readonly [number, number | bigint | string])[],
  metric?: object,
): unknown[] {
  const made = profileWith(derived, metric);
  const derivation = createDerivation(made.profile, made.derived, 1000);
  return readings.map(([seconds, given]) => {
    const time = { at: seconds * 1000, uptime: seconds * 1000 };
    const reading: SourceReading<string> =
      typeof given === 'string' ? { ...time, reason: given } : { ...time, value: given };
    const found = derivation.take(reading);
    return found && ('value' in found ? found.value : found.reason);
  });
}

describe('a rate', () => {
  test('needs two readings, and is in the unit of time that the profile says', () => {
    const readings = [
      [0, 10],
      [1, 12],
      [3, 12],
      [4, 15],
    ] as const;
    expect(yields({ kind: 'rate' }, readings)).toEqual(['stale', 2, 0, 3]);
    expect(yields({ kind: 'rate', per: 'hour', scale: 0.5 }, readings)).toEqual(['stale', 3600, 0, 5400]);
  });

  test('goes on over the end of the counter, by its width or by the profile', () => {
    const readings = [
      [0, 65_530],
      [1, 4],
    ] as const;
    expect(yields({ kind: 'rate' }, readings)).toEqual(['stale', 10]);
    expect(yields({ kind: 'rate', wrap: 65_531 }, readings)).toEqual(['stale', 5]);
    const wide = { ...source, register: { ...source.register, type: 'uint32', scale: 0.1 } };
    expect(wrapOf(profileWith({ kind: 'rate' }, wide).profile.metrics[0]!)).toBeCloseTo(429_496_729.6);
  });

  test('takes a counter that starts again at 0 for one that was reset: no value, and no spike', () => {
    const reset = [
      [0, 40_000],
      [1, 3],
      [2, 5],
    ] as const;
    expect(yields({ kind: 'rate' }, reset)).toEqual(['stale', 'stale', 2]);
    const float = { ...source, datatype: 'Float', register: { ...source.register, type: 'float32' } };
    expect(yields({ kind: 'rate' }, reset, float)).toEqual(['stale', 'stale', 2]);
  });

  test('says nothing over a gap, and follows the quality of its source', () => {
    const readings = [
      [0, 0],
      [1, 'no_response'],
      [2, 4],
      [60, 900],
      [61, 901],
    ] as const;
    expect(yields({ kind: 'rate' }, readings)).toEqual(['stale', 'no_response', 2, 'stale', 1]);
  });

  test('is exact where the counter is beyond what a number holds, and out of range where the profile says', () => {
    const big = 2n ** 62n;
    const metric = { ...source, datatype: 'UInt64', register: { ...source.register, type: 'uint64' } };
    expect(
      yields(
        { kind: 'rate', max: 5 },
        [
          [0, big],
          [1, big + 3n],
          [2, big + 10n],
        ],
        metric,
      ),
    ).toEqual(['stale', 3, 'out_of_range']);
  });

  test('does not see the wall clock jump', () => {
    const { profile, derived } = profileWith({ kind: 'rate' });
    const derivation = createDerivation(profile, derived, 1000);
    derivation.take({ at: 0, uptime: 0, value: 1 });
    expect(derivation.take({ at: 3_600_000, uptime: 1000, value: 2 })).toEqual({ value: 1 });
  });
});

describe('a window', () => {
  const five = [2, 4, 'checksum', 9, 1, 0, 0].map((value, at) => [at, value] as const);

  test.each([
    ['mean', 4],
    ['min', 1],
    ['max', 9],
    ['sum', 16],
  ])('gives the %s of its good values once it is over', (kind, value) => {
    const found = yields({ kind, windowMs: 5000, atLeast: 0.5 }, five);
    expect(found).toEqual([undefined, undefined, undefined, undefined, undefined, value, undefined]);
  });

  test('with too few good values is stale: half of them for a mean, nine tenths for a sum', () => {
    const thin = [1, 'checksum', 'checksum', 'checksum', 2, 0].map((value, at) => [at, value] as const);
    expect(yields({ kind: 'mean', windowMs: 5000 }, five)[5]).toBe(4);
    expect(yields({ kind: 'mean', windowMs: 5000 }, thin)[5]).toBe(1.5);
    expect(yields({ kind: 'mean', windowMs: 5000, atLeast: 0.6 }, thin)[5]).toBe('stale');
    expect(yields({ kind: 'sum', windowMs: 5000 }, thin)[5]).toBe('stale');
  });

  test('begins at a multiple of its length since the epoch, and one that nobody saw end is not told late', () => {
    const readings = [
      [8, 1],
      [9, 3],
      [10, 5],
      [30, 7],
      [35, 7],
    ] as const;
    expect(yields({ kind: 'mean', windowMs: 5000, atLeast: 0.2 }, readings)).toEqual([
      undefined,
      undefined,
      2,
      'stale',
      7,
    ]);
  });

  test('of a rate leaves out what happened across a reset', () => {
    const readings = [40_000, 40_002, 3, 4, 6, 6].map((value, at) => [at, value] as const);
    expect(yields({ kind: 'rate', windowMs: 5000 }, readings)[5]).toBeCloseTo(5 / 3, 6);
  });
});

describe('a profile', () => {
  const faults = (derived: object, metric?: object): string[] => {
    try {
      parseProfile(text(derived, metric), 'test.yaml');
    } catch (error) {
      return profileFaults(error).map(({ path }) => path);
    }
    return [];
  };

  test.each([
    ['a source that there is not', { kind: 'rate', from: 'other' }, ['derived.0.from']],
    ['a name that a metric has', { kind: 'rate', name: 'count' }, ['derived.0.name']],
    ['a mean without a window', { kind: 'mean' }, ['derived.0.windowMs']],
    ['keys of a rate on a sum', { kind: 'sum', windowMs: 5000, per: 'hour' }, ['derived.0.per']],
    ['a share of no window', { kind: 'rate', atLeast: 0.5 }, ['derived.0.atLeast']],
    ['a text as result', { kind: 'rate', datatype: 'String' }, ['derived.0.datatype']],
    ['a silence without a deadband', { kind: 'rate', maxSilenceMs: 5000 }, ['derived.0.maxSilenceMs']],
    [
      'vectors of uneven length',
      { kind: 'rate', tests: [{ everyMs: 1000, values: [1, 2], expect: [null] }] },
      ['derived.0.tests.0.expect'],
    ],
  ])('with %s is refused', (_, derived, paths) => {
    expect(faults(derived)).toEqual(paths);
  });

  test('with a source that is no number, or slower than the window, is refused', () => {
    const slow = { ...source, intervalMs: 60_000 };
    expect(faults({ kind: 'mean', windowMs: 5000 }, slow)).toEqual(['derived.0.windowMs']);
    const register = { table: 'coil', address: 0, type: 'bool' };
    const flag = { name: 'count', label: source.label, datatype: 'Boolean', register };
    expect(faults({ kind: 'rate' }, flag)).toEqual(['derived.0.from']);
    expect(faults({ kind: 'rate' }, { ...flag, deadband: 1 })).toEqual([
      'metrics.0.deadband',
      'derived.0.from',
    ]);
  });

  test('with a vector that does not come out fails with what came instead', () => {
    const tests = [{ everyMs: 1000, values: [1, 4], expect: [{ bad: 'stale' }, 2] }];
    expect(runVectors(profileWith({ kind: 'rate', tests }).profile)).toEqual([
      {
        index: 0,
        path: 'derived.0.tests.0',
        note: undefined,
        failures: ['result: expected 2 at reading 1, got 3'],
      },
    ]);
  });
});
