import { table } from '../field/table.ts';
import type { LiveBroker } from './live-broker.ts';
import type { LiveDevice } from './live.ts';

export interface LiveResult {
  readonly devices: readonly LiveDevice[];
  readonly brokers: readonly LiveBroker[];
}

export function liveOk({ devices, brokers }: LiveResult): boolean {
  const broker = brokers.some(({ reachable, accepted }) => reachable && accepted !== false);
  return devices.every(({ answered, good, metrics }) => answered && good === metrics) && broker;
}

export function formatLive({ devices, brokers }: LiveResult): string {
  const rows = devices.map(({ device, port, answered, ms, good, metrics, bad, fault }) => [
    device,
    port,
    answered ? 'yes' : 'NO',
    ms === undefined ? '' : `${String(ms)} ms`,
    `${String(good)} of ${String(metrics)}`,
    fault ?? (answered ? badOnes(bad) : 'nothing; city-gateway probe says what to check'),
  ]);
  const links = brokers.map(({ url, reachable, accepted, ms, fault = '' }) => [
    url,
    reachable ? 'yes' : 'NO',
    accepted === undefined ? '?' : accepted ? 'yes' : 'NO',
    `${String(ms)} ms`,
    fault,
  ]);
  return `\n${table(['DEVICE', 'PORT', 'ANSWERS', 'TIME', 'GOOD', 'BAD'], rows)}\n${table(
    ['BROKER', 'ANSWERS', 'ACCEPTS', 'TIME', ''],
    links,
  )}`;
}

function badOnes(bad: LiveDevice['bad']): string {
  return Object.entries(bad)
    .map(([reason, names]) => `${reason}: ${names.join(', ')}`)
    .join('; ');
}
