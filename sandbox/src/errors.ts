import { errorCatalogue } from '@city-testbed/runtime';

/** Every code that the sandbox throws, logs or shows, in alphabetical order. */
export const { entries: sandboxErrors, error: sandboxError } = errorCatalogue({
  SANDBOX_ACCESS_CROSS_SITE: {
    summary: 'The request comes from another site',
    hint: 'Send it from a page of this testbed; a program uses its own cookie jar and sends no Origin header.',
  },
  SANDBOX_ACCESS_FORBIDDEN: {
    summary: 'This account may not do that',
    hint: 'Ask a member of staff, or sign in with an account whose role allows it.',
  },
  SANDBOX_ACCESS_NOT_SIGNED_IN: {
    summary: 'Nobody is signed in',
    hint: 'Sign in with POST /api/v1/session, or send a token of the pilot as bearer where the route takes one.',
  },
  SANDBOX_ACCESS_SECRET_REFUSED: {
    summary: 'The shared secret of the broker is missing or wrong',
    hint: 'Send authorization: Bearer <internal.secret>; the broker and the sandbox must read the same secret.',
  },
  SANDBOX_ACCESS_SIGN_IN_REFUSED: {
    summary: 'Email or password is wrong',
    hint: 'Check both. After several failures each further try has to wait.',
  },
  SANDBOX_ACCESS_SIGN_IN_TOO_OFTEN: {
    summary: 'Too many sign-ins were tried',
    hint: 'Wait for the seconds named in the Retry-After header, then try again.',
  },
  SANDBOX_ACCESS_TOKENS_FULL: {
    summary: 'The pilot has as many working tokens as it may',
    hint: 'Revoke those that are not used any more.',
  },
  SANDBOX_ACCESS_TOKEN_REFUSED: {
    summary: 'The bearer token is unknown, expired or revoked',
    hint: 'Issue a new one on the page of the pilot.',
  },
  SANDBOX_ACCESS_TOKEN_UNKNOWN: {
    summary: 'There is no such token',
    hint: 'List the tokens of the pilot for their ids.',
  },
  SANDBOX_API_BODY_TOO_LARGE: {
    summary: 'The request body is too large',
    hint: 'Send less at once; the limit is http.bodyLimitBytes.',
  },
  SANDBOX_API_DEVICE_UNKNOWN: {
    summary: 'There is no such device, or this account may not see it',
    hint: 'List the devices for their ids.',
  },
  SANDBOX_API_INPUT_INVALID: {
    summary: 'The request has faults',
    hint: 'Correct every fault listed in errors; each names its path, what was found and what is allowed.',
  },
  SANDBOX_API_INTERNAL: {
    summary: 'Something went wrong in the sandbox',
    hint: 'Try again. If it stays so, give the operator the id named; the log has the cause under it.',
  },
  SANDBOX_API_MEDIA_TYPE: {
    summary: 'The request body has a type that is not understood',
    hint: 'Send JSON with content-type: application/json.',
  },
  SANDBOX_API_LISTEN: {
    summary: 'The web pages and the API cannot listen',
    hint: 'End the program that holds the port, or set http.host and http.port to an address that is free and of this machine.',
  },
  SANDBOX_API_METRIC_UNKNOWN: {
    summary: 'The device has no such metric, or this account may not see it',
    hint: 'Read the device for the names of its metrics.',
  },
  SANDBOX_API_NOT_JSON: {
    summary: 'The request body is not JSON',
    hint: 'Send one JSON value as UTF-8 text.',
  },
  SANDBOX_API_REQUEST_REFUSED: {
    summary: 'The request could not be understood',
    hint: 'Compare it with the description of the interface at /api/docs.',
  },
  SANDBOX_API_ROUTE_UNKNOWN: {
    summary: 'There is nothing at this address',
    hint: 'See /api/docs for the addresses that there are.',
  },
  SANDBOX_API_TOO_MANY_REQUESTS: {
    summary: 'Too many requests',
    hint: 'Wait for the seconds named in the Retry-After header.',
  },
  SANDBOX_API_TOO_MANY_STREAMS: {
    summary: 'Too many live streams are open',
    hint: 'Close some; one stream can carry several devices.',
  },
  SANDBOX_COMMAND_MALFORMED: {
    summary: 'The command is not valid',
    hint: 'Publish JSON {"id": string, "value": number|boolean|string, "expiresAt": RFC 3339 time} on commands/<device>/<metric>.',
  },
  SANDBOX_COMMAND_NOT_GRANTED: {
    summary: "The pilot's agreement does not grant this command",
    hint: 'A pilot may read only, but for the metrics named by `writes` in its agreement. Ask the city for a permit to act on this device.',
  },
  SANDBOX_COMMAND_EXPIRED: {
    summary: 'The command has expired',
    hint: 'Its expiresAt has passed, or is no time. Check the clock of the service; without expiresAt a command lives for 30 seconds.',
  },
  SANDBOX_COMMAND_UNDELIVERABLE: {
    summary: 'The command cannot be delivered',
    hint: 'The gateway or the device is offline, the value does not fit the metric, or too many commands are under way. Nothing was done.',
  },
  SANDBOX_COMMAND_RESULT_INVALID: {
    summary: 'What a gateway said of a command cannot be understood',
    hint: 'Command/Result must be JSON {id, metric, ok, reason?, value?, at}. The service is told that nobody answered.',
  },
  SANDBOX_CONNECTOR_LETTER_UNKNOWN: {
    summary: 'There is no such dead letter',
    hint: 'It may have been sent again already; list the dead letters of the connector.',
  },
  SANDBOX_CONNECTOR_QUEUE_FULL: {
    summary: 'More is waiting for a connector than it may hold',
    hint: 'The oldest was dropped. Look at why the target does not take it.',
  },
  SANDBOX_CONNECTOR_REFUSED: {
    summary: 'The target of a connector did not accept what was sent',
    hint: 'It is tried again unless the target said that it never will. The detail says what it answered.',
  },
  SANDBOX_CONNECTOR_UNKNOWN: {
    summary: 'There is no such connector',
    hint: 'Connectors are declared in the configuration file under connectors.',
  },
  SANDBOX_DATABASE_MIGRATION: {
    summary: 'registry.db does not fit this version of the sandbox',
    hint: 'It was written by a newer version, is damaged, or its upgrade failed. Go back to that version, or restore a copy.',
  },
  SANDBOX_EVALUATION_TOO_LONG: {
    summary: 'The period is too long to be evaluated at once',
    hint: 'Ask for a shorter period with from and to.',
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
    hint: 'Its time must lie between 1970 and May 2109, and its value must be a number, a boolean or a string of at most 4096 characters.',
  },
  SANDBOX_INGEST_TIME_ODD: {
    summary: 'The time of a reading is before 2000 or more than a day ahead; it was stored as it is',
    hint: 'Compare the clocks of the sandbox and of the gateway with the true time, and let NTP set them.',
  },
  SANDBOX_MQTT_CONNECTION: {
    summary: 'The connection to the MQTT broker failed',
    hint: 'It is tried again by itself. Check mqtt.url and mqtt.password, and that the broker can reach this sandbox.',
  },
  SANDBOX_MQTT_HANDLING: {
    summary: 'What came from the broker could not be acted on',
    hint: 'The sandbox goes on with the next message. Look at the disk, and in the log for what failed just before.',
  },
  SANDBOX_OUTPUT_BUSY: {
    summary: 'What services publish arrives faster than it is kept',
    hint: 'Publish less often on out/<name>; this message was not kept.',
  },
  SANDBOX_OUTPUT_MALFORMED: {
    summary: 'What the service published is not JSON',
    hint: 'Publish one JSON value as UTF-8 text on out/<name>; <name> is made of lower-case letters, digits and hyphens.',
  },
  SANDBOX_OUTPUT_TOO_LARGE: {
    summary: 'What the service published is too large',
    hint: 'Keep a message on out/<name> below limits.outputBytes; link to large files instead.',
  },
  SANDBOX_PILOT_EXISTS: {
    summary: 'There is a pilot with this id already, or its id is taken by a gateway',
    hint: 'Choose another id.',
  },
  SANDBOX_PILOT_INVALID: {
    summary: 'The pilot has faults',
    hint: 'Correct every fault listed in errors; each names its path, what was found and what is allowed.',
  },
  SANDBOX_PILOT_MEMBER_UNKNOWN: {
    summary: 'There is no account with this email, or it is no member',
    hint: 'Members need an account first; check the spelling of the email.',
  },
  SANDBOX_PILOT_NOT_IN_FORCE: {
    summary: 'The data agreement of the pilot is not in force',
    hint: 'It holds while the pilot is live, between its dates and until the end of the agreement.',
  },
  SANDBOX_PILOT_STATE: {
    summary: 'The pilot is in a state that does not allow this',
    hint: 'A pilot goes from draft to live to ended, and never back.',
  },
  SANDBOX_PILOT_UNKNOWN: {
    summary: 'There is no such pilot, or this account may not see it',
    hint: 'List the pilots for their ids.',
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
  SANDBOX_STORE_RANGE: {
    summary: 'The period holds too many points for one answer',
    hint: 'Ask for a shorter period or a coarser resolution.',
  },
  SANDBOX_STORE_READING_INVALID: {
    summary: 'A reading given to the store is out of bounds',
    hint: 'Times are whole milliseconds since 1970 and at least 0; names are at most 512 characters and strings at most 4096.',
  },
});
