import type { OutboxStatus } from '../outbox/outbox.ts';
import type { DeviceStatus, SamplerStatus } from '../sampler/sampler.ts';
import type { UplinkStatus } from '../uplink/uplink.ts';

/** Everything that can be wrong with a gateway, the gravest first: a page and a lamp show them in this order. */
export const alarmCodes = [
  'pipeline_stuck',
  'outbox_write',
  'outbox_overflow',
  'disk_read_only',
  'disk_low',
  'certificate_expired',
  'uplink_offline',
  'uplink_connecting',
  'uplink_waiting',
  'clock_unsynced',
  'port_closed',
  'device_silent',
  'device_held',
  'certificate_expiring',
  'clock_lost',
  'outbox_replaced',
  'reload_failed',
] as const;
export type AlarmCode = (typeof alarmCodes)[number];

/** Something that somebody should look at. What to do about it stands in the words of the status page. */
export interface Alarm {
  readonly code: AlarmCode;
  /** Id of the port or the device that it is about. */
  readonly subject?: string;
  /** What the machine said, in English. */
  readonly detail?: string;
}

export interface ClockStatus {
  readonly mode: 'trusted' | 'ntp';
  readonly synced: boolean;
  /** Who says so: the configuration, or the synchroniser that set the clock. */
  readonly source?: string;
  /** The synchroniser says no more that the clock is right, since then, wall time in ms. Readings go on. */
  readonly lostAt?: number;
  /** Wall time of this status, ms. */
  readonly now: number;
  /** Jumps of the wall clock since the start, and the last of them: `byMs` is positive for a jump ahead. */
  readonly jumps?: number;
  readonly lastJump?: { readonly at: number; readonly byMs: number };
}

/** How the uplink does over time. */
export interface UplinkTrend {
  /** Wall time at which it got into its present state, ms. */
  readonly since: number;
  /** Batches sent, mean of the last ten seconds. */
  readonly batchesPerSecond: number;
}

/** The certificate that the gateway renews by itself. */
export interface CertificateStatus {
  /** Its end, wall time in ms; absent while there is none. */
  readonly notAfter?: number;
  /** Whole days until then, below 0 past it; absent while the clock is not to be trusted. */
  readonly daysLeft?: number;
  readonly renewed: number;
  /** Why the last renewal failed; absent while all is well. */
  readonly fault?: string;
}

/** The file system that holds the outbox. */
export interface DiskStatus {
  /** Folder of the outbox. */
  readonly path: string;
  /** Block device or source of the mount, e.g. /dev/mmcblk0p2. */
  readonly device?: string;
  readonly type?: string;
  readonly freeBytes: number;
  readonly sizeBytes: number;
  /** A failing SD card is often remounted so. */
  readonly readOnly: boolean;
}

export interface ProcessStatus {
  readonly pid: number;
  readonly uptimeSeconds: number;
  readonly rssBytes: number;
  readonly version: string;
  /** Version of Node.js. */
  readonly node: string;
  /** The kernel's id of this boot of the machine. */
  readonly bootId: string;
}

export interface ConfigStatus {
  readonly file: string;
  /** When what runs now was read, wall time in ms. */
  readonly loadedAt: number;
  /** The last time somebody asked for a reload; `problem` says why it was refused. */
  readonly lastReload?: { readonly at: number; readonly ok: boolean; readonly problem?: string };
}

/** Who listens to the live readings. */
export interface TailStatus {
  readonly clients: number;
  /** Readings that clients did not get because they read too slowly. */
  readonly dropped: number;
}

/** Everything that an engineer asks of a box in the field. */
export interface GatewayStatus {
  readonly gateway: string;
  readonly site: string;
  readonly version: string;
  /** ok: all is well; degraded: it works, but something listed in `faults` needs a look. */
  readonly status: 'ok' | 'degraded';
  /** The alarms as English sentences. */
  readonly faults: readonly string[];
  readonly alarms: readonly Alarm[];
  readonly clockSynced: boolean;
  readonly clock: ClockStatus;
  readonly uplink: UplinkStatus & Partial<UplinkTrend>;
  /** `rows` are the batches on disk that nobody confirmed yet; `oldestAgeMs` is how long the oldest has waited. */
  readonly outbox: OutboxStatus & { readonly rows: number; readonly oldestAgeMs?: number };
  readonly certificate?: CertificateStatus;
  readonly disk?: DiskStatus;
  readonly process: ProcessStatus;
  readonly config?: ConfigStatus;
  readonly ports: SamplerStatus['ports'];
  /** `ageMs`: how long ago the device answered last. */
  readonly devices: readonly (DeviceStatus & { readonly ageMs?: number })[];
  readonly tail?: TailStatus;
}
