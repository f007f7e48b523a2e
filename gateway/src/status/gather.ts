import type { OutboxStatus } from '../outbox/outbox.ts';
import type { SamplerStatus } from '../sampler/sampler.ts';
import type { UplinkStatus } from '../uplink/uplink.ts';
import { alarmsOf } from './alarms.ts';
import type {
  CertificateStatus,
  ClockStatus,
  ConfigStatus,
  DiskStatus,
  GatewayStatus,
  ProcessStatus,
  UplinkTrend,
} from './status.ts';
import { english } from './words/en.ts';

export interface Parts {
  readonly gateway: string;
  readonly site: string;
  readonly version: string;
  readonly clock: ClockStatus;
  readonly uplink: UplinkStatus & Partial<UplinkTrend>;
  readonly outbox: OutboxStatus;
  readonly sampler: SamplerStatus;
  readonly certificate?: CertificateStatus | undefined;
  readonly disk?: DiskStatus | undefined;
  readonly process: ProcessStatus;
  readonly config?: ConfigStatus | undefined;
  /** Why the pipeline does not move; undefined while it does. */
  readonly stuck?: string | undefined;
}

/** Puts the parts together and names what is not as it should be. */
export function gatherStatus(parts: Parts): GatewayStatus {
  const { gateway, site, version, clock, uplink, outbox, sampler, certificate, disk, config } = parts;
  const alarms = alarmsOf({ ...parts, clockSynced: clock.synced, clockLost: clock.lostAt !== undefined });
  const ago = (at: number): number => Math.max(0, clock.now - at);
  return {
    gateway,
    site,
    version,
    status: alarms.length === 0 ? 'ok' : 'degraded',
    faults: alarms.map((alarm) => english.alarm(alarm).says),
    alarms,
    clockSynced: clock.synced,
    clock,
    uplink,
    outbox: {
      ...outbox,
      rows: outbox.batches,
      ...(outbox.oldestAt === undefined ? {} : { oldestAgeMs: ago(outbox.oldestAt) }),
    },
    ...(certificate ? { certificate } : {}),
    ...(disk ? { disk } : {}),
    process: parts.process,
    ...(config ? { config } : {}),
    ports: sampler.ports,
    devices: sampler.devices.map((device) => ({
      ...device,
      ...(device.lastAnswerAt === undefined ? {} : { ageMs: ago(device.lastAnswerAt) }),
    })),
  };
}
