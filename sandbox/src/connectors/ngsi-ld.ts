import { askTarget, isFinal, retryAfterMs, type TargetAnswer } from './http-target.ts';
import type { Outcome, Target } from './delivery.ts';
import { mergeEntities } from './ngsi-ld-entity.ts';
import type { Outgoing } from './outgoing-queue.ts';

export interface NgsiLdSettings {
  readonly url: string;
  readonly tenant?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

const batch = 100;

/**
 * Batch upsert of a context broker (ETSI GS CIM 009, clause 6.16). `options=update`, since without it the attributes
 * that a message does not hold would be deleted at the other end.
 */
export function ngsiLdTarget({ url, tenant, headers }: NgsiLdSettings): Target {
  const endpoint = `${url.replace(/\/+$/, '')}/ngsi-ld/v1/entityOperations/upsert?options=update`;
  const sent = {
    ...headers,
    'content-type': 'application/ld+json',
    accept: 'application/json',
    ...(tenant === undefined ? {} : { 'NGSILD-Tenant': tenant }),
  };
  return {
    batch,
    tries: Infinity,
    merge: mergeEntities,
    deliver: async (items, stop) => {
      const body = `[${items.map(({ payload }) => payload).join(',')}]`;
      return outcomeOf(items, await askTarget(endpoint, { method: 'POST', headers: sent, body }, stop));
    },
  };
}

/** 201: all made or updated; 204: all updated; 207: some failed, and the body says which (clause 5.2.16). */
function outcomeOf(items: readonly Outgoing[], answer: TargetAnswer): Outcome {
  const { status, body, headers } = answer;
  if (status === 207) return partial(items, body);
  if (status >= 200 && status < 300) return { delivered: items, refused: [], postponed: [] };
  const error = `HTTP ${status}: ${body.slice(0, 500)}`;
  if (isFinal(status) && items.length === 1) {
    return { delivered: [], refused: items.map((item) => ({ item, error })), postponed: [], error };
  }
  // A refused batch is tried one by one, which finds the entity that is at fault.
  const waitMs = isFinal(status) ? 1 : retryAfterMs(headers);
  return { delivered: [], refused: [], postponed: items, error, ...(waitMs === undefined ? {} : { waitMs }) };
}

function partial(items: readonly Outgoing[], body: string): Outcome {
  const failures = failuresOf(body);
  if (!failures) {
    const error = 'HTTP 207 with a body that does not say what failed';
    return { delivered: [], refused: [], postponed: items, error };
  }
  const refused = items.flatMap((item) => {
    const error = failures.get(item.key);
    return error === undefined ? [] : [{ item, error }];
  });
  return { delivered: items.filter(({ key }) => !failures.has(key)), refused, postponed: [] };
}

/** Entity id to what went wrong with it. Undefined where the body is not a BatchOperationResult. */
function failuresOf(body: string): ReadonlyMap<string, string> | undefined {
  let result: unknown;
  try {
    result = JSON.parse(body);
  } catch {
    return undefined; // the caller says so
  }
  if (typeof result !== 'object' || result === null || !('errors' in result)) return undefined;
  if (!Array.isArray(result.errors)) return undefined;
  const failures = new Map<string, string>();
  for (const failure of result.errors as unknown[]) {
    if (typeof failure !== 'object' || failure === null || !('entityId' in failure)) return undefined;
    if (typeof failure.entityId !== 'string') return undefined;
    failures.set(
      failure.entityId,
      JSON.stringify('error' in failure ? failure.error : failure).slice(0, 500),
    );
  }
  return failures;
}
