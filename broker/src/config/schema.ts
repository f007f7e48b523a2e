import { Type, type Static } from '@sinclair/typebox';
import { SecretRef, section } from '@city-testbed/runtime/config';

const host = Type.String({ default: '127.0.0.1', minLength: 1, description: 'Address to listen on' });
const port = (value: number) =>
  Type.Integer({ default: value, minimum: 0, maximum: 65535, description: 'TCP port; 0 takes any free one' });
const enabled = (value: boolean) => Type.Boolean({ default: value, description: 'Whether it listens' });
const file = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));
const certificate = {
  certFile: file('PEM file with the certificate chain; needed when enabled'),
  keyFile: file('PEM file with the private key; needed when enabled'),
  caFile: file('PEM file with the issuers whose client certificates are trusted'),
  requestCert: Type.Boolean({ default: false, description: 'Ask clients for a certificate' }),
};
const path = Type.String({ default: '/mqtt', pattern: '^/', description: 'Path of the WebSocket URL' });
const count = (value: number, maximum: number, description: string) =>
  Type.Integer({ default: value, minimum: 1, maximum, description });

export const BrokerConfigSchema = section({
  listeners: section({
    tcp: section({ enabled: enabled(true), host, port: port(1883) }),
    tls: section({ enabled: enabled(false), host, port: port(8883), ...certificate }),
    websocket: section({ enabled: enabled(false), host, port: port(8083), path }),
    wss: section({ enabled: enabled(false), host, port: port(8084), path, ...certificate }),
  }),
  sandbox: section({
    url: Type.String({
      default: 'http://127.0.0.1:8080',
      pattern: '^https?://',
      description: 'Base URL of the sandbox, which says who may connect',
    }),
    secret: Type.Optional(SecretRef),
    timeoutMs: count(3000, 60_000, 'How long one question to the sandbox may take, in ms'),
    cacheSeconds: Type.Integer({
      default: 30,
      minimum: 0,
      maximum: 3600,
      description: 'How long an answer that allows is used again, in seconds; revocations end it at once',
    }),
  }),
  anonymous: Type.Boolean({
    default: false,
    description: 'Let clients without a user name in, with every topic open; only on loopback',
  }),
  limits: section({
    packetBytes: count(262_144, 268_435_455, 'Largest packet of a client that was let in, in bytes'),
    packetBytesBeforeAuth: count(16_384, 1_048_576, 'Largest CONNECT, in bytes, its will included'),
    messagesPerSecond: count(2000, 1_000_000, 'Packets a second from one client; twice as many in a burst'),
    subscriptions: count(100, 100_000, 'Topic filters that one client may hold'),
    connectsPerSecond: count(50, 100_000, 'Connections a second from one address; twice as many in a burst'),
    connections: count(10_000, 1_000_000, 'Connections open at one time'),
    connectionsPerPrincipal: count(
      50,
      1_000_000,
      'Connections open at one time of one credential; not of a host',
    ),
    keepAliveSeconds: count(
      300,
      43_690,
      'Longest keep-alive; a client that asks for more, or none, is held to it',
    ),
    queuedBytes: count(
      4_194_304,
      1_073_741_824,
      'Bytes that may wait for one client; twice what waits for an absent one',
    ),
    connectTimeoutMs: count(5000, 60_000, 'Time for a new connection to send its CONNECT, in ms'),
    topicLevels: count(32, 100, 'Levels of a topic or filter'),
    topicBytes: count(512, 65_535, 'Length of a topic or filter, in bytes'),
    absentSessions: count(1000, 100_000, 'Sessions kept for clients that are away (clean session 0)'),
    sessionsPerPrincipal: count(50, 100_000, 'Such sessions of one credential; not of a host'),
    absentSeconds: count(3600, 2_592_000, 'How long such a session is kept, in seconds'),
    retainedBytes: count(
      67_108_864,
      4_294_967_296,
      'Retained messages in all, in bytes; those of a host do not count',
    ),
  }),
  drainTimeoutMs: count(
    5000,
    600_000,
    'A client that takes nothing of what is written to it for this long is cut',
  ),
  metrics: section({ enabled: enabled(true), host, port: port(9180) }),
  log: section({
    level: Type.Union(
      (['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const).map((level) =>
        Type.Literal(level),
      ),
      { default: 'info', description: 'Least level that is logged' },
    ),
  }),
});

/** The broker's configuration. Sizes in bytes, times in the unit of their name. */
export type BrokerConfig = Static<typeof BrokerConfigSchema>;
