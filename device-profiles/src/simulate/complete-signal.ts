import { Value } from '@sinclair/typebox/value';
import { profileError } from '../errors.ts';
import { asWritten } from '../format/json-schema.ts';
import { Signal, signals, type SignalKind } from '../format/signal.ts';
import { faultOf, newValidator, withoutNoise } from '../load/schema-faults.ts';

const validate = newValidator().compile<Signal>(asWritten(Signal) as object);

/**
 * A signal as a file would write it, with its defaults filled in, for callers that make signals in code.
 * Throws PROFILE_SIMULATION_INVALID with every fault.
 * @example completeSignal({ kind: 'counter', per: 'read' })
 */
export function completeSignal(
  written: Readonly<Record<string, unknown>> & { readonly kind: string },
): Signal {
  const signal: unknown = structuredClone(written);
  if (validate(signal)) {
    Value.Default(signals[signal.kind satisfies SignalKind], signal);
    return signal;
  }
  const faults = withoutNoise(validate.errors ?? []).map(faultOf);
  const lines = faults.map(({ path, found, allowed }) => `${path}: found ${found}; allowed: ${allowed}`);
  throw profileError('PROFILE_SIMULATION_INVALID', lines.join('; '), { context: { faults } });
}
