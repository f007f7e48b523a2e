import type { ConfigFault } from '@city-testbed/runtime';
import type { FastifySchemaValidationError } from 'fastify';

/** ajv with `verbose` says what it found as well. */
type Fault = FastifySchemaValidationError & { readonly data?: unknown };

/** Every fault that ajv found, in the form in which the configuration reports its own. */
export function inputFaults(
  validation: readonly FastifySchemaValidationError[],
  context = 'body',
): ConfigFault[] {
  const faults = validation.map((error) => faultOf(error, context));
  // A union reports one fault for each of its members: the reader needs the place once.
  const byPlace = new Map<string, ConfigFault>();
  for (const fault of faults) {
    const key = `${fault.path} ${fault.found}`;
    const known = byPlace.get(key);
    const allowed = known ? `${known.allowed} or ${fault.allowed}` : fault.allowed;
    byPlace.set(key, { ...fault, allowed });
  }
  return [...byPlace.values()];
}

function faultOf(error: Fault, context: string): ConfigFault {
  const { keyword, params } = error;
  const at = error.instancePath.split('/').slice(1).map(unescape);
  const path = (more: readonly string[] = []): string => [...at, ...more].join('.') || `(${context})`;
  if (keyword === 'additionalProperties') {
    const key = String(params['additionalProperty']);
    return { path: path([key]), found: 'an unknown key', allowed: 'remove it, or check its spelling' };
  }
  if (keyword === 'required') {
    return {
      path: path([String(params['missingProperty'])]),
      found: 'nothing',
      allowed: 'a value: it is required',
    };
  }
  if (keyword === 'const')
    return { path: path(), found: shorten(error.data), allowed: shorten(params['allowedValue']) };
  return {
    path: path(),
    found: shorten(error.data),
    allowed: (error.message ?? keyword).replace(/^must /, ''),
  };
}

/** RFC 6901: how / and ~ stand in a JSON pointer. */
function unescape(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

function shorten(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
