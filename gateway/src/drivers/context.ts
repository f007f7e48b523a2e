import type { Clock, Logger } from '@city-testbed/runtime';
import type { ConfiguredDevice } from '../model/device.ts';
import type { CounterMemory } from './driver.ts';

/** What every driver is given. */
export interface DriverContext {
  readonly clock: Clock;
  readonly log: Logger;
  readonly counters: CounterMemory;
  /** Devices on this port; the first one's profile gives what the port's configuration leaves out. */
  readonly devices: readonly ConfiguredDevice[];
  /** Sees the bytes of every frame that goes out and comes in; for the commands that an engineer looks with. */
  readonly trace?: Trace;
}

export type Trace = (direction: 'out' | 'in', bytes: Uint8Array) => void;
