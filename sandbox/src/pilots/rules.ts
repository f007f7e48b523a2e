import type { ConfigFault } from '@city-testbed/runtime';
import type { Agreement, PilotState, Target } from '../contract/index.ts';
import type { DeviceRegistry } from '../store/device-registry.ts';
import type { Grant } from '../store/reading-store.ts';
import type { PilotRecord } from './pilots.ts';

/** What a pilot is held to when its staff set nothing else; a city should set its own before the start. */
export const standardTarget: Target = {
  intervalSeconds: 300,
  completenessPercent: 90,
  latencyP95Ms: 10_000,
  minimumReadings: 1000,
};

/** Forward only: what was judged once stays judged. */
export function mayBecome(from: PilotState, to: PilotState): boolean {
  if (from === to) return true;
  if (from === 'draft') return true;
  return from === 'live' && to === 'ended';
}

export function stateAt(pilot: Pick<PilotRecord, 'state' | 'endsAt'>, now: number): PilotState {
  return now >= pilot.endsAt ? 'ended' : pilot.state;
}

/** Live, between its dates, and within the agreement. */
export function isInForce(pilot: PilotRecord, now: number): boolean {
  return (
    pilot.state === 'live' &&
    now >= pilot.startsAt &&
    now < pilot.endsAt &&
    now < Date.parse(pilot.agreement.until)
  );
}

/** When `isInForce` or the state next changes by itself, ms; undefined where it does not. */
export function nextBoundary(pilot: PilotRecord, now: number): number | undefined {
  if (pilot.state === 'ended') return undefined;
  const dates = [pilot.startsAt, pilot.endsAt, Date.parse(pilot.agreement.until)].filter((at) => at > now);
  return dates.length > 0 ? Math.min(...dates) : undefined;
}

/** The agreement as grants of the store: one a device; `*` among its metrics grants them all. */
export function grantsOf(agreement: Agreement): readonly Grant[] {
  const byDevice = new Map<string, Set<string>>();
  for (const { device, metrics } of agreement.reads) {
    const known = byDevice.get(device) ?? new Set();
    for (const metric of metrics) known.add(metric);
    byDevice.set(device, known);
  }
  return [...byDevice].map(([device, metrics]) => ({
    device,
    metrics: metrics.has('*') ? null : [...metrics],
  }));
}

/** What the pilot may set; nothing unless the agreement says so. */
export function writesOf({ writes = [] }: Agreement): readonly Grant[] {
  return writes.map(({ device, metrics }) => ({ device, metrics: [...metrics] }));
}

/** Every device and metric that nobody knows. `path` is where the agreement stands in the request. */
export function agreementFaults(agreement: Agreement, registry: DeviceRegistry, path: string): ConfigFault[] {
  const { reads, writes = [] } = agreement;
  return [
    ...reads.flatMap((grant, index) => grantFaults(grant, registry, `${path}reads.${index}`, true)),
    ...writes.flatMap((grant, index) => grantFaults(grant, registry, `${path}writes.${index}`, false)),
  ];
}

/** `wide`: whether `*` may stand for all metrics. */
function grantFaults(
  { device, metrics }: Agreement['reads'][number],
  registry: DeviceRegistry,
  at: string,
  wide: boolean,
): ConfigFault[] {
  const record = registry.device(device);
  if (!record) return [{ path: `${at}.device`, found: device, allowed: 'the id of a device that is known' }];
  const names = new Set(record.metrics.map(({ name }) => name));
  const list = [...names].slice(0, 20).join(', ');
  return metrics.flatMap((metric, place) =>
    (wide && metric === '*') || names.has(metric)
      ? []
      : [
          {
            path: `${at}.metrics.${place}`,
            found: metric,
            allowed: `${wide ? '* or one of' : 'one of'}: ${list}`,
          },
        ],
  );
}

export function targetFaults(target: Target, path: string): ConfigFault[] {
  if (target.intervalSeconds % 60 === 0) return [];
  return [
    { path: `${path}intervalSeconds`, found: String(target.intervalSeconds), allowed: 'whole minutes' },
  ];
}

/** Some texts have the form of a time and are none, e.g. the 30th of February: Date.parse tells. */
export function dateFaults(startsAt: number, endsAt: number): ConfigFault[] {
  const allowed = 'a time that exists';
  if (Number.isNaN(startsAt)) return [{ path: 'startsAt', found: 'no time', allowed }];
  if (Number.isNaN(endsAt)) return [{ path: 'endsAt', found: 'no time', allowed }];
  if (endsAt > startsAt) return [];
  return [{ path: 'endsAt', found: new Date(endsAt).toISOString(), allowed: 'a time after startsAt' }];
}

export function untilFaults(agreement: Agreement, path: string): ConfigFault[] {
  if (!Number.isNaN(Date.parse(agreement.until))) return [];
  return [{ path: `${path}until`, found: agreement.until, allowed: 'a time that exists' }];
}

/** A slug of a title: letters lose their accents, everything else becomes a hyphen. */
export function slugOf(title: string): string {
  const slug = title
    .normalize('NFD')
    .replaceAll(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, '');
  return slug === '' ? 'pilot' : slug;
}
