import { hexBytes } from '../decode/checksum.ts';
import { createFrameDecoder } from '../decode/frames.ts';
import { createLineDecoder } from '../decode/lines.ts';
import type { Decoded, DecodedMetric } from '../decode/outcome.ts';
import { decodeLevel, decodePulses, decodeRate } from '../decode/pulses.ts';
import type { Expected } from '../format/expect.ts';
import type { GpioMetric, GpioVector } from '../format/gpio.ts';
import type { DeviceProfile } from '../format/profile.ts';
import { shown } from '../load/fault.ts';
import { runDerivedVectors } from './derived.ts';
import { lineBytes } from './line.ts';
import { runModbusVector } from './modbus.ts';
import type { VectorResult } from './vector-result.ts';

export type { VectorResult };

/** Decodes every vector of a profile, those of its derived metrics too, and compares with what it expects. */
export function runVectors(profile: DeviceProfile): VectorResult[] {
  return [...decodeVectors(profile), ...runDerivedVectors(profile)];
}

function decodeVectors(profile: DeviceProfile): VectorResult[] {
  switch (profile.transport) {
    case 'modbus':
      return profile.tests.map((vector, index) =>
        result(index, vector, runModbusVector(profile, vector.request, vector.response)),
      );
    case 'serial-frame':
      return profile.tests.map((vector, index) =>
        result(index, vector, createFrameDecoder(profile).push(hexBytes(vector.input))),
      );
    case 'serial-line':
      return profile.tests.map((vector, index) =>
        result(index, vector, createLineDecoder(profile).push(lineBytes(vector.input))),
      );
    case 'gpio':
      return profile.tests.map((vector, index) =>
        result(index, vector, [
          { ok: true, values: profile.metrics.flatMap((metric) => gpioValue(metric, vector)) },
        ]),
      );
  }
}

type Outcome =
  | { readonly ok: true; readonly values: readonly DecodedMetric[] }
  | { readonly ok: false; readonly reason: string };

function result(
  index: number,
  vector: { note?: string; expect: Record<string, Expected> },
  outcomes: readonly Outcome[],
): VectorResult {
  const values = new Map<string, Decoded>();
  const refused: string[] = [];
  for (const outcome of outcomes) {
    if (!outcome.ok) refused.push(outcome.reason);
    else for (const { metric, result: decoded } of outcome.values) values.set(metric, decoded);
  }
  const missing = refused.length > 0 ? `nothing (${refused.join(', ')})` : 'nothing';
  const failures = Object.entries(vector.expect).flatMap(([name, expected]) => {
    const decoded = values.get(name);
    if (decoded === undefined) return [`${name}: expected ${shown(expected)}, got ${missing}`];
    return matches(expected, decoded)
      ? []
      : [
          `${name}: expected ${shown(expected)}, got ${decoded.ok ? shown(decoded.value) : `{ bad: ${decoded.reason} }`}`,
        ];
  });
  return { index, note: vector.note, failures };
}

/**
 * Manuals round: 230.2 in print is 43 66 33 34 on the wire, which is 230.20001220703125. So a value that is a FLOAT32
 * may be two steps of its mantissa away; any other must agree to nine digits.
 */
function matches(expected: Expected, decoded: Decoded): boolean {
  if (typeof expected === 'object') return !decoded.ok && decoded.reason === expected.bad;
  if (!decoded.ok) return false;
  const { value } = decoded;
  if (typeof expected !== 'number' || typeof value !== 'number') {
    return value === expected || (typeof value === 'bigint' && value.toString() === String(expected));
  }
  const float32 = !Number.isInteger(value) && Math.fround(value) === value;
  const tolerance = float32 ? 2 ** -22 : 1e-9;
  return Math.abs(value - expected) <= tolerance * Math.max(1, Math.abs(expected));
}

function gpioValue(metric: GpioMetric, vector: GpioVector): DecodedMetric[] {
  const { mode } = metric.pin;
  const of = (decoded: Decoded): DecodedMetric[] => [{ metric: metric.name, result: decoded }];
  if (mode === 'input' || mode === 'output')
    return vector.level === undefined ? [] : of(decodeLevel(metric, vector.level));
  if (vector.pulses === undefined) return [];
  return of(
    mode === 'count'
      ? decodePulses(metric, vector.pulses)
      : decodeRate(metric, vector.pulses, vector.seconds ?? 1),
  );
}
