import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  Lifecycle,
  systemClock,
  systemRandom,
  type Clock,
  type Logger,
  type Random,
  type Service,
} from '@city-testbed/runtime';
import { readBoot } from './boot.ts';
import { brokersOf } from './config/broker.ts';
import { planGateway } from './config/load.ts';
import type { GatewayConfig } from './config/schema.ts';
import { createDriver } from './drivers/open-driver.ts';
import { SqliteOutbox } from './outbox/sqlite-outbox.ts';
import { FieldSampler } from './sampler/field-sampler.ts';
import { TimeStamps } from './sampler/time-stamps.ts';
import { DiskWatch } from './status/disk-watch.ts';
import { gatherStatus } from './status/gather.ts';
import { HttpStatus } from './status/http-status.ts';
import { ownProcess } from './status/own-process.ts';
import type { GatewayStatus } from './status/status.ts';
import { Tail } from './status/tail/tail.ts';
import { BornDevices } from './uplink/born-devices.ts';
import { Commands } from './uplink/commands.ts';
import { SparkplugUplink } from './uplink/sparkplug-uplink.ts';

export interface GatewayDependencies {
  readonly log: Logger;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Folder that relative paths of the configuration start from. Default: the working directory. */
  readonly baseDir?: string;
}

export interface Gateway extends Service {
  /** `deadlineMs`: what takes longer to stop is given up. */
  stop(deadlineMs?: number): Promise<void>;
  status(): GatewayStatus;
  /** Port of the status page, once started; undefined without one. */
  readonly statusPort: number | undefined;
}

/**
 * A gateway from a faultless configuration (`loadGatewayConfig`): sensor > driver > sampler > outbox > uplink.
 * Throws CONFIG_SECRET_UNREADABLE; `start` throws GATEWAY_*.
 */
export function createGateway(config: GatewayConfig, dependencies: GatewayDependencies): Gateway {
  const { log, clock = systemClock, random = systemRandom, baseDir = process.cwd() } = dependencies;
  const { ports, devices } = planGateway(config, baseDir);
  const stage = (name: string): Logger => log.child({ stage: name });
  const boot = readBoot(clock);

  const outbox = new SqliteOutbox({
    ...config.outbox,
    file: resolve(baseDir, config.outbox.file),
    boot: boot.id,
    clock,
    log: stage('outbox'),
  });
  const disk = new DiskWatch({
    folder: dirname(resolve(baseDir, config.outbox.file)),
    clock,
    log: stage('status'),
  });
  const born = new BornDevices(outbox, devices);
  const times = new TimeStamps({
    clock,
    bootOffset: boot.offset,
    mode: config.clock,
    onSynchronised: (now) => outbox.settleClock(now),
  });
  const sampler = new FieldSampler({
    ports,
    devices,
    aliases: (device) => born.aliasesOf(device),
    createDriver: (port, onPort) =>
      createDriver(port, { clock, log: stage('driver'), counters: outbox, devices: onPort }),
    times,
    take: (batch) => outbox.append(batch),
    clock,
    log: stage('sampler'),
  });
  const { primaryHost, ...uplinkConfig } = config.uplink;
  const uplink = new SparkplugUplink({
    ...uplinkConfig,
    ...(primaryHost === undefined ? {} : { primaryHost }),
    site: config.site,
    gateway: config.id,
    version,
    brokers: brokersOf(config, baseDir),
    outbox,
    born: () => born.born(),
    commands: new Commands({
      devices: () => born.configured,
      clockSynced: () => times.synced,
      clock,
      write: (request) => sampler.write(request),
      log: stage('commands'),
    }),
    clock,
    random,
    log: stage('uplink'),
  });
  const status = (): GatewayStatus =>
    gatherStatus({
      gateway: config.id,
      site: config.site,
      version,
      clock: { mode: config.clock, synced: times.synced, now: clock.now() },
      uplink: uplink.status(),
      outbox: outbox.status(),
      sampler: sampler.status(),
      disk: disk.status(),
      process: ownProcess(version, boot.id),
    });
  const tail = new Tail({
    outbox,
    devices: () => born.configured,
    aliases: (device) => born.aliasesOf(device),
    clock,
  });
  const page = config.status && new HttpStatus({ ...config.status, status, tail, log: stage('status') });

  // Stopped in reverse: no more reading, what was read is committed and sent, NDEATH, and the file is closed.
  const lifecycle = new Lifecycle([outbox, disk, born, uplink, sampler, ...(page ? [page] : [])], clock);
  return {
    name: 'gateway',
    start: () => lifecycle.start(),
    stop: (deadlineMs) => lifecycle.stop(deadlineMs),
    status,
    get statusPort() {
      return page?.address?.port;
    },
  };
}

/** Version of this package, as NBIRTH tells it. */
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};
