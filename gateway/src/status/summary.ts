import type { GatewayStatus } from './status.ts';

/** The status in one line, for `systemctl status`. */
export function summaryOf({ alarms, faults, uplink, outbox, devices }: GatewayStatus): string {
  const answering = devices.filter(({ state }) => state === 'answering').length;
  const facts = `${String(answering)} of ${String(devices.length)} devices answer, ${String(outbox.batches)} batches wait, uplink ${uplink.state}`;
  const [first] = faults;
  if (first === undefined) return facts;
  return alarms.length === 1
    ? `${first} (${facts})`
    : `${String(alarms.length)} faults, first: ${first} (${facts})`;
}
