import type { SamplerStatus } from '../sampler/sampler.ts';
import type { OutboxStatus } from '../outbox/outbox.ts';
import type { UplinkStatus } from '../uplink/uplink.ts';
import { alarmCodes, type Alarm, type AlarmCode, type ConfigStatus, type DiskStatus } from './status.ts';

export interface AlarmSources {
  readonly clockSynced: boolean;
  readonly uplink: UplinkStatus;
  readonly outbox: OutboxStatus;
  readonly sampler: SamplerStatus;
  readonly disk?: DiskStatus | undefined;
  readonly config?: ConfigStatus | undefined;
  /** Why the pipeline does not move; undefined while it does. */
  readonly stuck?: string | undefined;
}

/** Less than this and logs, the outbox and its write-ahead log soon find no room. */
export const LOW_DISK_BYTES = 100_000_000;

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
  if (uplink.state !== 'online') {
    add(`uplink_${uplink.state}`, uplink.fault === undefined ? {} : { detail: uplink.fault });
  }
  for (const subject of uplink.held) add('device_held', { subject });
  if (!sources.clockSynced) add('clock_unsynced');
  for (const { id, fault } of sampler.ports) {
    if (fault !== undefined) add('port_closed', { subject: id, detail: fault });
  }
  for (const { id, state } of sampler.devices) if (state === 'silent') add('device_silent', { subject: id });
  if (config?.lastReload?.ok === false) {
    add('reload_failed', { detail: config.lastReload.problem ?? config.file });
  }
  return alarms.sort((a, b) => alarmCodes.indexOf(a.code) - alarmCodes.indexOf(b.code));
}

function megabytes(bytes: number): string {
  return String(Math.floor(bytes / 1_000_000));
}
