import { join } from 'node:path';
import { Lifecycle, systemClock, systemRandom, type Clock, type Logger } from '@city-testbed/runtime';
import { createAccess } from './access/create-access.ts';
import { createApi, type Api } from './api/create-api.ts';
import type { SandboxConfig } from './config/index.ts';
import { createConnectors } from './connectors/create-connectors.ts';
import { demoSeeding } from './demo-seeding.ts';
import { createEvaluation } from './evaluation/create-evaluation.ts';
import { firstAccounts } from './first-accounts.ts';
import { createHealth } from './health.ts';
import { Ingest } from './ingest/ingest.ts';
import { createMetrics } from './metrics.ts';
import { followBroker } from './mqtt/broker-control.ts';
import { createBrokerLink } from './mqtt/broker-link.ts';
import { createPilots } from './pilots/create-pilots.ts';
import { closingOf, createRegistryDatabase } from './registry/registry-database.ts';
import { createDeviceRegistry } from './store/registered-devices.ts';
import { createReadingStore } from './store/sqlite-reading-store.ts';
import { PilotStreams } from './streams/pilot-streams.ts';
import { version } from './version.ts';

export interface Sandbox {
  readonly api: Api;
  start(): Promise<void>;
  stop(deadlineMs?: number): Promise<void>;
}

/** The way of a reading: broker link > ingest > store > streams > pilot services, and api > people. */
export function createSandbox(
  config: SandboxConfig,
  { log, clock = systemClock }: { readonly log: Logger; readonly clock?: Clock },
): Sandbox {
  const stage = (name: string): Logger => log.child({ stage: name });
  const { site, limits, mqtt, data } = config;

  const store = createReadingStore({ file: join(data.dir, 'readings.db'), queuedReads: limits.storeReads });
  const registry = createDeviceRegistry({ shelf: store.registry, clock, limits, log: stage('registry') });
  const database = createRegistryDatabase(join(data.dir, 'registry.db'));
  const access = createAccess({ database, clock, config });
  const reservedIds = [mqtt.username, ...config.gateways.map(({ id }) => id)];
  const pilots = createPilots({ database, clock, access, registry, reservedIds, log: stage('pilots') });

  const ingest = new Ingest({
    site: site.id,
    ...{ store, registry, limits, clock, log: stage('ingest') },
    onStored: (batches) => streams.stored(batches),
    onCommandResult: (device, result): boolean => streams.commandResult(device, result),
    onRefused: (device, { code, message }) => {
      const event = { at: clock.now(), kind: 'refused', code, detail: message };
      for (const pilot of streams.pilotsOf(device)) pilots.recordEvent(pilot, event);
    },
  });
  const clientId = `city-sandbox-${site.id}`;
  const { session } = ingest;
  const link = createBrokerLink({
    ...mqtt,
    clientId,
    session,
    clock,
    random: systemRandom,
    log: stage('broker link'),
  });
  ingest.attach(link);
  const streams = new PilotStreams({
    link,
    registry,
    pilots,
    commands: ingest,
    limits,
    clock,
    log: stage('streams'),
  });
  followBroker({ link, revocations: access.revocations, pilots, clock, log: stage('broker link') });

  const evaluation = createEvaluation({ store, registry, pilots, clock, timeZone: site.timeZone });
  const connectors = createConnectors({ config, streams, registry, pilots, database, clock, log });
  const health = createHealth({ version, store, link, ingest, connectors, clock });
  const metrics = createMetrics({ store, link, ingest, streams });
  const reads = { store, registry, streams, evaluation };
  const api = createApi({
    config,
    version,
    access,
    pilots,
    connectors,
    health,
    metrics,
    clock,
    log,
    ...reads,
  });

  // Started in this order and stopped in the other one: the broker asks the API who may connect, so the link comes after
  // it; at the end the ingest finishes and confirms what it took in while the link is still up.
  const lifecycle = new Lifecycle(
    [
      store,
      closingOf(database),
      registry,
      firstAccounts(config, access.accounts, log),
      pilots,
      connectors,
      api,
      link,
      ingest,
      demoSeeding({ config, store, pilots, clock, log: stage('demo') }),
    ],
    clock,
  );
  return { api, start: () => lifecycle.start(), stop: (deadlineMs) => lifecycle.stop(deadlineMs) };
}
