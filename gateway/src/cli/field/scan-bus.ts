import type { ModbusProfile } from '@city-testbed/device-profiles';
import type { Identity } from '../../drivers/driver.ts';
import type { Port } from '../../model/port.ts';
import { UsageError } from '../command.ts';
import { openFieldPort } from './field-port.ts';
import { guessProfiles, type Guess } from './guess.ts';
import { looseDevice } from './target.ts';

/** Somebody at a unit id. */
export interface FoundUnit {
  readonly unit: number;
  readonly baudRate?: number;
  readonly identity: Identity;
  readonly guesses: readonly Guess[];
}

export interface ScanOptions {
  readonly port: Port;
  readonly units: readonly number[];
  readonly profiles: readonly ModbusProfile[];
  /** How long a unit is waited for, ms. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly found: (unit: FoundUnit) => void;
  readonly progress: (asked: number) => void;
}

/** Asks every unit of one port who it is, and reads those that are there by each profile. Throws GATEWAY_PORT_*. */
export async function scanBus(options: ScanOptions): Promise<void> {
  const { port, units, profiles, timeoutMs, signal } = options;
  // The line is set by hand: no profile of the library may decide it.
  const [any] = profiles;
  const driver = await openFieldPort(port, any ? [looseDevice(any, port)] : []);
  try {
    if (!driver.identify) throw new UsageError('only Modbus has units to look for');
    const present: { unit: number; identity: Identity }[] = [];
    for (const [index, unit] of units.entries()) {
      if (signal.aborted) break;
      const identity = await driver.identify(unit, timeoutMs);
      if (identity.present) {
        present.push({ unit, identity });
        const guesses = await guessProfiles(driver, port, unit, identity, profiles, signal);
        const baudRate = port.kind === 'modbus-rtu' ? port.baudRate : undefined;
        options.found({ unit, identity, guesses, ...(baudRate === undefined ? {} : { baudRate }) });
      }
      options.progress(index + 1);
    }
  } finally {
    await driver.close();
  }
}
