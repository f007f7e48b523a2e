import type { Parts } from '../status/gather.ts';

const NOW = Date.UTC(2026, 0, 31, 8);
const counters = { requests: 100, timeouts: 2, exceptions: 1, strayFrames: 3, checksumErrors: 4 };

/** The parts of a gateway that is well, as of 2026-01-31 08:00 UTC. For tests. */
export function statusParts(changes: Partial<Parts> = {}): Parts {
  return {
    gateway: 'gw-1',
    site: 'baia-mare',
    version: '0.1.0',
    clock: { mode: 'trusted', synced: true, source: 'config', now: NOW },
    uplink: {
      state: 'online',
      broker: 'mqtts://broker.example:8883',
      connects: 1,
      inFlight: 3,
      held: [],
      published: 1200,
      confirmed: 1197,
      resent: 5,
      split: 0,
      refused: 0,
      lastConfirmedAt: NOW - 1000,
      since: NOW - 3_600_000,
      batchesPerSecond: 2.5,
    },
    outbox: {
      batches: 12,
      bytes: 2048,
      oldestAt: NOW - 4000,
      pending: 1,
      pendingBytes: 100,
      dropped: 7,
      droppedBy: { oldest: 7, newest: 0, thinned: 0, memory: 0, unfit: 0, earlier: 0 },
      committed: 1209,
      confirmed: 1197,
      commitsFailed: 0,
      lastCommitMs: 12,
      maxCommitMs: 250,
      fileBytes: 40_960,
      walBytes: 8192,
      freeBytes: 20_000_000_000,
    },
    sampler: {
      ports: [
        { id: 'rs485', kind: 'modbus-rtu', open: true, counters, reopened: 2 },
        { id: 'line', kind: 'serial', open: true, counters: { ...counters, requests: 0 }, reopened: 0 },
      ],
      devices: [
        {
          id: 'meter-1',
          port: 'rs485',
          state: 'answering',
          lastAnswerAt: NOW - 2500,
          polls: 600,
          missedSlots: 4,
          missed: { late: 3, silent: 1, closed: 0 },
          badValues: 6,
          badReasons: { no_response: 5, checksum: 1 },
        },
        { id: 'dust-1', port: 'line', state: 'unknown', polls: 0, missedSlots: 0, badValues: 0 },
      ],
    },
    disk: {
      path: '/var/lib/city-gateway',
      device: '/dev/mmcblk0p2',
      type: 'ext4',
      freeBytes: 20_000_000_000,
      sizeBytes: 31_000_000_000,
      readOnly: false,
    },
    process: {
      pid: 812,
      uptimeSeconds: 7200,
      rssBytes: 84_000_000,
      version: '0.1.0',
      node: '20.19.2',
      bootId: '00000000-0000-4000-8000-000000000000',
    },
    config: { file: '/etc/city-gateway/gateway.yaml', loadedAt: NOW - 7_200_000 },
    ...changes,
  };
}

/** ... and of one on which everything is wrong that can be, with names that are markup. */
export function troubledParts(): Parts {
  const well = statusParts();
  const meter = well.sampler.devices[0];
  if (!meter) throw new Error('no device');
  return {
    ...well,
    gateway: 'gw-<b>1</b>',
    clock: {
      mode: 'ntp',
      synced: false,
      now: NOW,
      jumps: 1,
      lastJump: { at: NOW - 60_000, byMs: -3_600_000 },
    },
    uplink: {
      ...well.uplink,
      state: 'offline',
      fault: 'connect ECONNREFUSED 192.0.2.7:8883',
      held: ['dust-1'],
    },
    outbox: {
      ...well.outbox,
      fault: 'database or disk is full',
      overflowing: { where: 'disk', policy: 'drop-oldest', since: NOW - 60_000, lost: 7 },
      replaced: {
        at: NOW - 60_000,
        why: 'damaged',
        aside: '/var/lib/city-gateway/outbox.db.damaged',
        aliasesKept: true,
        rescued: 100,
        unreadable: 2,
        rescuing: false,
      },
    },
    sampler: {
      ports: well.sampler.ports.map((port) => ({
        ...port,
        open: false,
        fault: '/dev/ttyUSB0: no such file <i>',
      })),
      devices: [
        { ...meter, id: '<script>alert(1)</script>', state: 'silent' },
        { id: 'dust-1', port: 'line', state: 'silent', polls: 1, missedSlots: 0, badValues: 0 },
      ],
    },
    ...(well.disk ? { disk: { ...well.disk, freeBytes: 1_000_000 } } : {}),
    certificate: { notAfter: NOW - 86_400_000, daysLeft: -1, renewed: 3, fault: 'connect ETIMEDOUT' },
    config: {
      file: '/etc/city-gateway/gateway.yaml',
      loadedAt: NOW - 7_200_000,
      lastReload: { at: NOW - 1000, ok: false, problem: 'devices.1.port: found rs845' },
    },
    stuck: 'port rs485 is 70 s late',
  };
}
