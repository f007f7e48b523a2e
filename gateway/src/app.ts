import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
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
import { brokersOf, type Brokers } from './config/broker.ts';
import { changesOf } from './config/changes.ts';
import type { GatewaySettings } from './config/load.ts';
import type { GatewayConfig } from './config/schema.ts';
import { createDriver } from './drivers/open-driver.ts';
import { CertificateRenewal } from './enrolment/renewal.ts';
import { gatewayError } from './errors.ts';
import { SqliteOutbox } from './outbox/sqlite-outbox.ts';
import { Replaceable } from './replaceable.ts';
import { FieldSampler } from './sampler/field-sampler.ts';
import { TimeStamps } from './sampler/time-stamps.ts';
import { DiskWatch } from './status/disk-watch.ts';
import { gatherStatus } from './status/gather.ts';
import { HttpStatus } from './status/http-status.ts';
import { nodeMetricsOf } from './status/node-metrics.ts';
import { ownProcess } from './status/own-process.ts';
import type { ConfigStatus, GatewayStatus } from './status/status.ts';
import { summaryOf } from './status/summary.ts';
import { Tail } from './status/tail/tail.ts';
import { UplinkWatch } from './status/uplink-watch.ts';
import { stuckParts } from './systemd/liveness.ts';
import { ServiceManager, type ServiceManagerOptions } from './systemd/service-manager.ts';
import { BornDevices } from './uplink/born-devices.ts';
import { LastValues } from './uplink/births.ts';
import { Commands } from './uplink/commands.ts';
import { SparkplugUplink } from './uplink/sparkplug-uplink.ts';

export interface GatewayDependencies {
  readonly log: Logger;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Folder that relative paths of the configuration start from. Default: the working directory. */
  readonly baseDir?: string;
  /** Where the configuration comes from and how its last reload went, for the status. */
  readonly configStatus?: () => ConfigStatus;
  /** Whom to tell that it lives; default: nobody. */
  readonly serviceManager?: Pick<ServiceManagerOptions, 'notify' | 'watchdogMs'>;
}

export interface Gateway extends Service {
  /** `deadlineMs`: what takes longer to stop is given up. */
  stop(deadlineMs?: number): Promise<void>;
  status(): GatewayStatus;
  /**
   * Takes over another faultless configuration while it runs; ports and devices that stay the same are not touched.
   * Throws GATEWAY_RELOAD_RESTART, GATEWAY_STATUS_LISTEN and CONFIG_SECRET_UNREADABLE; then everything is as before.
   */
  reload(next: GatewaySettings): Promise<void>;
  /** Port of the status page, once started; undefined without one. */
  readonly statusPort: number | undefined;
}

/**
 * A gateway from a faultless configuration (`loadGatewaySettings`): sensor > driver > sampler > outbox > uplink.
 * Throws CONFIG_SECRET_UNREADABLE; `start` throws GATEWAY_*.
 */
