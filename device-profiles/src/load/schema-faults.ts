import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { signals } from '../format/signal.ts';
import { shown, type ProfileFault } from './fault.ts';

/** Every fault at once, defaults filled in. */
export function newValidator(): Ajv2020 {
  return new Ajv2020({
    allErrors: true,
    verbose: true,
    useDefaults: true,
    discriminator: true,
    allowUnionTypes: true,
  });
}

/** Of a failed anyOf or oneOf only the summary is kept, not the complaint of each branch. */
export function withoutNoise(errors: readonly ErrorObject[]): ErrorObject[] {
  const groups = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  return errors.filter(
    (error) =>
      error.keyword !== 'if' &&
      !groups.some((group) => group !== error && error.schemaPath.startsWith(`${group.schemaPath}/`)),
  );
}

/** What an error of the schema is to a person. */
export function faultOf(error: ErrorObject): ProfileFault {
  const base = error.instancePath.slice(1).replaceAll('/', '.');
  const parent = (error.parentSchema ?? {}) as { description?: string; properties?: object };
  const params = error.params as Record<string, unknown>;
  const key = params['missingProperty'] ?? params['additionalProperty'];
  const path = [base, ...(typeof key === 'string' ? [key] : [])].filter((part) => part !== '').join('.');
  const about = parent.description === undefined ? '' : ` (${parent.description})`;
  const allowed = (text: string): string => `${text}${error.keyword === 'required' ? '' : about}`;
  switch (error.keyword) {
    case 'required':
      return { path, found: 'nothing', allowed: 'this key is required' };
    case 'additionalProperties':
      return {
        path,
        found: 'an unknown key',
        allowed: `one of ${Object.keys(parent.properties ?? {}).join(', ')}`,
      };
    case 'enum':
      return {
        path,
        found: shown(error.data),
        allowed: allowed((params['allowedValues'] as unknown[]).join(', ')),
      };
    case 'const':
      return { path, found: shown(error.data), allowed: allowed(shown(params['allowedValue'])) };
    case 'discriminator':
      return {
        path: `${path}.kind`,
        found: shown(params['tagValue']),
        allowed: Object.keys(signals).join(', '),
      };
    case 'anyOf':
    case 'oneOf':
      return {
        path,
        found: shown(error.data),
        allowed: parent.description ?? 'one of the forms in docs/reference/device-profile-format.md',
      };
    default:
      return { path: path || '(top)', found: shown(error.data), allowed: allowed(error.message ?? '') };
  }
}
