import { Type, type Static } from '@sinclair/typebox';
import { Instant, List, Nullable, Page, Slug } from './common.ts';

export const PilotState = Type.Union([Type.Literal('draft'), Type.Literal('live'), Type.Literal('ended')]);
export type PilotState = Static<typeof PilotState>;

/** What the pilot may read and set, for what purpose, until when. `metrics: ["*"]` grants all metrics of a device. */
export const Agreement = Type.Object(
  {
    purpose: Type.String({ maxLength: 2000 }),
    until: Instant,
    reads: Type.Array(
      Type.Object(
        {
          device: Slug,
          metrics: Type.Array(Type.String({ maxLength: 128 }), { minItems: 1, maxItems: 200 }),
        },
        { additionalProperties: false },
      ),
      { maxItems: 500 },
    ),
    writes: Type.Optional(
      Type.Array(
        Type.Object(
          {
            device: Slug,
            metrics: Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { minItems: 1, maxItems: 50 }),
          },
          { additionalProperties: false },
        ),
        {
          maxItems: 100,
          description: 'What the pilot may set by commands, each metric by its name; left out: nothing',
        },
      ),
    ),
  },
  { additionalProperties: false },
);
export type Agreement = Static<typeof Agreement>;

/** What was agreed that the pilot's data must be, before it started. */
export const Target = Type.Object(
  {
    intervalSeconds: Type.Integer({
      minimum: 60,
      maximum: 86_400,
      default: 300,
      description:
        'Agreed reporting interval: the period is cut into slots of this length, and a slot is complete when it holds a good reading. Whole minutes',
    }),
    completenessPercent: Type.Number({ minimum: 0, maximum: 100 }),
    latencyP95Ms: Type.Integer({ minimum: 1, maximum: 86_400_000 }),
    minimumReadings: Type.Integer({
      minimum: 1,
      maximum: 1_000_000_000,
      description: 'Least data for a verdict',
    }),
  },
  { additionalProperties: false },
);
export type Target = Static<typeof Target>;

export const Pilot = Type.Object({
  id: Slug,
  title: Type.String(),
  summary: Type.String(),
  organisation: Type.String({ description: 'Who runs the pilot' }),
  state: PilotState,
  startsAt: Instant,
  endsAt: Instant,
  createdAt: Instant,
  synthetic: Type.Boolean({ description: 'Part of the demonstration city' }),
  agreement: Agreement,
  target: Target,
  members: Type.Array(
    Type.Object({ userId: Type.String(), name: Type.String(), email: Type.String(), role: Type.String() }),
  ),
  /** What the person who asks may do here. */
  may: Type.Object({ edit: Type.Boolean(), issueTokens: Type.Boolean() }),
});
export type Pilot = Static<typeof Pilot>;
export const PilotList = List(Pilot);
export type PilotList = Static<typeof PilotList>;

/** POST /api/v1/pilots (staff, admin). The id is made from the title when it is left out. */
export const NewPilot = Type.Object(
  {
    id: Type.Optional(Slug),
    title: Type.String({ minLength: 3, maxLength: 120 }),
    summary: Type.String({ maxLength: 2000 }),
    organisation: Type.String({ minLength: 2, maxLength: 120 }),
    startsAt: Instant,
    endsAt: Instant,
    agreement: Agreement,
    target: Type.Optional(Target),
  },
  { additionalProperties: false },
);
export type NewPilot = Static<typeof NewPilot>;

/** PATCH /api/v1/pilots/{pilot}; PUT .../agreement takes Agreement, PUT .../target takes Target. */
export const PilotChange = Type.Object(
  {
    title: Type.Optional(Type.String({ minLength: 3, maxLength: 120 })),
    summary: Type.Optional(Type.String({ maxLength: 2000 })),
    state: Type.Optional(PilotState),
    endsAt: Type.Optional(Instant),
  },
  { additionalProperties: false },
);
export type PilotChange = Static<typeof PilotChange>;

