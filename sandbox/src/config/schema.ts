import { Type, type Static } from '@sinclair/typebox';
import { SecretRef, section } from '@city-testbed/runtime/config';
import { Role, Slug } from '../contract/index.ts';

const Port = Type.Integer({ minimum: 0, maximum: 65_535 });
const Url = Type.String({ pattern: '^https?://', description: 'an http or https URL' });
const count = (standard: number, maximum: number, description: string) =>
  Type.Integer({ minimum: 1, maximum, default: standard, description });

const Site = section({
  id: Type.String({
    pattern: '^[a-z0-9-]{1,64}$',
    default: 'baia-mare',
    description: 'Sparkplug group id of all gateways',
  }),
  name: Type.String({ default: 'Baia Mare', description: 'what people read' }),
  lat: Type.Number({ minimum: -90, maximum: 90, default: 47.6567 }),
  lon: Type.Number({ minimum: -180, maximum: 180, default: 23.585 }),
  timeZone: Type.String({
    default: 'Europe/Bucharest',
    description: 'IANA name; local days are counted in it',
  }),
});

const Http = section({
  host: Type.String({ default: '127.0.0.1', description: 'address to listen on' }),
  port: Type.Integer({ ...Port, default: 8080, description: '0 takes a free one' }),
  publicUrl: Type.Optional(Url),
  trustedProxies: Type.Array(Type.String({ maxLength: 64 }), {
    default: [],
    maxItems: 100,
    description:
      'addresses or networks of proxies in front, e.g. 127.0.0.1 or 10.1.0.0/16: who asks is then read from their X-Forwarded-For',
  }),
  bodyLimitBytes: count(1024 * 1024, 64 * 1024 * 1024, 'largest request body'),
  uiDir: Type.Optional(
    Type.String({ description: 'folder of the built web UI; default: the one that comes along' }),
  ),
  secureCookies: Type.Boolean({
    default: true,
    description: 'false only where people reach the sandbox over plain http on loopback',
  }),
});

const Mqtt = section({
  url: Type.String({
    pattern: '^(mqtts?|wss?)://',
    default: 'mqtt://127.0.0.1:1883',
    description: 'the broker',
  }),
  publicUrl: Type.Optional(Type.String({ description: 'the broker as services reach it; default: url' })),
  publicWebsocketUrl: Type.Optional(
    Type.String({ description: 'the same over WebSocket, where it is offered' }),
  ),
  username: Type.String({ default: 'sandbox' }),
  password: SecretRef,
});

const GatewayCredential = Type.Object(
  { id: Type.String({ pattern: '^[a-z0-9-]{1,64}$', description: 'gateway id' }), token: SecretRef },
  { additionalProperties: false },
);

const DemoAccount = Type.Object(
  {
    role: Role,
    email: Type.String({ minLength: 3, maxLength: 200 }),
    name: Type.String({ minLength: 1, maxLength: 120 }),
    organisation: Type.String({ minLength: 1, maxLength: 120 }),
    password: Type.String({
      minLength: 8,
      maxLength: 200,
      description: 'in clear: it is offered to everybody',
    }),
  },
  { additionalProperties: false },
);

const Connector = Type.Union(
  [
    Type.Object(
      {
        id: Slug,
        kind: Type.Literal('ngsi-ld'),
        url: Url,
        tenant: Type.Optional(Type.String()),
        /** Header name -> secret, e.g. authorization. */
        headers: Type.Optional(Type.Record(Type.String(), SecretRef)),
      },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        id: Slug,
        kind: Type.Literal('cloudevents'),
        url: Url,
        hmacKey: SecretRef,
        pilots: Type.Optional(Type.Array(Slug, { description: 'all when left out' })),
        events: Type.Optional(Type.Array(Type.String(), { description: 'all when left out' })),
      },
      { additionalProperties: false },
    ),
  ],
  {
    description:
      'ngsi-ld {id, url, tenant?, headers?: {NAME: secret}} or cloudevents {id, url, hmacKey, pilots?, events?}',
  },
);

const Limits = section({
  gateways: count(1000, 100_000, 'gateways that the registry holds'),
  devices: count(10_000, 1_000_000, 'devices that the registry holds'),
  metricsPerDevice: count(500, 10_000, 'metrics of one device'),
  queuedReadings: count(100_000, 10_000_000, 'readings that may wait for the store; more are turned away'),
  queuedBytes: count(64 * 1024 * 1024, 2 ** 32, 'bytes of the same'),
  outputBytes: count(64 * 1024, 16 * 1024 * 1024, 'largest message of a service on out/<name>'),
  recentMessages: count(100, 10_000, 'messages of each pilot kept for its page'),
  storeReads: count(200, 100_000, 'queries that may wait for the readings store'),
});

/** Settings as they stand in the file: secrets are references. */
export const SandboxSettings = section({
  site: Site,
  http: Http,
  mqtt: Mqtt,
  internal: section({ secret: SecretRef }, { description: 'what the broker sends as bearer token' }),
  data: section({
    dir: Type.String({
      minLength: 1,
      default: './.data/sandbox',
      description: 'folder of the databases; a relative one starts at the configuration file',
    }),
  }),
  gateways: Type.Array(GatewayCredential, { default: [], maxItems: 10_000 }),
  bootstrapAdmin: Type.Optional(
    Type.Object(
      { email: Type.String({ minLength: 3, maxLength: 200 }), password: SecretRef },
      { additionalProperties: false, description: 'made when there is no user yet' },
    ),
  ),
  demo: section({
    enabled: Type.Boolean({ default: false, description: 'the demonstration city; only on loopback' }),
    accounts: Type.Array(DemoAccount, { default: [], maxItems: 50 }),
  }),
  nodeRedUrl: Type.Optional(Url),
  mapTilesUrl: Type.Optional(
    Type.String({ pattern: '^https?://.*\\{z\\}', description: 'raster tile template with {z}/{x}/{y}' }),
  ),
  connectors: Type.Array(Connector, { default: [], maxItems: 100 }),
  limits: Limits,
  logLevel: Type.Union(
    (['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const).map((level) =>
      Type.Literal(level),
    ),
    { default: 'info' },
  ),
});
export type SandboxSettings = Static<typeof SandboxSettings>;
