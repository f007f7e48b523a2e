import { createLogger, systemClock } from '@city-testbed/runtime';
import type { Trace } from '../../drivers/context.ts';
import type { Driver } from '../../drivers/driver.ts';
import { createDriver } from '../../drivers/open-driver.ts';
import type { ConfiguredDevice } from '../../model/device.ts';
import type { Port } from '../../model/port.ts';

/** Opens a port for a command that only looks: nothing is kept and nothing is logged. Throws GATEWAY_*. */
export async function openFieldPort(
  port: Port,
  devices: readonly ConfiguredDevice[],
  trace?: Trace,
): Promise<Driver> {
  const driver = await createDriver(port, {
    clock: systemClock,
    log: createLogger({ name: 'gateway', level: 'silent' }),
    counters: { counter: () => 0 },
    devices,
    ...(trace ? { trace } : {}),
  });
  await driver.open();
  return driver;
}
