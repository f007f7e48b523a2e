import type { GatewayStatus } from '../status.ts';
import type { Family, Sample } from './exposition.ts';

type Port = GatewayStatus['ports'][number];
type Device = GatewayStatus['devices'][number];
type StatusFamily = Family<GatewayStatus>;

const one = (value: number | undefined): readonly Sample[] => (value === undefined ? [] : [{ value }]);
const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);
const bit = (is: boolean): number => (is ? 1 : 0);

const gauge = (
  name: string,
  help: string,
  value: (status: GatewayStatus) => number | undefined,
): StatusFamily => ({
  name: `city_gateway_${name}`,
  type: 'gauge',
  help,
  samples: (status) => one(value(status)),
});
const counter = (
  name: string,
  help: string,
  value: (status: GatewayStatus) => number | undefined,
): StatusFamily => ({ ...gauge(name, help, value), type: 'counter' });

const perPort = (
  name: string,
  type: StatusFamily['type'],
  help: string,
  value: (port: Port) => number | undefined,
): StatusFamily => ({
  name: `city_gateway_port_${name}`,
  type,
  help,
  samples: ({ ports }) =>
    ports.flatMap((port) =>
      one(value(port)).map((sample) => ({ ...sample, labels: { port: port.id, kind: port.kind } })),
    ),
});
const perDevice = (
  name: string,
  type: StatusFamily['type'],
  help: string,
  value: (device: Device) => number | undefined,
): StatusFamily => ({
  name: `city_gateway_device_${name}`,
  type,
  help,
  samples: ({ devices }) =>
    devices.flatMap((device) =>
      one(value(device)).map((sample) => ({ ...sample, labels: { device: device.id, port: device.port } })),
    ),
});

/** A counter of a device with one more label. */
const perDeviceAnd = (
  label: string,
  name: string,
  help: string,
  values: (device: Device) => Readonly<Record<string, number>> | undefined,
): StatusFamily => ({
  name: `city_gateway_device_${name}`,
  type: 'counter',
  help,
  samples: ({ devices }) =>
    devices.flatMap((device) =>
      Object.entries(values(device) ?? {}).map(([key, value]) => ({
        labels: { device: device.id, port: device.port, [label]: key },
        value,
      })),
    ),
});

