import type { Alarm, AlarmCode } from '../status.ts';
import type { AlarmWords, Words } from './words.ts';

const of = ({ subject = '' }: Alarm): string => subject;
const why = ({ detail }: Alarm): string => (detail === undefined ? '' : `: ${detail}`);

const alarms: Readonly<Record<AlarmCode, (alarm: Alarm) => AlarmWords>> = {
  pipeline_stuck: (alarm) => ({
    says: `the gateway does not move${why(alarm)}`,
    todo: 'It is restarted by itself within a minute where systemd watches it. Otherwise restart it, and send a support bundle (city-gateway diag).',
  }),
  outbox_write: (alarm) => ({
    says: `outbox cannot write${why(alarm)}`,
    todo: 'Make room on the disk, or replace the SD card. Readings wait in memory and are lost if the box loses power now.',
  }),
  outbox_overflow: (alarm) => ({
    says: `readings are being lost for want of room${why(alarm)}`,
    todo: 'Bring the uplink back, or raise outbox.maxBytes if the disk has room.',
  }),
  outbox_replaced: (alarm) => ({
    says: `the outbox file was set aside and a fresh one is used${why(alarm)}`,
    todo: 'Keep the old file (city-gateway export --file reads it), and look at the SD card: it may be failing. This notice goes with the next restart.',
  }),
  disk_read_only: (alarm) => ({
    says: `the disk is read-only${why(alarm)}`,
    todo: 'The SD card is probably failing. Save a support bundle (city-gateway diag) to a USB stick, then replace the card.',
  }),
  disk_low: (alarm) => ({
    says: `the disk is nearly full${why(alarm)}`,
    todo: 'Delete what does not belong to the gateway, e.g. old logs: journalctl --vacuum-size=50M.',
  }),
  certificate_expired: (alarm) => ({
    says: `the certificate has expired${why(alarm)}`,
    todo: 'Check the clock of the box, and that it reaches the renewal server (uplink.tls.renew). Readings are kept on the disk meanwhile.',
  }),
  certificate_expiring: (alarm) => ({
    says: `the certificate could not be renewed yet${why(alarm)}`,
    todo: 'Check that the box reaches the renewal server (uplink.tls.renew) and that its password is right. It is tried again by itself.',
  }),
  clock_lost: () => ({
    says: 'nobody keeps the clock right any more',
    todo: 'Check that the box reaches a time server (timedatectl). Readings go on with the clock as it runs.',
  }),
  uplink_offline: (alarm) => ({
    says: `uplink is offline: ${alarm.detail ?? 'no connection yet'}`,
    todo: 'Check network cable or SIM, then the broker address, id, site and token in the configuration, and that no other gateway has the same id. Readings are kept on the disk meanwhile.',
  }),
  uplink_connecting: (alarm) => ({
    says: `uplink is connecting: ${alarm.detail ?? 'no connection yet'}`,
    todo: 'Wait a minute. If it stays so, check network cable or SIM, then the broker address, id, site and token in the configuration.',
  }),
  uplink_waiting: (alarm) => ({
    says: `uplink is waiting: ${alarm.detail ?? 'the host application is not online'}`,
    todo: 'The broker is reached, the host application behind it is not. Check that uplink.primaryHost is its right name; if so, tell those who run the sandbox: there is nothing to do at the box.',
  }),
  clock_unsynced: () => ({
    says: 'the clock is not synchronised: readings are held back',
    todo: 'Check that the box reaches a time server (timedatectl). Readings get their right time as soon as it does.',
  }),
  port_closed: (alarm) => ({
    says: `port ${of(alarm)}${why(alarm)}`,
    todo: 'Check cable, adapter and power; for a network port, its address. It is opened again by itself.',
  }),
  device_silent: (alarm) => ({
    says: `device ${of(alarm)} does not answer`,
    todo: 'Check its power, the two bus wires (A and B swapped?) and its address. city-gateway probe shows what passes on the wire.',
  }),
  device_held: (alarm) => ({
    says: `device ${of(alarm)}: the host confirms none of its readings`,
    todo: 'Nothing to do at the box: ask those who run the sandbox why it refuses this device. Its readings are kept.',
  }),
  reload_failed: (alarm) => ({
    says: `the changed configuration was refused${why(alarm)}`,
    todo: 'The gateway runs on with the old one. Run city-gateway check, mend the file, and reload again.',
  }),
};

export const english: Words = {
  language: 'en',
  alarm: (alarm) => alarms[alarm.code](alarm),
  allWell: 'All is well',
  faults: (count) => (count === 1 ? '1 fault' : `${String(count)} faults`),
  fewerShown: (hidden) => `${String(hidden)} more are not shown here; see /health.`,
  uplinkStates: {
    offline: 'offline',
    connecting: 'connecting',
    waiting: 'waits for the sandbox',
    online: 'online',
  },
  deviceStates: { unknown: 'not polled yet', answering: 'answers', silent: 'silent' },
  text: {
    gateway: 'Gateway',
    faultsTitle: 'Look at this first',
    uplink: 'Uplink',
    state: 'State',
    broker: 'Broker',
    since: 'Last change',
    lastConfirmed: 'Last confirmed',
    inFlight: 'Under way',
    sent: 'Sent',
    resent: 'Sent again',
    certificate: 'Certificate ends',
    outbox: 'Outbox',
    waiting: 'Batches waiting',
    size: 'Size',
    oldest: 'Oldest',
    dropped: 'Lost for good',
    clock: 'Clock',
    time: 'Local time',
    synchronised: 'synchronised',
    notSynchronised: 'not synchronised',
    trusted: 'trusted by configuration',
    jumps: 'Jumps',
    lastJump: 'Last jump',
    disk: 'Disk',
    free: 'Free',
    device: 'Device',
    readOnly: 'read-only',
    program: 'Program',
    version: 'Version',
    runsSince: 'Started',
    memory: 'Memory',
    config: 'Configuration',
    loaded: 'Loaded',
    lastReload: 'Last reload',
    reloaded: 'taken over',
    refused: 'refused',
    ports: 'Ports and devices',
    open: 'open',
    closed: 'closed',
    requests: 'Requests',
    timeouts: 'time-outs',
    exceptions: 'exceptions',
    strayFrames: 'stray frames',
    checksumErrors: 'checksum errors',
    reopens: 'reopened',
    lastAnswer: 'last answer',
    polls: 'polls',
    missed: 'missed',
    badValues: 'bad values',
    never: 'never',
    none: 'none',
    refreshing: 'Refreshes every 10 s.',
    paused: 'Does not refresh.',
    pause: 'Stop refreshing',
    goOn: 'Refresh again',
    otherLanguage: 'Română',
    links: 'For programs',
  },
};