/** POST /api/v1/pilots/{pilot}/members */
export const NewMember = Type.Object(
  { email: Type.String({ minLength: 3, maxLength: 200 }) },
  { additionalProperties: false },
);
export type NewMember = Static<typeof NewMember>;

/** GET, POST /api/v1/pilots/{pilot}/tokens; DELETE .../tokens/{id} revokes at once. */
export const Token = Type.Object({
  id: Type.String(),
  name: Type.String(),
  createdAt: Instant,
  createdBy: Type.String(),
  expiresAt: Instant,
  revokedAt: Nullable(Instant),
  lastUsedAt: Nullable(Instant),
});
export type Token = Static<typeof Token>;
export const TokenList = List(Token);
export type TokenList = Static<typeof TokenList>;
export const NewToken = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 80 }), expiresAt: Type.Optional(Instant) },
  { additionalProperties: false },
);
export type NewToken = Static<typeof NewToken>;
/** The secret is shown once, here, and stored only as a hash. */
export const IssuedToken = Type.Object({
  token: Token,
  secret: Type.String(),
  environment: Type.Object({
    MQTT_URL: Type.String(),
    MQTT_USERNAME: Type.String(),
    MQTT_PASSWORD: Type.String(),
    TOPIC_PREFIX: Type.String(),
    API_URL: Type.String(),
  }),
});
export type IssuedToken = Static<typeof IssuedToken>;

/** GET /api/v1/pilots/{pilot}/connection: what a service needs, without the secret. */
export const PilotConnection = Type.Object({
  mqttUrl: Type.String(),
  websocketUrl: Nullable(Type.String()),
  username: Type.String(),
  prefix: Type.String(),
  apiUrl: Type.String(),
  topics: Type.Array(
    Type.Object({
      address: Type.String(),
      direction: Type.Union([Type.Literal('receive'), Type.Literal('send')], {
        description: 'As the service sees it',
      }),
      summary: Type.Object({ en: Type.String(), ro: Type.String() }),
      example: Type.String({ description: 'A JSON payload' }),
    }),
  ),
  limits: Type.Object({
    packetBytes: Type.Integer(),
    outputBytes: Type.Integer({
      description: 'Largest message on out/<name>; larger ones are acknowledged and refused',
    }),
    messagesPerSecond: Type.Integer(),
    subscriptions: Type.Integer(),
  }),
});
export type PilotConnection = Static<typeof PilotConnection>;

/** GET /api/v1/pilots/{pilot}/live: server-sent events named `message` (PilotMessage). */
export const PilotMessage = Type.Object({
  at: Instant,
  topic: Type.String({ description: 'Below the prefix' }),
  direction: Type.Union([Type.Literal('receive'), Type.Literal('send')]),
  payload: Type.Unknown({ description: 'JSON; a string when it was not JSON' }),
  bytes: Type.Integer(),
  accepted: Type.Boolean(),
  reason: Nullable(Type.String({ description: 'Why it was refused' })),
});
export type PilotMessage = Static<typeof PilotMessage>;

/** GET /api/v1/pilots/{pilot}/outputs?after=&limit=&order=oldest|newest: what the service published on out/<name>; oldest first unless asked. */
export const PilotOutput = Type.Object({
  id: Type.String(),
  name: Type.String(),
  receivedAt: Instant,
  payload: Type.Unknown(),
});
export type PilotOutput = Static<typeof PilotOutput>;
export const PilotOutputPage = Page(PilotOutput);
export type PilotOutputPage = Static<typeof PilotOutputPage>;

/** GET /api/v1/pilots/{pilot}/events: refusals, cuts, token changes; newest first. */
export const PilotEvent = Type.Object({
  at: Instant,
  kind: Type.String(),
  code: Type.String(),
  detail: Type.String(),
});
export type PilotEvent = Static<typeof PilotEvent>;
export const PilotEventList = List(PilotEvent);
export type PilotEventList = Static<typeof PilotEventList>;