/** Every metric of a gateway. docs/reference/gateway-status.md lists the same ones. */
export const families: readonly StatusFamily[] = [
  {
    name: 'city_gateway_info',
    type: 'gauge',
    help: 'Always 1; who this is stands in the labels',
    samples: ({ gateway, site, version, process }) => [
      { labels: { gateway, site, version, node: process.node }, value: 1 },
    ],
  },
  {
    name: 'city_gateway_alarm',
    type: 'gauge',
    help: '1 for everything that is not as it should be',
    samples: ({ alarms }) =>
      alarms.map(({ code, subject = '' }) => ({ labels: { code, subject }, value: 1 })),
  },
  gauge('alarms', 'Number of things that are not as they should be', ({ alarms }) => alarms.length),

  gauge('uplink_online', '1 while the host application is there', ({ uplink }) =>
    bit(uplink.state === 'online'),
  ),
  counter('uplink_connects_total', 'Connections to the broker', ({ uplink }) => uplink.connects),
  counter('uplink_published_batches_total', 'Batches sent', ({ uplink }) => uplink.published),
  counter(
    'uplink_confirmed_batches_total',
    'Batches that the host confirmed',
    ({ uplink }) => uplink.confirmed,
  ),
  counter(
    'uplink_split_batches_total',
    'Batches that the broker takes only in parts',
    ({ uplink }) => uplink.split,
  ),
  counter(
    'uplink_refused_batches_total',
    'Batches that the broker takes in no way',
    ({ uplink }) => uplink.refused,
  ),
  counter('uplink_resent_batches_total', 'Batches sent again', ({ uplink }) => uplink.resent),
  gauge('uplink_state_since_timestamp_seconds', 'When the uplink got into its present state', ({ uplink }) =>
    seconds(uplink.since),
  ),
  gauge('uplink_in_flight_batches', 'Batches sent and not yet confirmed', ({ uplink }) => uplink.inFlight),
  gauge(
    'uplink_held_devices',
    'Devices held back because the host confirms nothing of them',
    ({ uplink }) => uplink.held.length,
  ),
  gauge('uplink_last_confirmed_timestamp_seconds', 'When the host last confirmed', ({ uplink }) =>
    seconds(uplink.lastConfirmedAt),
  ),

  gauge('uplink_certificate_expiry_timestamp_seconds', 'End of the certificate', ({ certificate }) =>
    seconds(certificate?.notAfter),
  ),
  gauge(
    'uplink_certificate_left_days',
    'Whole days until then; negative past it',
    ({ certificate }) => certificate?.daysLeft,
  ),
  counter(
    'uplink_certificate_renewals_total',
    'Renewals since the start',
    ({ certificate }) => certificate?.renewed,
  ),

  gauge('outbox_batches', 'Batches on disk that nobody confirmed yet', ({ outbox }) => outbox.batches),
  gauge('outbox_bytes', 'Their size', ({ outbox }) => outbox.bytes),
  gauge('outbox_pending_batches', 'Batches read and not yet on disk', ({ outbox }) => outbox.pending),
  gauge('outbox_oldest_age_seconds', 'Age of the oldest batch', ({ outbox }) => seconds(outbox.oldestAgeMs)),
  counter('outbox_committed_batches_total', 'Batches written to disk', ({ outbox }) => outbox.committed),
  counter(
    'outbox_confirmed_batches_total',
    'Batches deleted because they are stored',
    ({ outbox }) => outbox.confirmed,
  ),
  {
    name: 'city_gateway_outbox_dropped_batches_total',
    type: 'counter',
    help: 'Batches lost for good, for the life of the file, by cause',
    samples: ({ outbox }) =>
      Object.entries(outbox.droppedBy).map(([cause, value]) => ({ labels: { cause }, value })),
  },
  counter('outbox_failed_commits_total', 'Commits that failed', ({ outbox }) => outbox.commitsFailed),
  gauge('outbox_last_commit_seconds', 'How long the last commit took', ({ outbox }) =>
    seconds(outbox.lastCommitMs),
  ),
  gauge('outbox_longest_commit_seconds', 'How long the longest one took', ({ outbox }) =>
    seconds(outbox.maxCommitMs),
  ),
  gauge(
    'outbox_pending_bytes',
    'Memory that batches not yet on disk take',
    ({ outbox }) => outbox.pendingBytes,
  ),
  gauge('outbox_file_bytes', 'Size of the database file', ({ outbox }) => outbox.fileBytes),
  gauge('outbox_log_bytes', 'Size of its write-ahead log', ({ outbox }) => outbox.walBytes),
  gauge('outbox_overflowing', '1 while batches are being lost to a cap', ({ outbox }) =>
    bit(outbox.overflowing !== undefined),
  ),
  gauge('outbox_replaced', '1 where the file was replaced since the start', ({ outbox }) =>
    bit(outbox.replaced !== undefined),
  ),
  gauge('outbox_writable', '0 while commits fail', ({ outbox }) => bit(outbox.fault === undefined)),

  gauge('clock_synchronised', '1 once the wall clock is to be trusted', ({ clock }) => bit(clock.synced)),
  counter('clock_jumps_total', 'Jumps of the wall clock', ({ clock }) => clock.jumps),
  gauge('clock_last_jump_seconds', 'Size of the last jump; ahead is positive', ({ clock }) =>
    seconds(clock.lastJump?.byMs),
  ),

  gauge('disk_free_bytes', 'Free on the disk of the outbox', ({ disk }) => disk?.freeBytes),
  gauge('disk_size_bytes', 'Size of that disk', ({ disk }) => disk?.sizeBytes),
  gauge('disk_read_only', '1 where the disk takes no writes', ({ disk }) => disk && bit(disk.readOnly)),

  gauge('process_resident_memory_bytes', 'Memory of the process', ({ process }) => process.rssBytes),
  gauge(
    'process_uptime_seconds',
    'Time since the start of the process',
    ({ process }) => process.uptimeSeconds,
  ),
  gauge('config_loaded_timestamp_seconds', 'When the configuration was read', ({ config }) =>
    seconds(config?.loadedAt),
  ),
  gauge(
    'config_last_reload_ok',
    '0 where the last reload was refused',
    ({ config }) => config?.lastReload && bit(config.lastReload.ok),
  ),

  perPort('open', 'gauge', '1 while the port is open', ({ open }) => bit(open)),
  perPort('reopened_total', 'counter', 'Openings after the first one', ({ reopened }) => reopened),
  perPort('requests_total', 'counter', 'Requests sent', ({ counters }) => counters.requests),
  perPort('timeouts_total', 'counter', 'Requests that nobody answered', ({ counters }) => counters.timeouts),
  perPort(
    'exceptions_total',
    'counter',
    'Requests that a device refused',
    ({ counters }) => counters.exceptions,
  ),
  perPort('stray_frames_total', 'counter', 'Late and foreign frames', ({ counters }) => counters.strayFrames),
  perPort('checksum_errors_total', 'counter', 'Broken frames', ({ counters }) => counters.checksumErrors),

  perDevice('answering', 'gauge', '1 while the device answers', ({ state }) => bit(state === 'answering')),
  perDevice('last_answer_timestamp_seconds', 'gauge', 'When it answered last', ({ lastAnswerAt }) =>
    seconds(lastAnswerAt),
  ),
  perDevice('polls_total', 'counter', 'Polls', ({ polls }) => polls),
  perDeviceAnd('cause', 'missed_slots_total', 'Slots in which no poll took place', ({ missed }) => missed),
  perDeviceAnd('reason', 'bad_values_total', 'Values that were not good', ({ badReasons }) => badReasons),

  gauge('tail_clients', 'Clients that listen to live readings', ({ tail }) => tail?.clients),
  counter(
    'tail_dropped_readings_total',
    'Readings that slow clients did not get',
    ({ tail }) => tail?.dropped,
  ),
];
