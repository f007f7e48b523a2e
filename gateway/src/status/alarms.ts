import type { SamplerStatus } from '../sampler/sampler.ts';
import type { OutboxStatus } from '../outbox/outbox.ts';
import type { UplinkStatus } from '../uplink/uplink.ts';
import {
  alarmCodes,
  type Alarm,
  type AlarmCode,
  type CertificateStatus,
  type ConfigStatus,
  type DiskStatus,
} from './status.ts';

export interface AlarmSources {
  readonly clockSynced: boolean;
  readonly uplink: UplinkStatus;
  readonly outbox: OutboxStatus;
  readonly sampler: SamplerStatus;
  /** It was right once, and nobody looks after it any more. */
  readonly clockLost?: boolean;
  readonly certificate?: CertificateStatus | undefined;
  readonly disk?: DiskStatus | undefined;
  readonly config?: ConfigStatus | undefined;
  /** Why the pipeline does not move; undefined while it does. */
  readonly stuck?: string | undefined;
}

/** Less than this and logs, the outbox and its write-ahead log soon find no room. */
export const LOW_DISK_BYTES = 100_000_000;

/** A certificate with less than this left should have been renewed long ago. */
const SOON_DAYS = 7;

/** What is not as it should be, the gravest first. */
export function alarmsOf(sources: AlarmSources): Alarm[] {
  const { uplink, outbox, sampler, disk, config, stuck } = sources;
  const alarms: Alarm[] = [];
  const add = (code: AlarmCode, about: Omit<Alarm, 'code'> = {}): void =>
    void alarms.push({ code, ...about });

  if (stuck !== undefined) add('pipeline_stuck', { detail: stuck });
  if (outbox.fault !== undefined) add('outbox_write', { detail: outbox.fault });
  const { overflowing, replaced } = outbox;
  if (overflowing)
    add('outbox_overflow', {
      detail: `${String(overflowing.lost)} (${overflowing.where}, ${overflowing.policy})`,
    });
  if (replaced) add('outbox_replaced', { detail: replaced.aside ?? replaced.why });
  if (disk?.readOnly) add('disk_read_only', { detail: disk.device ?? disk.path });
  else if (disk && disk.freeBytes < LOW_DISK_BYTES) {
    add('disk_low', {
      detail: `${megabytes(disk.freeBytes)} MB / ${megabytes(disk.sizeBytes)} MB`,
    });
  }
  const certificate = certificateAlarm(sources.certificate);
  if (certificate) alarms.push(certificate);
  if (uplink.state !== 'online') {
    add(`uplink_${uplink.state}`, uplink.fault === undefined ? {} : { detail: uplink.fault });
  }
  for (const subject of uplink.held) add('device_held', { subject });
  if (!sources.clockSynced) add('clock_unsynced');
  else if (sources.clockLost) add('clock_lost');
  for (const { id, fault } of sampler.ports) {
    if (fault !== undefined) add('port_closed', { subject: id, detail: fault });
  }
  for (const { id, state } of sampler.devices) if (state === 'silent') add('device_silent', { subject: id });
  if (config?.lastReload?.ok === false) {
    add('reload_failed', { detail: config.lastReload.problem ?? config.file });
  }
  return alarms.sort((a, b) => alarmCodes.indexOf(a.code) - alarmCodes.indexOf(b.code));
}

/** A certificate that renews itself in time never comes here. */
function certificateAlarm(certificate: CertificateStatus | undefined): Alarm | undefined {
  if (!certificate) return undefined;
  const { daysLeft, fault } = certificate;
  const detail = [daysLeft === undefined ? [] : `${String(daysLeft)} d`, fault ?? []].flat().join(', ');
  if (daysLeft !== undefined && daysLeft < 0) return { code: 'certificate_expired', detail };
  const soon = daysLeft !== undefined && daysLeft < SOON_DAYS;
  return soon || fault !== undefined ? { code: 'certificate_expiring', detail } : undefined;
}

function megabytes(bytes: number): string {
  return String(Math.floor(bytes / 1_000_000));
}
