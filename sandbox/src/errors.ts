import { errorCatalogue } from '@city-testbed/runtime';

/** Every code that the sandbox throws, logs or shows, in alphabetical order. */
export const { entries: sandboxErrors, error: sandboxError } = errorCatalogue({
  SANDBOX_COMMAND_MALFORMED: {
    summary: 'The command is not valid',
    hint: 'Publish JSON {"id": string, "value": number|boolean|string, "expiresAt": RFC 3339 time} on commands/<device>/<metric>.',
  },
  SANDBOX_COMMAND_NOT_GRANTED: {
    summary: "The pilot's agreement grants no command yet",
    hint: 'A pilot may read only. Ask the city for a permit to act on this device.',
  },
  SANDBOX_INGEST_BATCH_INVALID: {
    summary: 'The data message is not a batch that can be stored',
    hint: 'Each DDATA of a gateway carries the metric Batch (UInt64). Look at the gateway named by the topic.',
  },
  SANDBOX_INGEST_QUEUE_FULL: {
    summary: 'Readings arrive faster than they are stored',
    hint: 'Nothing is lost: what was turned away is not confirmed, and the gateway sends it again. Look at the disk and at the load.',
  },
  SANDBOX_INGEST_READING_INVALID: {
    summary: 'A reading cannot be stored',
    hint: 'Its time must lie between 2000 and a day ahead, and its value must be a number, a boolean or a string of at most 4096 characters.',
  },
  SANDBOX_MQTT_CONNECTION: {
    summary: 'The connection to the MQTT broker failed',
    hint: 'It is tried again by itself. Check mqtt.url and mqtt.password, and that the broker can reach this sandbox.',
  },
  SANDBOX_OUTPUT_MALFORMED: {
    summary: 'What the service published is not JSON',
    hint: 'Publish one JSON value as UTF-8 text on out/<name>; <name> is made of lower-case letters, digits and hyphens.',
  },
  SANDBOX_OUTPUT_TOO_LARGE: {
    summary: 'What the service published is too large',
    hint: 'Keep a message on out/<name> below limits.outputBytes; link to large files instead.',
  },
  SANDBOX_REGISTRY_DEVICE_CLAIMED: {
    summary: 'Two gateways declare the same device',
    hint: 'Device ids are unique in the testbed. Rename the device in the configuration of one of the two gateways.',
  },
  SANDBOX_REGISTRY_FULL: {
    summary: 'The registry holds as many devices, metrics or gateways as it may',
    hint: 'Raise the limit named, or find out which gateway declares so many.',
  },
  SANDBOX_REGISTRY_ID_INVALID: {
    summary: 'The gateway or device has an id that is not allowed',
    hint: 'Use 1 to 64 lower-case letters, digits and hyphens.',
  },
  SANDBOX_STORE_BUSY: {
    summary: 'Too much is waiting for the readings store',
    hint: 'Try again shortly. If it stays so, look at the disk, or ask for shorter periods.',
  },
  SANDBOX_STORE_CLOSED: {
    summary: 'The readings store is not running',
    hint: 'The sandbox is stopping or did not start; look in its log.',
  },
  SANDBOX_STORE_CURSOR_INVALID: {
    summary: 'The cursor is not one that this sandbox gave',
    hint: 'Pass the cursor of the page before, unchanged, or leave it out to begin at the start.',
  },
  SANDBOX_STORE_DISK_FULL: {
    summary: 'The disk of the readings store is full',
    hint: 'Make room under data.dir. Gateways keep what was not stored and send it again.',
  },
  SANDBOX_STORE_FAILED: {
    summary: 'The readings store could not do what it was asked',
    hint: 'The cause says what the database reported. Check the disk and the rights on data.dir.',
  },
  SANDBOX_STORE_MIGRATION: {
    summary: 'The readings database does not fit this version of the sandbox',
    hint: 'It was written by a newer version, or its upgrade failed. Go back to that version, or restore a copy.',
  },
  SANDBOX_STORE_READING_INVALID: {
    summary: 'A reading given to the store is out of bounds',
    hint: 'Times are whole milliseconds since 1970 and at least 0; names are at most 512 characters and strings at most 4096.',
  },
});
