import type { Clock, Logger } from '@city-testbed/runtime';
import type { Registry } from 'prom-client';
import type { Access } from '../access/access.ts';
import type { SandboxConfig } from '../config/index.ts';
import type { Connectors } from '../connectors/connectors.ts';
import type { Health } from '../contract/index.ts';
import type { PilotEvaluation } from '../evaluation/evaluation.ts';
import type { Pilots } from '../pilots/pilots.ts';
import type { DeviceRegistry } from '../store/device-registry.ts';
import type { ReadingStore } from '../store/reading-store.ts';
import type { Streams } from '../streams/streams.ts';

/** The settings that the API reads. */
export type ApiConfig = Pick<
  SandboxConfig,
  'site' | 'http' | 'internal' | 'demo' | 'nodeRedUrl' | 'mapTilesUrl'
> & {
  readonly mqtt: Pick<SandboxConfig['mqtt'], 'url' | 'publicUrl' | 'publicWebsocketUrl'>;
  readonly limits: Pick<SandboxConfig['limits'], 'outputBytes'>;
};

/** Everything that the API is made over. */
export interface ApiParts {
  readonly config: ApiConfig;
  readonly version: string;
  readonly access: Access;
  readonly pilots: Pilots;
  readonly store: ReadingStore;
  readonly registry: DeviceRegistry;
  readonly streams: Streams;
  readonly evaluation: PilotEvaluation;
  readonly connectors: Connectors;
  readonly health: () => Promise<Health>;
  readonly log: Logger;
  readonly clock: Clock;
  /** Where every stage puts its metrics; default: one of the API's own. */
  readonly metrics?: Registry;
}
