import { Type, type Static, type TProperties } from '@sinclair/typebox';
import { SecretRef, section } from '@city-testbed/runtime/config';

const slug = (description: string) =>
  Type.String({
    pattern: '^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$',
    description: `${description}: a to z, digits and hyphens inside, at most 64`,
  });
const ms = (description: string, options: { default?: number; minimum?: number; maximum?: number } = {}) =>
  Type.Integer({ minimum: 0, maximum: 86_400_000, description, ...options });
const words = <const Word extends string>(allowed: readonly Word[], description: string, fallback?: Word) =>
  Type.Union(
    allowed.map((word) => Type.Literal(word)),
    {
      description: `${description}: ${allowed.join(', ')}`,
      ...(fallback === undefined ? {} : { default: fallback }),
    },
  ) as unknown as ReturnType<typeof Type.Unsafe<Word>>;

/** A section that may be left out; it has no default, or it would be filled in where nobody asked for it. */
const optional = <T extends TProperties>(properties: T) =>
  Type.Optional(Type.Object(properties, { additionalProperties: false }));

export const portKinds = ['modbus-tcp', 'modbus-rtu', 'modbus-rtu-over-tcp', 'serial', 'gpio'] as const;

/** One shape for every kind, so that a fault names its key; ports.ts says which keys a kind has. */
export const PortConfig = section({
  id: slug('Name of the port, used by devices'),
  kind: words(portKinds, 'What speaks on it'),
  host: Type.Optional(Type.String({ minLength: 1, description: 'Host name or address' })),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535, description: 'TCP port' })),
  path: Type.Optional(
    Type.String({ minLength: 1, description: '/dev/serial/by-id/... or, for serial, tcp://host:port' }),
  ),
  baudRate: Type.Optional(Type.Integer({ minimum: 300, maximum: 4_000_000, description: 'bits a second' })),
  dataBits: Type.Optional(Type.Union([Type.Literal(7), Type.Literal(8)], { description: '7 or 8' })),
  parity: Type.Optional(words(['none', 'even', 'odd'], 'Parity')),
  stopBits: Type.Optional(Type.Union([Type.Literal(1), Type.Literal(2)], { description: '1 or 2' })),
  chip: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$',
      description: 'GPIO chip by its label or name, e.g. pinctrl-bcm2835; default: the one of the header',
    }),
  ),
  base: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 65_535,
      description: 'Number of the first line of the GPIO chip; default: looked up in the kernel',
    }),
  ),
  timeoutMs: Type.Optional(ms('Time-out of one request', { minimum: 10, maximum: 60_000 })),
  retries: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 5,
      description:
        'Modbus: requests of one poll that are repeated when the answer is lost or broken, for a device that answered its previous poll; default: 1 for modbus-rtu and modbus-rtu-over-tcp, 0 for modbus-tcp',
    }),
  ),
  retryMaxMs: ms('Longest pause between two tries on a device or port that does not answer', {
    default: 30_000,
    minimum: 10,
  }),
});
export type PortConfig = Static<typeof PortConfig>;

const interval = (description: string) => Type.Optional(ms(description));

export const DeviceConfig = section({
  id: slug('Unique in the whole testbed'),
  name: Type.Optional(
    Type.String({ minLength: 1, maxLength: 120, description: 'For people; default: the id' }),
  ),
  profile: Type.String({ minLength: 3, description: 'Profile id, e.g. eastron/sdm120' }),
  port: Type.String({ minLength: 1, description: 'Id of a port above' }),
  unit: Type.Optional(Type.Integer({ minimum: 0, maximum: 255, description: 'Modbus unit id' })),
  intervalMs: interval('Sampling interval of all its metrics; 0 = as fast as possible; default: the profile'),
  location: optional({
    lat: Type.Number({ minimum: -90, maximum: 90, description: 'Degrees north, WGS 84' }),
    lon: Type.Number({ minimum: -180, maximum: 180, description: 'Degrees east, WGS 84' }),
    place: Type.String({ maxLength: 200, description: 'Where it is, in words', default: '' }),
  }),
  metrics: Type.Record(
    Type.String(),
    section({
      enabled: Type.Boolean({ default: true, description: 'false: never read' }),
      intervalMs: interval('Sampling interval of this metric'),
      deadband: Type.Optional(
        Type.Number({
          minimum: 0,
          description:
            'Report by exception: a value is kept only when it differs by more than this, in its unit, or its quality changes; default: every value',
        }),
      ),
      maxSilenceMs: Type.Optional(
        ms('With a deadband: a value is kept at least this often; default: 10 intervals', { minimum: 100 }),
      ),
    }),
    { default: {}, description: 'Overrides by metric name' },
  ),
  pins: Type.Record(Type.String(), Type.Integer({ minimum: 0, maximum: 1023 }), {
    default: {},
    description: 'GPIO line (BCM number on a Raspberry Pi) by metric name',
  }),
});
export type DeviceConfig = Static<typeof DeviceConfig>;

