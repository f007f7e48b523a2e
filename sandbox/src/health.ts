import { messageOf, type Clock } from '@city-testbed/runtime';
import type { Connectors } from './connectors/connectors.ts';
import type { Health } from './contract/index.ts';

export interface HealthParts {
  readonly version: string;
  readonly store: { probe(): Promise<void> };
  readonly link: { readonly connected: boolean };
  readonly ingest: { state(): { readonly up: boolean; readonly detail: string } };
  readonly connectors: Pick<Connectors, 'list'>;
  readonly clock: Clock;
}

type Part = Health['parts'][string];

/** A store that needs longer than this for one small write is down for those who wait for it. */
const PROBE_MS = 2000;

/** The state of each part, for GET /health. */
export function createHealth(parts: HealthParts): () => Promise<Health> {
  return async () => {
    const checked: Health['parts'] = {
      http: part(true, 'answers'),
      store: await storePart(parts),
      broker: part(
        parts.link.connected,
        parts.link.connected ? 'connected as host' : 'not connected; it is tried again',
      ),
      ingest: part(parts.ingest.state().up, parts.ingest.state().detail),
      connectors: connectorsPart(parts.connectors),
    };
    const failing = Object.values(checked).some(({ status }) => status === 'down');
    return { status: failing ? 'failing' : 'ok', version: parts.version, parts: checked };
  };
}

function part(up: boolean, detail: string): Part {
  return { status: up ? 'up' : 'down', detail };
}

async function storePart({ store, clock }: HealthParts): Promise<Part> {
  const timer = new AbortController();
  const late = clock.sleep(PROBE_MS, timer.signal).then(() => part(false, `no answer within ${PROBE_MS} ms`));
  const probe = store.probe().then(
    () => part(true, 'written and read'),
    (error: unknown) => part(false, messageOf(error)),
  );
  try {
    return await Promise.race([probe, late]);
  } finally {
    timer.abort();
  }
}

/** The testbed works while a system of somebody else's does not answer: such a connector is named, and up. */
function connectorsPart(connectors: Pick<Connectors, 'list'>): Part {
  const list = connectors.list();
  const failing = list.filter(({ state }) => state === 'failing').map(({ id }) => id);
  return part(
    true,
    failing.length === 0 ? `${list.length} configured` : `no answer for ${failing.join(', ')}`,
  );
}
