import { randomUUID } from 'node:crypto';
import { profileLibrary } from '@city-testbed/device-profiles';
import { systemRandom, type Clock, type Logger, type Random } from '@city-testbed/runtime';
import type { ConnectorConfig, SandboxConfig } from '../config/index.ts';
import { sandboxError } from '../errors.ts';
import type { Pilots } from '../pilots/pilots.ts';
import { createAuditLog } from '../registry/audit-log.ts';
import type { RegistryDatabase } from '../registry/registry-database.ts';
import type { DeviceRegistry } from '../store/device-registry.ts';
import type { Streams } from '../streams/streams.ts';
import { cloudEvent, cloudEventsTarget, eventNameOf } from './cloud-events.ts';
import type { Connectors } from './connectors.ts';
import { Delivery, standardPace, type Pace } from './delivery.ts';
import { ngsiLdTarget } from './ngsi-ld.ts';
import { entityOf, type UnitCodes } from './ngsi-ld-entity.ts';
import { createOutgoingQueue, queueLimits, type OutgoingQueue, type QueueLimits } from './outgoing-queue.ts';

export interface ConnectorsParts {
  readonly config: Pick<SandboxConfig, 'connectors'> & {
    readonly site: Pick<SandboxConfig['site'], 'id'>;
    readonly http: Pick<SandboxConfig['http'], 'publicUrl' | 'host'>;
  };
  readonly streams: Streams;
  readonly registry: DeviceRegistry;
  readonly pilots: Pick<Pilots, 'list' | 'onChange'>;
  readonly database: RegistryDatabase;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random?: Random;
  readonly pace?: Pace;
  readonly limits?: QueueLimits;
}

interface Running {
  readonly config: ConnectorConfig;
  readonly queue: OutgoingQueue;
  readonly delivery: Delivery;
}

/** Every connector has a queue and a pace of its own: one whose target is down holds up nobody. */
export function createConnectors(parts: ConnectorsParts): Connectors {
  const { config, streams, registry, pilots, database, clock, log, limits = queueLimits } = parts;
  const audit = createAuditLog(database, clock);
  const unlisten: (() => void)[] = [];

  const connectors = new Map(
    config.connectors.map((connector): [string, Running] => {
      const queue = createOutgoingQueue(database, clock, connector.id, limits);
      const delivery = new Delivery(targetOf(connector, parts), queue, {
        clock,
        log: log.child({ stage: 'connectors', connector: connector.id }),
        random: parts.random ?? systemRandom,
        pace: parts.pace ?? standardPace,
      });
      return [connector.id, { config: connector, queue, delivery }];
    }),
  );
  const running = (id: string): Running => {
    const connector = connectors.get(id);
    if (!connector) throw sandboxError('SANDBOX_CONNECTOR_UNKNOWN', id);
    return connector;
  };

  return {
    name: 'connectors',
    start: () => {
      for (const { config: connector, delivery } of connectors.values()) {
        unlisten.push(
          connector.kind === 'ngsi-ld'
            ? followDevices(streams, registry, config.site.id, delivery)
            : followPilots(streams, pilots, config.site.id, connector, delivery),
        );
        delivery.start();
      }
      return Promise.resolve();
    },
    stop: async () => {
      for (const stop of unlisten.splice(0)) stop();
      await Promise.all([...connectors.values()].map(({ delivery }) => delivery.stop()));
    },
    list: () =>
      [...connectors.values()].map(({ config: { id, kind, url }, delivery }) => ({
        id,
        kind,
        target: withoutSecrets(url),
        ...delivery.view(),
      })),
    deadLetters: (id) => running(id).queue.deadLetters(),
    resend: (id, letter, by) => {
      const { queue, delivery } = running(id);
      if (!queue.revive(letter)) throw sandboxError('SANDBOX_CONNECTOR_LETTER_UNKNOWN', letter);
      audit.record({ actor: by, action: 'connector.resend', subject: `${id}/${letter}` });
      delivery.wake();
    },
  };
}

function targetOf(connector: ConnectorConfig, { config, clock }: ConnectorsParts) {
  if (connector.kind === 'ngsi-ld') return ngsiLdTarget(connector);
  const origin =
    config.http.publicUrl === undefined ? config.http.host : new URL(config.http.publicUrl).hostname;
  return cloudEventsTarget({ ...connector, origin }, clock);
}

/** The latest values of all devices. History and synthetic readings are not what a context broker is for. */
function followDevices(
  streams: Streams,
  registry: DeviceRegistry,
  site: string,
  delivery: Delivery,
): () => void {
  const unitCodes = profileUnitCodes();
  return streams.onDevice((event) => {
    if (!('readings' in event)) return;
    const update = event.readings;
    const record = registry.device(update.device);
    if (!record || update.historical || update.source !== 'live') return;
    const entity = entityOf(update, record, site, unitCodes);
    if (entity) delivery.add(entity.id, JSON.stringify(entity));
  });
}

/** What passes on the prefixes of the pilots named, or of all of them, new ones too. */
function followPilots(
  streams: Streams,
  pilots: Pick<Pilots, 'list' | 'onChange'>,
  site: string,
  connector: Extract<ConnectorConfig, { kind: 'cloudevents' }>,
  delivery: Delivery,
): () => void {
  const followed = new Map<string, () => void>();
  const follow = (): void => {
    for (const pilot of connector.pilots ?? pilots.list().map(({ id }) => id)) {
      if (followed.has(pilot)) continue;
      const stop = streams.onPilot(pilot, (message) => {
        const name = eventNameOf(message);
        if (name === undefined || connector.events?.includes(name) === false) return;
        const id = randomUUID();
        delivery.add(id, JSON.stringify(cloudEvent(id, name, site, pilot, message)));
      });
      followed.set(pilot, stop);
    }
  };
  follow();
  const stopChanges = pilots.onChange(follow);
  return () => {
    stopChanges();
    for (const stop of followed.values()) stop();
  };
}

function profileUnitCodes(): UnitCodes {
  const library = profileLibrary();
  const known = new Map<string, ReadonlyMap<string, string | undefined>>();
  return (profile, metric) => {
    if (profile === null) return undefined;
    let codes = known.get(profile);
    if (!codes) {
      // A gateway may have profiles of its own, which nobody here knows: its values go out without a unit.
      const metrics = library.ids().includes(profile) ? library.find(profile).metrics : [];
      codes = new Map(metrics.map(({ name, unitCode }) => [name, unitCode]));
      if (known.size < 1000) known.set(profile, codes);
    }
    return codes.get(metric);
  };
}

/** A URL that may be shown: without user, password and query. */
function withoutSecrets(text: string): string {
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname}`;
}