export function createGateway(settings: GatewaySettings, dependencies: GatewayDependencies): Gateway {
  const {
    log,
    clock = systemClock,
    random = systemRandom,
    baseDir = process.cwd(),
    configStatus,
    serviceManager,
  } = dependencies;
  let { config, plan } = settings;
  const stages = new Map<string, Logger>();
  const stage = (name: string): Logger => {
    const known = stages.get(name) ?? log.child({ stage: name });
    stages.set(name, known);
    return known;
  };
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
  const born = new BornDevices(outbox, plan.devices);
  const times = new TimeStamps({
    clock,
    bootOffset: boot.offset,
    mode: config.clock,
    onSynchronised: (now) => outbox.settleClock(now),
    lastAt: () => outbox.lastAt(),
    log: stage('clock'),
  });
  const sampler = new FieldSampler({
    ...plan,
    aliases: (device) => born.aliasesOf(device),
    createDriver: (port, onPort) =>
      createDriver(port, { clock, log: stage('driver'), counters: outbox, devices: onPort }),
    times,
    take: (batch) => outbox.append(batch),
    clock,
    log: stage('sampler'),
  });
  // They outlive an uplink that is replaced: what was read last, and which commands were carried out.
  const last = new LastValues();
  const commands = new Commands({
    devices: () => born.configured,
    clockSynced: () => times.synced,
    clock,
    write: (request) => sampler.write(request),
    log: stage('commands'),
  });
  const uplinkOf = (config: GatewayConfig, { renewal, ...brokers }: Brokers): SparkplugUplink =>
    new SparkplugUplink({
      ...config.uplink,
      ...(renewal && {
        certificate: (onRenewed) =>
          new CertificateRenewal({
            ...renewal,
            onRenewed,
            clockSynced: () => times.synced,
            clock,
            random,
            log: stage('certificate'),
          }),
      }),
      site: config.site,
      gateway: config.id,
      version,
      brokers,
      outbox,
      born: () => born.born(),
      commands,
      last,
      nodeMetrics: () => nodeMetricsOf(status()),
      clock,
      random,
      log: stage('uplink'),
    });
  let brokers = brokersOf(config, baseDir);
  const uplink = new Replaceable(uplinkOf(config, brokers));
  outbox.onReplaced(({ aliasesKept }) => {
    if (aliasesKept) return;
    born.reconfigure(plan.devices);
    uplink.present.devicesChanged({ outboxReplaced: true });
  });
  const trend = new UplinkWatch({ uplink: () => uplink.present.status(), clock });
  const stuck = (): string | undefined =>
    stuckParts([outbox.activity(), ...sampler.activities()], clock.monotonic());
  const status = (): GatewayStatus =>
    gatherStatus({
      gateway: config.id,
      site: config.site,
      version,
      clock: { ...times.watch.status, now: clock.now() },
      uplink: { ...uplink.present.status(), ...trend.status() },
      certificate: uplink.present.status().certificate,
      outbox: outbox.status(),
      sampler: sampler.status(),
      disk: disk.status(),
      process: ownProcess(version, boot.id),
      stuck: stuck(),
      ...(configStatus ? { config: configStatus() } : {}),
    });
  const tail = new Tail({
    outbox,
    devices: () => born.configured,
    aliases: (device) => born.aliasesOf(device),
    clock,
  });
  const pageOf = (config: GatewayConfig): StatusPage =>
    config.status ? new HttpStatus({ ...config.status, status, tail, outbox, log: stage('status') }) : noPage;
  const page = new Replaceable(pageOf(config));

  const manager = new ServiceManager({
    ...serviceManager,
    stuck,
    summary: () => summaryOf(status()),
    clock,
    log: stage('systemd'),
  });

  // Stopped in reverse: no more reading, what was read is committed and sent, NDEATH, and the file is closed.
  const lifecycle = new Lifecycle(
    [outbox, disk, times.watch, born, uplink, trend, sampler, page, manager],
    clock,
  );
  return {
    name: 'gateway',
    start: () => lifecycle.start(),
    stop: (deadlineMs) => lifecycle.stop(deadlineMs),
    status,
    reload: ({ config: next, plan: nextPlan }) =>
      manager.reload(async () => {
        const changes = changesOf(config, next);
        if (changes.needRestart.length > 0) {
          throw gatewayError('GATEWAY_RELOAD_RESTART', changes.needRestart.join(', '), {
            context: { keys: changes.needRestart },
          });
        }
        // All that can fail comes first, so that a reload is taken over whole or not at all.
        const old = config;
        const nextBrokers = brokersOf(next, baseDir);
        if (changes.status) await page.replace(pageOf(next), () => pageOf(old));
        outbox.configure(next.outbox);
        const fieldChanges = !isDeepStrictEqual(nextPlan, plan);
        if (fieldChanges) {
          born.reconfigure(nextPlan.devices);
          await sampler.reconfigure(nextPlan);
        }
        if (changes.uplink || !isDeepStrictEqual(secretsOf(nextBrokers), secretsOf(brokers))) {
          await uplink.replace(uplinkOf(next, nextBrokers), () => uplinkOf(old, brokers));
        } else if (fieldChanges) uplink.present.devicesChanged();
        for (const each of [log, ...stages.values()]) each.level = next.logLevel;
        [config, plan, brokers] = [next, nextPlan, nextBrokers];
      }),
    get statusPort() {
      return page.present.address?.port;
    },
  };
}

/** A token file may change while its name stays. */
const secretsOf = ({ password, renewal }: Brokers): unknown[] => [password, renewal?.password];

type StatusPage = Service & Pick<HttpStatus, 'address'>;
const noPage: StatusPage = {
  name: 'status',
  address: undefined,
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};

/** Version of this package, as NBIRTH tells it. */
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};
