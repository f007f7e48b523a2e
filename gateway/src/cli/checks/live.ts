import { messageOf } from '@city-testbed/runtime';
import type { GatewayPlan } from '../../config/load.ts';
import type { ConfiguredDevice } from '../../model/device.ts';
import type { Port } from '../../model/port.ts';
import { openFieldPort } from '../field/field-port.ts';
import { readDevice } from '../field/read-device.ts';

/** How one device answered, just now. */
export interface LiveDevice {
  readonly device: string;
  readonly port: string;
  readonly answered: boolean;
  readonly ms?: number;
  readonly good: number;
  readonly metrics: number;
  /** Metrics without a good value, by reason. */
  readonly bad: Readonly<Record<string, readonly string[]>>;
  /** Why the port is of no use. */
  readonly fault?: string;
}

/** Opens every port and reads every device once; ports side by side, the devices of one in turn. */
export async function readAllDevices(plan: GatewayPlan, signal: AbortSignal): Promise<LiveDevice[]> {
  const ports = await Promise.all(
    plan.ports.map((port) =>
      readPort(
        port,
        plan.devices.filter((device) => device.port === port.id),
        signal,
      ),
    ),
  );
  return ports.flat();
}

async function readPort(
  port: Port,
  devices: readonly ConfiguredDevice[],
  signal: AbortSignal,
): Promise<LiveDevice[]> {
  const results: LiveDevice[] = [];
  let why = '';
  if (devices.length === 0) return results;
  try {
    const driver = await openFieldPort(port, devices);
    try {
      for (const device of devices) {
        if (signal.aborted) break;
        const { responded, ms, metrics } = await readDevice(device, driver.link(device), signal);
        const bad: Record<string, string[]> = {};
        for (const { metric, reason } of metrics) if (reason) (bad[reason] ??= []).push(metric.name);
        const good = metrics.filter(({ reason }) => reason === undefined).length;
        results.push({
          device: device.id,
          port: port.id,
          answered: responded,
          ms,
          good,
          metrics: metrics.length,
          bad,
        });
      }
    } finally {
      await driver.close();
    }
  } catch (error) {
    why = messageOf(error);
  }
  const done = new Set(results.map(({ device }) => device));
  const rest = devices.filter(({ id }) => !done.has(id));
  return [
    ...results,
    ...rest.map(({ id, metrics }): LiveDevice => ({
      device: id,
      port: port.id,
      answered: false,
      good: 0,
      metrics: metrics.length,
      bad: {},
      fault: why === '' ? 'interrupted' : why,
    })),
  ];
}
