import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { profileLibrary, signalAt, type DeviceProfile } from '@city-testbed/device-profiles';
import type { Clock, Logger } from '@city-testbed/runtime';
import type { NewPilot } from '../contract/index.ts';
import type { IncomingBatch, IncomingReading, ReadingStore } from '../store/reading-store.ts';
import * as city from './city.ts';

const hour = 3_600_000;
const day = 24 * hour;
const readingsPerAppend = 20_000;

/** What the demonstration city needs of the sandbox. */
export interface DemoSandbox {
  readonly store: ReadingStore;
  /** Makes the pilot unless it is there. Members are named by email. */
  readonly ensurePilot: (
    pilot: NewPilot & { id: string },
    members: readonly string[],
  ) => Promise<void> | void;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Fills an empty sandbox with the demonstration city: pilots at once, then two weeks of history marked synthetic, from
 * the same signals that the simulated devices show live. Repeats do nothing; one that was cut short is taken up again.
 */
export async function seedDemoCity(sandbox: DemoSandbox, signal: AbortSignal): Promise<void> {
  const { clock, log, dataDir } = sandbox;
  const marker = join(dataDir, 'demo-history.json');
  const plan = existsSync(marker)
    ? (JSON.parse(readFileSync(marker, 'utf8')) as HistoryPlan)
    : planHistory(clock.now());
  if (!existsSync(marker)) writeFileSync(marker, JSON.stringify(plan));

  for (const pilot of city.pilots) await sandbox.ensurePilot(pilotRecord(pilot, plan), pilot.members);
  if (plan.done) return;
  const readings = await writeHistory(sandbox, plan, signal);
  if (signal.aborted) return;
  writeFileSync(marker, JSON.stringify({ ...plan, done: true }));
  log.info({ readings, days: city.history.days }, 'synthetic history is ready');
}

interface HistoryPlan {
  readonly from: number;
  readonly to: number;
  readonly done: boolean;
}

function planHistory(now: number): HistoryPlan {
  const to = Math.floor(now / city.history.intervalMs) * city.history.intervalMs;
  return { from: to - city.history.days * day, to, done: false };
}

function pilotRecord(pilot: city.DemoPilot, plan: HistoryPlan): NewPilot & { id: string } {
  const { id, title, summary, organisation, purpose, reads, target } = pilot;
  const endsAt = new Date(plan.to + 180 * day).toISOString();
  return {
    id,
    title,
    summary,
    organisation,
    startsAt: new Date(plan.from).toISOString(),
    endsAt,
    agreement: { purpose, until: endsAt, reads },
    target,
  };
}

/** Oldest first, in pages, so that live readings find their way in between. */
async function writeHistory({ store }: DemoSandbox, plan: HistoryPlan, signal: AbortSignal): Promise<number> {
  const library = profileLibrary();
  const devices = city.devices.map((device) => ({ device, profile: library.find(device.profile) }));
  let page: IncomingBatch[] = [];
  let size = 0;
  let written = 0;
  for (let time = plan.from; time < plan.to && !signal.aborted; time += city.history.intervalMs) {
    for (const { device, profile } of devices) {
      if (isOut(device.id, time, plan.to)) continue;
      const batch = historyBatch(device, profile, time);
      page.push(batch);
      size += batch.readings.length;
    }
    if (size < readingsPerAppend) continue;
    written += (await store.append(page)).stored;
    page = [];
    size = 0;
  }
  if (!signal.aborted) written += (await store.append(page)).stored;
  return written;
}

function historyBatch({ id, seed }: city.DemoDevice, profile: DeviceProfile, time: number): IncomingBatch {
  const readings = profile.metrics.map(({ name }): IncomingReading => ({
    metric: name,
    value: plain(signalAt(profile, name, seed, time)),
    quality: 'good',
    reason: null,
    observedAt: time,
  }));
  return { device: id, receivedAt: time, source: 'synthetic', historical: true, readings };
}

function plain(value: ReturnType<typeof signalAt>): number | boolean | string {
  return typeof value === 'bigint' ? Number(value) : value;
}

function isOut(id: string, time: number, end: number): boolean {
  return (city.outages[id] ?? []).some(({ daysBefore, hours }) => {
    const from = end - daysBefore * day;
    return time >= from && time < from + hours * hour;
  });
}
