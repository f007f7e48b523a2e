import { Type, type Static } from '@sinclair/typebox';
import { closed, words } from './parts.ts';

const noise = Type.Number({
  default: 0,
  minimum: 0,
  description: 'Largest random deviation, in the unit of the metric',
});

/** Simulated signals: pure functions of time and seed, except a counter that counts reads. */
export const signals = {
  constant: Type.Object(
    {
      kind: Type.Literal('constant'),
      value: Type.Unsafe<number | boolean | string>({ type: ['number', 'boolean', 'string'] }),
    },
    closed,
  ),
  noise: Type.Object(
    {
      kind: Type.Literal('noise'),
      mean: Type.Number(),
      amplitude: Type.Number({ minimum: 0 }),
      periodMinutes: Type.Number({ default: 5, exclusiveMinimum: 0, description: 'How fast it wanders' }),
    },
    closed,
  ),
  daily: Type.Object(
    {
      kind: Type.Literal('daily'),
      mean: Type.Number(),
      amplitude: Type.Number({ description: 'Above the mean at peakHour, below it twelve hours later' }),
      peakHour: Type.Number({ default: 15, minimum: 0, exclusiveMaximum: 24 }),
      noise,
    },
    closed,
  ),
  sun: Type.Object(
    {
      kind: Type.Literal('sun'),
      night: Type.Number({ default: 0, description: 'Value from dusk to dawn' }),
      peak: Type.Number({ description: 'Value with the sun in the zenith under a clear sky' }),
      clouds: Type.Number({ default: 0.3, minimum: 0, maximum: 1, description: 'How much clouds may take' }),
    },
    closed,
  ),
  dark: Type.Object(
    {
      kind: Type.Literal('dark'),
      on: Type.Number({ description: 'Value while street lamps burn: from dusk to dawn' }),
      off: Type.Number({ default: 0 }),
      noise,
    },
    closed,
  ),
  rush_hour: Type.Object(
    {
      kind: Type.Literal('rush_hour'),
      base: Type.Number(),
      peak: Type.Number({ description: 'Added at the height of the morning and evening rush' }),
      morning: Type.Number({ default: 8, minimum: 0, exclusiveMaximum: 24 }),
      evening: Type.Number({ default: 17.5, minimum: 0, exclusiveMaximum: 24 }),
      widthHours: Type.Number({ default: 1.2, exclusiveMinimum: 0 }),
      weekend: Type.Number({ default: 0.35, minimum: 0, description: 'Factor on Saturday and Sunday' }),
      noise,
    },
    closed,
  ),
  counter: Type.Object(
    {
      kind: Type.Literal('counter'),
      start: Type.Number({ default: 0 }),
      step: Type.Number({ default: 1, description: 'Added at each read, or at each everyMs' }),
      per: words(['read', 'time', 'hour'], {
        default: 'time',
        description: 'read: step a read; time: step each everyMs; hour: rate an hour, shaped',
      }),
      everyMs: Type.Number({ default: 1000, exclusiveMinimum: 0 }),
      rate: Type.Number({ default: 0, minimum: 0, description: 'For per: hour. Growth an hour' }),
      shape: words(['flat', 'daily', 'dark', 'showers'], {
        default: 'flat',
        description: 'For per: hour. When it grows: always, more by day, in the dark only, in showers',
      }),
      wrap: Type.Optional(
        Type.Number({ exclusiveMinimum: 0, description: 'It starts again from 0 when it reaches this' }),
      ),
      since: Type.String({
        default: '2025-01-01T00:00:00Z',
        description: 'The instant at which it stood at `start`; `start` = when the simulator started',
      }),
    },
    closed,
  ),
  occupancy: Type.Object(
    {
      kind: Type.Literal('occupancy'),
      free: Type.Number({ description: 'Value while nobody stands there' }),
      occupied: Type.Number(),
      stayMinutes: Type.Number({ default: 45, exclusiveMinimum: 0, description: 'Typical stay' }),
      day: Type.Number({ default: 0.8, minimum: 0, maximum: 1, description: 'Share occupied at rush hour' }),
      night: Type.Number({ default: 0.15, minimum: 0, maximum: 1 }),
      noise,
    },
    closed,
  ),
} as const;

export type Signal = { [Kind in keyof typeof signals]: Static<(typeof signals)[Kind]> }[keyof typeof signals];
export type SignalKind = Signal['kind'];

export const Signal = Type.Unsafe<Signal>({
  type: 'object',
  required: ['kind'],
  discriminator: { propertyName: 'kind' },
  oneOf: Object.values(signals),
  description: 'How the metric moves in a simulation',
});

export const Simulation = Type.Object(
  {
    signals: Type.Record(Type.String(), Signal, { description: 'Metric -> signal' }),
  },
  closed,
);
