import { DataType } from '@city-testbed/sparkplug';
import type { NodeMetric } from '../model/node-metric.ts';
import type { GatewayStatus } from './status.ts';

/**
 * What the host is told of the gateway itself with its birth and once a minute: so that somebody at a desk sees what the
 * status page shows on the box. Names and data types are for ever. docs/reference/protocol.md lists them.
 */
export function nodeMetricsOf(status: GatewayStatus): NodeMetric[] {
  const { outbox, disk, clock, process, uplink, certificate, ports, devices, alarms } = status;
  const count = (name: string, value: number | undefined, unit?: string): NodeMetric => ({
    name: `Gateway/${name}`,
    datatype: DataType.Int64,
    value: value === undefined ? null : BigInt(Math.round(value)),
    ...(unit === undefined ? {} : { unit }),
  });
  const text = (name: string, value: string): NodeMetric => ({
    name: `Gateway/${name}`,
    datatype: DataType.String,
    value,
  });
  return [
    text('Alarms', alarms.map(({ code, subject }) => [code, subject].filter(Boolean).join(' ')).join(', ')),
    count('Outbox/Batches', outbox.batches),
    count('Outbox/Bytes', outbox.bytes, 'B'),
    count('Outbox/Oldest Age', (outbox.oldestAgeMs ?? 0) / 1000, 's'),
    count('Outbox/Dropped', outbox.dropped),
    count('Disk/Free', disk?.freeBytes, 'B'),
    count('Disk/Size', disk?.sizeBytes, 'B'),
    { name: 'Gateway/Clock/Synchronised', datatype: DataType.Boolean, value: clock.synced },
    count('Clock/Jumps', clock.jumps ?? 0),
    count('Uplink/Connects', uplink.connects),
    count('Uplink/Resent', uplink.resent),
    text('Uplink/Broker', uplink.broker),
    count('Certificate/Days Left', certificate?.daysLeft, 'd'),
    count('Process/Uptime', process.uptimeSeconds, 's'),
    count('Process/Memory', process.rssBytes, 'B'),
    count('Devices/Silent', devices.filter(({ state }) => state === 'silent').length),
    ...ports.flatMap(({ id, open, counters, reopened }) => [
      { name: `Gateway/Port/${id}/Open`, datatype: DataType.Boolean, value: open },
      count(`Port/${id}/Requests`, counters.requests),
      count(`Port/${id}/Timeouts`, counters.timeouts),
      count(`Port/${id}/Exceptions`, counters.exceptions),
      count(`Port/${id}/Checksum Errors`, counters.checksumErrors),
      count(`Port/${id}/Stray Frames`, counters.strayFrames),
      count(`Port/${id}/Reopened`, reopened ?? 0),
    ]),
  ];
}