export const OutboxConfig = section({
  file: Type.String({ minLength: 1, default: './outbox.db', description: 'SQLite file' }),
  maxBytes: Type.Integer({
    minimum: 65_536,
    default: 268_435_456,
    description: 'Bytes of readings that may wait; past it `overflow` says what is lost, and it is counted',
  }),
  overflow: words(
    ['drop-oldest', 'drop-newest', 'thin'],
    'What gives way when maxBytes is reached. thin keeps every `thinKeep`-th batch of the oldest ones',
    'drop-oldest',
  ),
  thinKeep: Type.Integer({
    minimum: 2,
    maximum: 1000,
    default: 10,
    description: 'With overflow: thin: of so many of the oldest batches of a device, one is kept',
  }),
  commitIntervalMs: ms('A reading is on disk at most so much later; a power cut loses no more than that', {
    default: 1000,
    maximum: 10_000,
  }),
  commitRows: Type.Integer({
    minimum: 1,
    maximum: 10_000,
    default: 500,
    description: 'A commit does not wait longer than for so many polls',
  }),
  synchronous: words(
    ['full', 'normal'],
    'full: a commit survives a power cut; normal: the last seconds may not',
    'full',
  ),
});
export type OutboxConfig = Static<typeof OutboxConfig>;

export const UplinkConfig = section({
  url: Type.String({ pattern: '^(mqtts?|wss?)://', description: 'mqtt://, mqtts://, ws:// or wss:// URL' }),
  fallbackUrls: Type.Array(Type.String({ pattern: '^(mqtts?|wss?)://' }), {
    default: [],
    maxItems: 8,
    description:
      'Further brokers, tried in turn when `url` cannot be reached or the primary host is not there',
  }),
  hostWaitMs: ms('With fallbackUrls: how long to wait for the primary host on one broker', {
    default: 30_000,
    minimum: 100,
  }),
  username: Type.Optional(Type.String({ minLength: 1, description: 'Default: the gateway id' })),
  password: Type.Optional(SecretRef),
  clientId: Type.Optional(
    Type.String({ minLength: 1, maxLength: 128, description: 'Default: the gateway id' }),
  ),
  primaryHost: Type.Optional(
    Type.String({ minLength: 1, description: 'Host application to wait for, e.g. sandbox' }),
  ),
  confirm: words(['host', 'broker'], 'Whose word deletes a reading', 'host'),
  window: Type.Integer({
    minimum: 1,
    maximum: 100_000,
    default: 2000,
    description: 'Batches sent and not yet confirmed',
  }),
  batchesPerSecond: Type.Integer({
    minimum: 1,
    maximum: 100_000,
    default: 9000,
    description:
      'Batches sent in a second at most, e.g. for a metered link; a sandbox cuts gateways past 10,000',
  }),
  bytesPerSecond: Type.Optional(
    Type.Integer({
      minimum: 100,
      maximum: 1_000_000_000,
      description: 'Bytes of data messages sent in a second at most, on average; default: no limit',
    }),
  ),
  resendAfterMs: ms('An unconfirmed batch is sent again after', { default: 5000, minimum: 100 }),
  keepAliveSeconds: Type.Integer({ minimum: 5, maximum: 3600, default: 30, description: 'MQTT keep-alive' }),
  connectTimeoutMs: ms('Time-out of connecting', { default: 10_000, minimum: 100 }),
  reconnectMinMs: ms('First pause before connecting again', { default: 500, minimum: 10 }),
  reconnectMaxMs: ms('Longest pause before connecting again', { default: 30_000, minimum: 10 }),
  rebirthIntervalMs: ms('At most one rebirth on request in this time', { default: 5000 }),
  tls: section({
    caFile: Type.Optional(Type.String({ minLength: 1, description: 'Certificate authority, PEM' })),
    certFile: Type.Optional(Type.String({ minLength: 1, description: 'Certificate of the gateway, PEM' })),
    keyFile: Type.Optional(Type.String({ minLength: 1, description: 'Its private key, PEM' })),
    renew: optional({
      url: Type.String({
        pattern: '^https://',
        description:
          'EST server (RFC 7030) that issues and renews the certificate: https://host/.well-known/est',
      }),
      caFile: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'Certificate authority of that server, PEM; default: caFile',
        }),
      ),
      password: Type.Optional(SecretRef),
      remaining: Type.Number({
        minimum: 0.05,
        maximum: 0.9,
        default: 0.34,
        description: 'Renewed when less than this share of its life is left',
      }),
    }),
  }),
});
export type UplinkConfig = Static<typeof UplinkConfig>;

/** The whole configuration of a gateway. */
export const GatewayConfig = section({
  id: slug('Gateway id: the Sparkplug edge node'),
  site: slug('Site: the Sparkplug group'),
  clock: words(
    ['trusted', 'ntp'],
    'trusted: the wall clock is right; ntp: only once it is synchronised',
    'trusted',
  ),
  logLevel: words(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'Log level', 'info'),
  profiles: Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    description: 'Folders of profiles, searched before those that come with the gateway',
  }),
  outbox: OutboxConfig,
  ports: Type.Array(PortConfig, { minItems: 1, description: 'Ports to the field' }),
  devices: Type.Array(DeviceConfig, { minItems: 1, description: 'Devices on them' }),
  uplink: UplinkConfig,
  status: optional({
    host: Type.String({ minLength: 1, default: '127.0.0.1', description: 'Address to listen on' }),
    port: Type.Integer({ minimum: 0, maximum: 65535, description: '0: any free port' }),
  }),
});
export type GatewayConfig = Static<typeof GatewayConfig>;
