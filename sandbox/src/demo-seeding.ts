import { messageOf, type Clock, type Logger, type Service } from '@city-testbed/runtime';
import type { SandboxConfig } from './config/index.ts';
import type { Pilots } from './pilots/pilots.ts';
import type { ReadingStore } from './store/reading-store.ts';

export interface SeedingParts {
  readonly config: SandboxConfig;
  readonly store: ReadingStore;
  readonly pilots: Pilots;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Fills the demonstration city in the background, in demo mode only; otherwise its code is not even loaded. */
export function demoSeeding({ config, store, pilots, clock, log }: SeedingParts): Service {
  const stopped = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const seed = async (): Promise<void> => {
    try {
      const { seedDemoCity } = await import('./demo/seed.ts');
      const dataDir = config.data.dir;
      const ensurePilot: Parameters<typeof seedDemoCity>[0]['ensurePilot'] = (pilot, members) => {
        pilots.ensurePilot({ ...pilot, state: 'live', synthetic: true, members });
      };
      await seedDemoCity({ store, ensurePilot, dataDir, clock, log }, stopped.signal);
    } catch (error) {
      if (stopped.signal.aborted) return; // cut short by the stop: the next start goes on
      log.error({ err: error }, `the demonstration city is not complete: ${messageOf(error)}`);
    }
  };
  return {
    name: 'demo seeding',
    start: () => {
      if (config.demo.enabled) running = seed();
      return Promise.resolve();
    },
    stop: () => {
      stopped.abort();
      return running;
    },
  };
}
