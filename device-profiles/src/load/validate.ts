import { Value } from '@sinclair/typebox/value';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { asWritten } from '../format/json-schema.ts';
import { profileSchemas, type DeviceProfile, type Transport } from '../format/profile.ts';
import { signals } from '../format/signal.ts';
import { shown, type ProfileFault } from './fault.ts';
import { faultOf, newValidator, withoutNoise } from './schema-faults.ts';

/** What the schema says of a document. `sound` tells which parts the lint may look at. */
export interface Validation {
  readonly faults: readonly ProfileFault[];
  /** With defaults filled in; without the metrics that are not even of the right shape. */
  readonly profile: DeviceProfile | undefined;
  /** Where some metrics are missing from `profile`: the places of the others in the file. */
  readonly kept: readonly number[] | undefined;
}

const transports = Object.keys(profileSchemas) as Transport[];
/** These faults leave the shape of the document intact, so that the lint can still look at it. */
const harmless = new Set([
  'additionalProperties',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'pattern',
  'minLength',
  'maxLength',
  'minItems',
  'minProperties',
]);

const ajv = newValidator();
const validators = new Map<Transport, ValidateFunction>();

function validatorOf(transport: Transport): ValidateFunction {
  const known = validators.get(transport);
  if (known) return known;
  const fresh = ajv.compile(asWritten(profileSchemas[transport]) as object);
  validators.set(transport, fresh);
  return fresh;
}

/** Checks a document against the schema of its transport and fills in the defaults. */
export function validateDocument(document: unknown): Validation {
  const transport: unknown =
    typeof document === 'object' && document !== null && 'transport' in document
      ? document.transport
      : undefined;
  const known = transports.find((name) => name === transport);
  if (known === undefined) {
    const fault = { path: 'transport', found: shown(transport), allowed: transports.join(', ') };
    return { faults: [fault], profile: undefined, kept: undefined };
  }
  const validate = validatorOf(known);
  validate(document);
  const errors = withoutNoise(validate.errors ?? []);
  const faults = errors.map(faultOf);
  const broken = errors.filter(({ keyword }) => !harmless.has(keyword));
  return { faults, ...soundPart(document as DeviceProfile, broken) };
}

/** Leaves out the metrics with a broken shape; nothing is left where anything else is broken. */
function soundPart(
  document: DeviceProfile,
  broken: readonly ErrorObject[],
): Pick<Validation, 'profile' | 'kept'> {
  if (broken.length === 0) return { profile: withSignalDefaults(document), kept: undefined };
  const indexes = broken.map(({ instancePath }) => /^\/metrics\/(\d+)/.exec(instancePath)?.[1]);
  if (indexes.includes(undefined)) return { profile: undefined, kept: undefined };
  const kept = [...document.metrics.keys()].filter((at) => !indexes.includes(String(at)));
  const sound = { ...document };
  (sound.metrics as unknown[]) = kept.map((at) => document.metrics[at]);
  return { profile: sound, kept };
}

/** Ajv fills in no defaults inside oneOf, so those of the signals are filled in here. */
function withSignalDefaults(profile: DeviceProfile): DeviceProfile {
  for (const signal of Object.values(profile.simulate?.signals ?? {})) {
    Value.Default(signals[signal.kind], signal);
  }
  return profile;
}
