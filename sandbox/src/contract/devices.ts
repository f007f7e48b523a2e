import { Type, type Static } from '@sinclair/typebox';
import { Instant, List, Nullable, Page, Quality, Source, Value } from './common.ts';

/** Sparkplug knows online and offline; stale means online, but silent for three intervals. */
export const DeviceState = Type.Union([
  Type.Literal('online'),
  Type.Literal('stale'),
  Type.Literal('offline'),
]);
export type DeviceState = Static<typeof DeviceState>;

export const Location = Type.Object({ lat: Type.Number(), lon: Type.Number(), place: Type.String() });
export type Location = Static<typeof Location>;

/** A metric of a device with its last reading. */
export const MetricState = Type.Object({
  name: Type.String(),
  label: Type.Object({ en: Type.String(), ro: Type.String() }),
  unit: Nullable(Type.String()),
  type: Type.Union([Type.Literal('number'), Type.Literal('boolean'), Type.Literal('string')]),
  low: Nullable(Type.Number()),
  high: Nullable(Type.Number()),
  intervalMs: Nullable(Type.Integer()),
  value: Value,
  quality: Quality,
  reason: Nullable(Type.String({ description: 'Why the value is not good, e.g. no_response' })),
  observedAt: Nullable(Instant),
  receivedAt: Nullable(Instant),
  source: Nullable(Source),
});
export type MetricState = Static<typeof MetricState>;

export const Device = Type.Object({
  id: Type.String(),
  name: Type.String(),
  gateway: Type.String(),
  profile: Nullable(Type.String({ description: 'Device profile id, e.g. eastron/sdm120' })),
  location: Nullable(Location),
  state: DeviceState,
  since: Nullable(Instant),
  stateReason: Nullable(Type.String()),
  lastSeenAt: Nullable(Instant),
  pilots: Type.Array(Type.Object({ id: Type.String(), title: Type.String() })),
  metrics: Type.Array(MetricState),
});
export type Device = Static<typeof Device>;
export const DeviceList = List(Device);
export type DeviceList = Static<typeof DeviceList>;

export const Gateway = Type.Object({
  id: Type.String(),
  state: DeviceState,
  since: Nullable(Instant),
  lastSeenAt: Nullable(Instant),
  version: Nullable(Type.String()),
  devices: Type.Array(Type.String()),
  batchesStored: Type.Integer(),
  lastBatch: Nullable(Type.Integer()),
  sequenceGaps: Type.Integer({ description: 'Sparkplug seq gaps seen since the sandbox started' }),
});
export type Gateway = Static<typeof Gateway>;
export const GatewayList = List(Gateway);
export type GatewayList = Static<typeof GatewayList>;

export const Resolution = Type.Union([
  Type.Literal('raw'),
  Type.Literal('1m'),
  Type.Literal('1h'),
  Type.Literal('1d'),
]);
export type Resolution = Static<typeof Resolution>;

/** GET /api/v1/devices/{device}/series?metric=&from=&to=&resolution=auto|raw|1m|1h|1d */
export const SeriesPoint = Type.Object({
  t: Instant,
  min: Nullable(Type.Number()),
  max: Nullable(Type.Number()),
  mean: Nullable(Type.Number()),
  last: Nullable(Type.Number()),
  count: Type.Integer({ description: 'Good readings in this interval' }),
  bad: Type.Integer({ description: 'Bad readings in this interval' }),
  synthetic: Type.Boolean({ description: 'True where any reading of this interval is synthetic' }),
});
export type SeriesPoint = Static<typeof SeriesPoint>;
export const Series = Type.Object({
  device: Type.String(),
  metric: Type.String(),
  unit: Nullable(Type.String()),
  from: Instant,
  to: Instant,
  resolution: Resolution,
  points: Type.Array(SeriesPoint, { description: 'Intervals without any reading are absent: draw a gap' }),
});
export type Series = Static<typeof Series>;

/** One stored reading. Cursor order is the order of storing. */
export const Reading = Type.Object({
  device: Type.String(),
  metric: Type.String(),
  value: Value,
  unit: Nullable(Type.String()),
  quality: Quality,
  reason: Nullable(Type.String()),
  observedAt: Instant,
  receivedAt: Instant,
  source: Source,
  historical: Type.Boolean(),
});
export type Reading = Static<typeof Reading>;
/** GET /api/v1/devices/{device}/readings?metric=&from=&to=&after=&limit= and GET /api/v1/pilots/{pilot}/readings?after=&limit= */
export const ReadingPage = Type.Composite([
  Page(Reading),
  Type.Object({
    cursor: Nullable(
      Type.String({
        description:
          'Keep it, and pass it as `after` later to read what was stored since: it is there at the end as well, where `next` is null',
      }),
    ),
  }),
]);
export type ReadingPage = Static<typeof ReadingPage>;

/** GET /api/v1/live?devices=a,b: server-sent events named `readings` (DeviceUpdate) and `status` (DeviceStatus). */
export const DeviceUpdate = Type.Object({
  device: Type.String(),
  observedAt: Instant,
  receivedAt: Instant,
  source: Source,
  historical: Type.Boolean(),
  readings: Type.Record(
    Type.String(),
    Type.Object({
      value: Value,
      unit: Nullable(Type.String()),
      quality: Quality,
      reason: Type.Optional(Nullable(Type.String())),
    }),
  ),
});
export type DeviceUpdate = Static<typeof DeviceUpdate>;
export const DeviceStatus = Type.Object({
  device: Type.String(),
  online: Type.Boolean(),
  since: Instant,
  reason: Nullable(Type.String()),
});
export type DeviceStatus = Static<typeof DeviceStatus>;
