import { errorCatalogue, messageOf } from '@city-testbed/runtime';

/** Every code that this workspace throws or logs, with its meaning. */
export const { entries: gatewayErrors, error: gatewayError } = errorCatalogue({
  GATEWAY_OUTBOX_OPEN: {
    summary: 'The outbox cannot be opened',
    hint: 'Check that the folder exists, is writable and has space, and that no other gateway uses the same file.',
  },
  GATEWAY_OUTBOX_NEWER: {
    summary: 'The outbox was written by a newer version of the gateway',
    hint: 'Install that version again, or give outbox.file a new path; the old file keeps its readings.',
  },
  GATEWAY_OUTBOX_CORRUPT: {
    summary: 'The outbox file could not be used on, and a fresh one took its place',
    hint: 'Readings go on. What can be read of the old file is brought over; the file named here stays as it is: `city-gateway export --file` reads it.',
  },
  GATEWAY_OUTBOX_COMMIT: {
    summary: 'Readings cannot be written to the outbox',
    hint: 'Look for a full or read-only disk. Readings wait in memory up to a limit, and writing is tried again.',
  },
  GATEWAY_OUTBOX_FULL: {
    summary: 'More readings wait than the outbox may hold, and some are lost',
    hint: 'Readings come faster than they are stored elsewhere: look at the uplink. outbox.maxBytes and outbox.overflow say how much waits and what gives way; status counts what was lost.',
  },
  GATEWAY_OUTBOX_ROW: {
    summary: 'A row of the outbox cannot be read and was left out',
    hint: 'The disk may be failing. The other rows are not affected.',
  },
  GATEWAY_EXPORT_FILE: {
    summary: 'The outbox file cannot be exported',
    hint: 'Check that it is an outbox file, that you may read it, and that the folder for temporary files (TMPDIR) has room for a copy.',
  },
  GATEWAY_EXPORT_WRITE: {
    summary: 'The export cannot be written',
    hint: 'Check that the folder of --output exists, is writable and has space.',
  },
  GATEWAY_PORT_OPEN: {
    summary: 'A port cannot be opened',
    hint: 'Check the address or path, the cable, and for serial ports that this user is in the group dialout.',
  },
  GATEWAY_PORT_LOST: {
    summary: 'A port was lost',
    hint: 'It is opened again by itself. If it stays lost, check cable, power and network.',
  },
  GATEWAY_DRIVER_MISSING: {
    summary: 'A driver cannot be loaded',
    hint: 'Its native library is missing or does not fit this Node.js. Run npm ci again on this machine.',
  },
  GATEWAY_GPIO_LINE: {
    summary: 'A GPIO line cannot be used',
    hint: 'Check the pin number, that no other program holds it, and that this user is in the group gpio.',
  },
  GATEWAY_UPLINK_REFUSED: {
    summary: 'The broker cannot be reached, or refuses this gateway',
    hint: 'Check uplink.url, username and password, and that id and site are those that the sandbox knows. Readings stay in the outbox, and connecting is tried again.',
  },
  GATEWAY_UPLINK_BATCH: {
    summary: 'A batch cannot be published and was dropped',
    hint: 'Either the broker refuses it however small it is made, or it does not fit its birth certificate, which is a fault of the gateway: please report it with this line.',
  },
  GATEWAY_UPLINK_OVERSIZED: {
    summary: 'The broker cuts the connection at a batch, which is sent in parts from now on',
    hint: 'Nothing is lost. To have it whole, raise the packet limit of the broker, or poll fewer metrics together.',
  },
  GATEWAY_UPLINK_HOST_AWAY: {
    summary: 'The primary host is not online at this broker',
    hint: 'The next broker of uplink.fallbackUrls is tried. Check that the sandbox is connected to the broker named here.',
  },
  GATEWAY_RENEWAL_FAILED: {
    summary: 'The certificate of the gateway could not be renewed',
    hint: 'It is tried again and again. Check uplink.tls.renew: the server, its caFile, and the password, which also works once the certificate has expired.',
  },
  GATEWAY_RENEWAL_ANSWER: {
    summary: 'The certificate that the server gave cannot be used',
    hint: 'The old one stays in force. Look on the EST server for what it issues to this gateway.',
  },
  GATEWAY_TLS_FILE: {
    summary: 'A certificate or key of the uplink cannot be used',
    hint: 'Check uplink.tls: the files must exist, be readable by the gateway, be PEM, and key and certificate must belong together.',
  },
  GATEWAY_UPLINK_UNCONFIRMED: {
    summary: 'The host confirms nothing of a device, which is held back',
    hint: 'Look on the host for why it refuses this device. Its readings stay in the outbox, and one is tried again and again; other devices go on.',
  },
  GATEWAY_CONFIRMATION_INVALID: {
    summary: 'A confirmation cannot be understood and was ignored',
    hint: 'The host must write Node Control/Stored as a UInt64Array of from,to pairs.',
  },
  GATEWAY_COMMAND_REFUSED: {
    summary: 'A command was refused',
    hint: 'The reason says why: the metric must be writable and the value within its type and range.',
  },
  GATEWAY_COMMAND_FAILED: {
    summary: 'A command did not reach its device',
    hint: 'The device refused it or did not answer. The next poll shows what the device holds.',
  },
  GATEWAY_NOT_RUNNING: {
    summary: 'No gateway answers here',
    hint: 'Is it running (systemctl status city-gateway)? If its status page listens elsewhere, name it with --url http://HOST:PORT.',
  },
  GATEWAY_STATUS_OFF: {
    summary: 'The configuration does not say where a running gateway can be asked',
    hint: 'Give it a status section with a port (e.g. status: { port: 9464 }) and restart it, or name the page with --url.',
  },
  GATEWAY_DIAG_WRITE: {
    summary: 'The support bundle cannot be written',
    hint: 'Name another place with --output: a folder that is empty or missing, or a .tar.gz file that does not exist yet.',
  },
  GATEWAY_CONFIG_APART: {
    summary: 'The process that reads the configuration did not do its work',
    hint: 'Run city-gateway check with the same file. If that works, the box may be short of memory.',
  },
  GATEWAY_RELOAD_RESTART: {
    summary: 'A running gateway cannot take over these changes',
    hint: 'Nothing was changed. Undo them, or restart the gateway; readings wait in the outbox meanwhile.',
  },
  GATEWAY_INSTALL_FAILED: {
    summary: 'The gateway cannot be made a service',
    hint: 'Run it as root (sudo), from a clone that every user can read, e.g. in /opt. city-gateway install --dry-run says what it would do.',
  },
  GATEWAY_STATUS_LISTEN: {
    summary: 'The status page cannot listen',
    hint: 'Another program holds the port. Choose another status.port, or leave status out.',
  },
});

/** A sentence about a failed connection. Where a name has several addresses, Node's error has no message of its own. */
export function connectionFault(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(messageOf))].join(', ');
  }
  return messageOf(error);
}
