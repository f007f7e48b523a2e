import type { ModbusProfile, ProfileLibrary } from '@city-testbed/device-profiles';
import { isCoded } from '@city-testbed/runtime';
import type { Driver, Identity } from '../../drivers/driver.ts';
import type { Port } from '../../model/port.ts';
import { readDevice, type DeviceAnswer, type MetricAnswer } from './read-device.ts';
import { looseDevice } from './target.ts';

/** How well a profile fits the device at a unit. */
export interface Guess {
  readonly profile: string;
  /** 0 to 1: the share of the profile's values that make sense. */
  readonly score: number;
  readonly why: string;
}

/** Below this, it is another device. */
const LEAST = 0.3;
/** Zeros are in most ranges, and a value without limits cannot be wrong. */
const WEAK = 0.4;
const SAID_SO = 0.3;

/** Every Modbus profile of a library that can be read. Those with faults are left out: `check` names them. */
export function modbusProfiles(library: ProfileLibrary): ModbusProfile[] {
  return library.ids().flatMap((id) => {
    try {
      const profile = library.find(id);
      return profile.transport === 'modbus' ? [profile] : [];
    } catch (error) {
      if (isCoded(error)) return [];
      throw error;
    }
  });
}

/** Reads the unit by each profile once and gives those that fit, the best first. Throws GATEWAY_PORT_*. */
export async function guessProfiles(
  driver: Driver,
  port: Port,
  unit: number,
  identity: Identity,
  profiles: readonly ModbusProfile[],
  signal: AbortSignal,
): Promise<Guess[]> {
  const guesses: Guess[] = [];
  for (const profile of profiles) {
    if (signal.aborted) break;
    const device = looseDevice(profile, port, unit);
    const answer = await readDevice(device, driver.link(device), signal);
    if (answer.responded) guesses.push(guess(profile, answer, identity));
  }
  return guesses.filter(({ score }) => score >= LEAST).sort((a, b) => b.score - a.score);
}

function guess(profile: ModbusProfile, { metrics }: DeviceAnswer, identity: Identity): Guess {
  const good = metrics.filter(({ reason }) => reason === undefined);
  const telling = good.filter(isTelling);
  const named = saysSo(profile, identity);
  const points = telling.length + WEAK * (good.length - telling.length);
  const score = Math.min(1, points / Math.max(1, metrics.length) + (named ? SAID_SO : 0));
  const examples = telling
    .slice(0, 3)
    .map(({ metric, value }) => `${metric.name} ${short(value)} ${metric.unit ?? ''}`.trim());
  const why = [
    `${String(good.length)} of ${String(metrics.length)} values good`,
    ...(examples.length > 0 ? [examples.join(', ')] : []),
    ...(named ? ['it says so itself'] : []),
  ].join('; ');
  return { profile: profile.id, score, why };
}

/** A value that lies within limits by more than chance. */
function isTelling({ value, metric: { low, high } }: MetricAnswer): boolean {
  return typeof value === 'number' && value !== 0 && low !== undefined && high !== undefined;
}

function saysSo({ vendor, model }: ModbusProfile, identity: Identity): boolean {
  const said = `${identity.vendor ?? ''} ${identity.product ?? ''}`.toLowerCase();
  return said.includes(model.toLowerCase()) || (said.trim() !== '' && said.includes(vendor.toLowerCase()));
}

function short(value: MetricAnswer['value']): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value);
}
