// counting.mjs PIN INTERVAL_MS: the gateway from the line to the disk, without an uplink, until it is told to stop.
// Says `open` once the line is watched, and `committed N` for each count that is on disk.
import { createLogger, systemClock } from '../../../runtime/dist/index.js';
import { readBoot } from '../../../gateway/dist/boot.js';
import { createDriver } from '../../../gateway/dist/drivers/open-driver.js';
import { SqliteOutbox } from '../../../gateway/dist/outbox/sqlite-outbox.js';
import { FieldSampler } from '../../../gateway/dist/sampler/field-sampler.js';
import { TimeStamps } from '../../../gateway/dist/sampler/time-stamps.js';
import { BornDevices } from '../../../gateway/dist/uplink/born-devices.js';
import { panelOf } from './panel.mjs';

const [pin, intervalMs] = process.argv.slice(2).map(Number);
const log = createLogger({ name: 'counting', level: 'warn' });
const clock = systemClock;
const boot = readBoot(clock);
const outbox = new SqliteOutbox({
  file: '/tmp/outbox.db',
  maxBytes: 1_000_000,
  overflow: 'drop-oldest',
  thinKeep: 10,
  commitIntervalMs: 20,
  commitRows: 100,
  synchronous: 'full',
  boot: boot.id,
  clock,
  log,
});
const device = panelOf('tips', 'count', pin, 'debounceMs: 10');
const devices = [{ ...device, metrics: device.metrics.map((metric) => ({ ...metric, intervalMs })) }];
const born = new BornDevices(outbox, devices);
const sampler = new FieldSampler({
  ports: [{ id: 'header', kind: 'gpio', retryMaxMs: 1000 }],
  devices,
  aliases: (each) => born.aliasesOf(each),
  createDriver: (port, onPort) => createDriver(port, { clock, log, counters: outbox, devices: onPort }),
  times: new TimeStamps({
    clock,
    bootOffset: boot.offset,
    mode: 'trusted',
    onSynchronised: () => undefined,
    lastAt: () => outbox.lastAt(),
    log,
  }),
  take: (batch) => outbox.append(batch),
  clock,
  log,
});

const services = [outbox, born, sampler].filter((service) => typeof service.start === 'function');
for (const service of services) await service.start();
let open = false;
let said = -1;
const watch = setInterval(() => {
  if (!open && sampler.status().ports[0].open) {
    open = true;
    console.log('open');
  }
  const pulses = outbox.counter('tips/tips');
  if (pulses !== said) console.log(`committed ${(said = pulses)}`);
}, 10);
process.once('SIGTERM', async () => {
  clearInterval(watch);
  for (const service of services.reverse()) await service.stop();
});
