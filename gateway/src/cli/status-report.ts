import type { GatewayStatus } from '../status/status.ts';
import { amountsOf } from '../status/page/amounts.ts';
import { english } from '../status/words/en.ts';
import { table } from './field/table.ts';

const amounts = amountsOf(english);

/** The status for people: faults first, each with what to do; then the parts, one a line; then ports and devices. */
export function statusReport(status: GatewayStatus): string {
  const { gateway, site, alarms } = status;
  const verdict = alarms.length === 0 ? english.allWell : english.faults(alarms.length);
  return [`${gateway} (${site}): ${verdict}\n`, faults(status), parts(status), ports(status), devices(status)]
    .filter((section) => section !== '')
    .join('\n');
}

function faults({ alarms }: GatewayStatus): string {
  return alarms
    .map((alarm) => english.alarm(alarm))
    .map(({ says, todo }) => `  ! ${says}\n      ${todo}\n`)
    .join('');
}

function parts(status: GatewayStatus): string {
  const { uplink, outbox, clock, disk, process, config } = status;
  const ago = (at: number | undefined): string => (at === undefined ? 'never' : amounts.ago(clock.now - at));
  const lines: (readonly [string, readonly (string | false | undefined)[]])[] = [
    [
      'uplink',
      [
        english.uplinkStates[uplink.state],
        uplink.since !== undefined && `changed ${ago(uplink.since)}`,
        uplink.broker,
        `${amounts.number(uplink.inFlight)} under way`,
        `${amounts.number(uplink.batchesPerSecond ?? 0)} a second`,
        `last confirmed ${ago(uplink.lastConfirmedAt)}`,
        uplink.resent > 0 && `${amounts.number(uplink.resent)} sent again`,
      ],
    ],
    [
      'outbox',
      [
        `${amounts.number(outbox.batches)} batches waiting`,
        amounts.bytes(outbox.bytes),
        outbox.oldestAt !== undefined && `oldest ${ago(outbox.oldestAt)}`,
        `${amounts.number(outbox.dropped)} lost for good`,
      ],
    ],
    [
      'clock',
      [
        new Date(clock.now).toISOString(),
        clock.synced ? sourceOf(clock) : 'not synchronised',
        clock.lastJump && `last jump ${String(clock.lastJump.byMs / 1000)} s, ${ago(clock.lastJump.at)}`,
      ],
    ],
    [
      'disk',
      disk
        ? [
            `${amounts.bytes(disk.freeBytes)} free of ${amounts.bytes(disk.sizeBytes)}`,
            disk.device,
            disk.readOnly && 'read-only',
          ]
        : [],
    ],
    [
      'program',
      [
        status.version,
        `Node ${process.node}`,
        `started ${amounts.ago(process.uptimeSeconds * 1000)}`,
        amounts.bytes(process.rssBytes),
        `pid ${String(process.pid)}`,
      ],
    ],
    ['config', config ? [config.file, `loaded ${ago(config.loadedAt)}`] : []],
  ];
  return lines
    .filter(([, facts]) => facts.length > 0)
    .map(([name, facts]) => `${name.padEnd(8)} ${facts.filter(Boolean).join(', ')}\n`)
    .join('');
}

/** Who says that the clock is right. */
function sourceOf({ source, mode }: GatewayStatus['clock']): string {
  return source === 'config' ? english.text.trusted : (source ?? mode);
}

function ports({ ports }: GatewayStatus): string {
  return table(
    ['PORT', 'KIND', 'STATE', 'REQUESTS', 'TIME-OUTS', 'EXCEPTIONS', 'STRAY', 'CHECKSUM'],
    ports.map(({ id, kind, open, counters }) => [
      id,
      kind,
      open ? 'open' : 'closed',
      ...[
        counters.requests,
        counters.timeouts,
        counters.exceptions,
        counters.strayFrames,
        counters.checksumErrors,
      ].map(String),
    ]),
  );
}

function devices({ devices }: GatewayStatus): string {
  return table(
    ['DEVICE', 'PORT', 'STATE', 'LAST ANSWER', 'POLLS', 'MISSED', 'BAD VALUES'],
    devices.map(({ id, port, state, ageMs, polls, missedSlots, badValues }) => [
      id,
      port,
      english.deviceStates[state],
      ageMs === undefined ? 'never' : amounts.ago(ageMs),
      ...[polls, missedSlots, badValues].map(String),
    ]),
  );
}
