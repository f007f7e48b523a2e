import { systemClock } from '@city-testbed/runtime';
import type { MetricValue } from '@city-testbed/device-profiles';
import type { DeviceLink, Sample } from '../../drivers/driver.ts';
import type { ConfiguredDevice, DeviceMetric } from '../../model/device.ts';
import type { BadReason } from '../../model/reading.ts';

/** How long a sensor that sends by itself is waited for, ms: most send once a second, a few once in ten. */
const STREAM_WAIT_MS = 12_000;
const LOOK_EVERY_MS = 50;

export interface MetricAnswer {
  readonly metric: DeviceMetric;
  readonly value: MetricValue | null;
  readonly reason?: BadReason;
}

/** What one poll of one device brought. */
export interface DeviceAnswer {
  readonly device: ConfiguredDevice;
  readonly responded: boolean;
  readonly ms: number;
  readonly metrics: readonly MetricAnswer[];
}

/** Reads every metric of a device once. Throws GATEWAY_PORT_* when the port is gone. */
export async function readDevice(
  device: ConfiguredDevice,
  link: DeviceLink,
  signal: AbortSignal,
): Promise<DeviceAnswer> {
  const { metrics, definition } = device;
  const poll = link.poll(metrics);
  const started = systemClock.monotonic();
  const streams = definition.transport === 'serial-frame' || definition.transport === 'serial-line';
  const patience = streams ? STREAM_WAIT_MS : 0;
  let sample: Sample | undefined;
  for (;;) {
    sample = await poll.read();
    const waited = systemClock.monotonic() - started;
    if ((sample && heard(sample)) || waited >= patience || signal.aborted) break;
    await systemClock.sleep(LOOK_EVERY_MS, signal);
  }
  const values = new Map(sample?.values.map((value) => [value.index, value]));
  return {
    device,
    responded: sample !== undefined && heard(sample),
    ms: Math.round(systemClock.monotonic() - started),
    metrics: metrics.map((metric, index): MetricAnswer => {
      const got = values.get(index);
      if (!got) return { metric, value: null, reason: 'no_response' };
      return 'reason' in got ? { metric, value: null, reason: got.reason } : { metric, value: got.value };
    }),
  };
}

/** Somebody was there: any value, or a fault that only an answer can have. */
function heard({ responded, values }: Sample): boolean {
  return responded && values.some((value) => !('reason' in value) || value.reason !== 'no_response');
}
