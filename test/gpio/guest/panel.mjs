import { createLogger, systemClock } from '../../../runtime/dist/index.js';
import { parseProfile } from '../../../device-profiles/dist/index.js';
import { createDriver } from '../../../gateway/dist/drivers/open-driver.js';

/** A device with one metric on one pin; its id is the metric's name. */
export function panelOf(name, mode, pin, more = '') {
  const datatype = { count: 'UInt32', rate: 'Double', input: 'Boolean', output: 'Boolean' }[mode];
  const definition = parseProfile(
    `
format: 1
id: guest/${name}
vendor: Guest
model: Panel
description: { en: For tests, ro: Pentru teste }
sources: [{ title: this file }]
transport: gpio
metrics:
  - name: ${name}
    label: { en: ${name}, ro: ${name} }
    datatype: ${datatype}
    ${datatype === 'Boolean' ? '' : `unit: '1'`}
    access: ${mode === 'output' ? 'rw' : 'ro'}
    pin: { mode: ${mode}, ${more} }
`,
    `guest/${name}.yaml`,
  );
  const metrics = definition.metrics.map((metric) => ({
    name: metric.name,
    datatype: metric.datatype,
    intervalMs: 1000,
    writable: mode === 'output',
  }));
  return {
    id: name,
    name,
    profile: definition.id,
    metrics,
    port: 'header',
    unit: 0,
    pins: { [name]: pin },
    definition,
  };
}

/** The gateway's own driver for these devices, on the chip that it finds. */
export async function driverWith(...devices) {
  const port = { id: 'header', kind: 'gpio', retryMaxMs: 1000 };
  const log = createLogger({ name: 'guest', level: 'silent' });
  const driver = await createDriver(port, {
    clock: systemClock,
    log,
    counters: { counter: () => 0 },
    devices,
  });
  const links = new Map(devices.map((device) => [device.id, driver.link(device)]));
  const polls = devices.map((device) => links.get(device.id).poll(device.metrics));
  return {
    driver,
    /** One sample of each device: values, or why there is none. */
    values: async () => {
      const samples = await Promise.all(polls.map((poll) => poll.read()));
      return samples
        .flatMap(({ values }) => values)
        .map((value) => ('value' in value ? value.value : value.reason));
    },
    write: (name, value) => links.get(name).write(name, value),
  };
}
