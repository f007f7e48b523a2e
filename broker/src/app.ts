import {
  Lifecycle,
  readSecret,
  systemClock,
  type Clock,
  type Logger,
  type Service,
} from '@city-testbed/runtime';
import { createAccess } from './access/create-access.ts';
import type { BrokerConfig } from './config/schema.ts';
import { Exchange } from './core/exchange.ts';
import { createListeners, type ListenerName } from './listeners/create-listeners.ts';
import { createDoor } from './listeners/door.ts';
import type { ClientConnection, ListenerAddress } from './listeners/listener.ts';
import { MetricsEndpoint } from './metrics/endpoint.ts';
import { healthOf } from './metrics/health.ts';
import { PrometheusMetrics } from './metrics/prometheus.ts';
import { Gatekeeper } from './sessions/gatekeeper.ts';
import { Incidents } from './sessions/incidents.ts';
import { hearRevocations, revocationsTopic } from './sessions/revocations.ts';
import { SessionTable } from './sessions/session-table.ts';
import { endingOf, TopicRules } from './sessions/topic-rules.ts';
import { Watch } from './sessions/watch.ts';
import { together } from './together.ts';

/** Where the broker listens, with the real ports; only what is enabled and has started. */
export type BrokerAddresses = Partial<Record<ListenerName | 'metrics', ListenerAddress>>;

export interface Broker extends Service {
  addresses(): BrokerAddresses;
}

/** An absent client may have this many messages waiting: the store searches them one by one. */
const absentMessages = 10_000;
/** Connections past the limit that may say who they are: a host gets in, others are refused then. */
const arrivals = 64;

/**
 * The broker, not yet started. A connection passes a listener (its door, its byte limits), then the gatekeeper (who is
 * this?), then the topic rules (may they?), and the exchange moves its messages.
 * @throws CONFIG_SECRET_UNREADABLE, BROKER_CERTIFICATE_UNUSABLE; its start throws BROKER_PORT_BUSY, BROKER_LISTEN_FAILED
 */
export function createBroker(config: BrokerConfig, parts: { log: Logger; clock?: Clock }): Broker {
  const { limits } = config;
  const { log, clock = systemClock } = parts;
  const connections = new Set<ClientConnection>();
  const table = new SessionTable(clock, limits);
  const sum = (read: (connection: ClientConnection) => number): number =>
    [...connections].reduce((total, connection) => total + read(connection), 0);

  const metrics: PrometheusMetrics = new PrometheusMetrics({
    traffic: () => [...listeners.values()].map(({ traffic }) => traffic),
    sessions: () => [...table.all()],
    keptSessions: () => table.kept,
    queuedBytes: () => sum(({ queuedBytes }) => queuedBytes),
    absentBytes: () => exchange.store?.absentBytes ?? 0,
    retainedBytes: () => exchange.store?.retainedBytes ?? 0,
    waitingPublishes: () => exchange.waitingPublishes,
  });
  const incidents = new Incidents({ clock, log, metrics });
  const { secret, ...sandbox } = config.sandbox;
  const access = createAccess(
    { ...sandbox, secret: secret && readSecret(secret, '.') },
    { clock, log, onAnswer: (seconds, outcome) => metrics.asked(seconds, outcome) },
  );
  const gatekeeper = new Gatekeeper({ access, table, incidents, clock, anonymous: config.anonymous, limits });
  const sessionOf = gatekeeper.sessionOf.bind(gatekeeper);
  const rules = new TopicRules({ access, incidents, limits, sessionOf });

  const exchange: Exchange = new Exchange({
    log,
    limits,
    gatekeeper,
    rules,
    endingOf,
    onReady: (client) => {
      const session = sessionOf(client);
      session?.connection.admit(session.limits);
    },
    hears: { [revocationsTopic]: (payload) => hearRevocations(payload, { access, table, log }) },
    store: {
      absentBytes: limits.queuedBytes / 2,
      absentMessages,
      retainedBytes: limits.retainedBytes,
      isHost: (client) => sessionOf(client)?.grant.principal.kind === 'host',
      mayKeep: (clientId, filter) => table.get(clientId)?.hasSubscribed(filter) ?? false,
      onDropped: (reason, clientId, topic) => incidents.record('dropped', reason, topic, { clientId }),
    },
  });
  incidents.publishTo((event) => exchange.say('$city/events', event));

  const listeners = createListeners(config.listeners, {
    clock,
    limits,
    door: createDoor(
      { ...limits, connections: limits.connections + arrivals },
      clock,
      () => connections.size,
    ),
    onConnection: (connection) => {
      connections.add(connection);
      connection.once('close', () => connections.delete(connection));
      exchange.take(connection);
    },
    onIncident: incidents.onConnection,
    onError: (error) => log.error({ err: error }, error.message),
  });
  const where = (): [string, ListenerAddress | undefined][] =>
    [...listeners].map(([name, listener]) => [name, listener.address()]);
  const endpoint = new MetricsEndpoint({
    ...config.metrics,
    text: () => metrics.text(),
    health: () => healthOf(where(), access.state()),
  });
  const watch = new Watch({
    clock,
    log,
    connections,
    table,
    drainTimeoutMs: config.drainTimeoutMs,
    forget: async (clientId) => exchange.store?.forget(clientId),
  });
  const doors = [...listeners.values(), ...(config.metrics.enabled ? [endpoint] : [])];
  const lifecycle = new Lifecycle([exchange, watch, together('listeners', doors)], clock);

  const addresses = (): BrokerAddresses => {
    const all = [...where(), ['metrics', endpoint.address()] as const];
    return Object.fromEntries(all.filter(([, address]) => address !== undefined));
  };

  return {
    name: 'broker',
    addresses,
    async start() {
      await lifecycle.start();
      for (const [listener, { host, port }] of Object.entries(addresses()))
        log.info({ event: 'listening', listener, host, port }, `listening: ${listener} on ${host}:${port}`);
    },
    stop: () => lifecycle.stop(),
  };
}
