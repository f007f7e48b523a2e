import { Type, type Static } from '@sinclair/typebox';
import { expectation } from './expect.ts';
import { closed, metricProperties, words } from './parts.ts';

/** One line of a GPIO chip. Which line it is belongs to the gateway's configuration, not to the profile. */
export const GpioPin = Type.Object(
  {
    mode: words(['count', 'rate', 'input', 'output'], {
      description:
        'count: pulses since ever; rate: pulses a second; input: level read; output: level commanded',
    }),
    scale: Type.Number({ default: 1, description: 'count: units a pulse; rate: units per hertz' }),
    edge: words(['rising', 'falling', 'both'], { default: 'falling', description: 'Which edge is a pulse' }),
    debounceMs: Type.Integer({
      default: 10,
      minimum: 0,
      maximum: 10_000,
      description:
        'Two pulses are at least so far apart; a pause of less than a quarter of it is contact bounce',
    }),
    pull: words(['up', 'down', 'none'], {
      default: 'up',
      description: 'What the wiring needs; on a Raspberry Pi it is set in config.txt',
    }),
    activeLow: Type.Boolean({ default: false, description: 'For levels: 0 volt means true' }),
  },
  closed,
);
export type GpioPin = Static<typeof GpioPin>;

export const GpioMetric = Type.Object({ ...metricProperties, pin: GpioPin }, closed);
export type GpioMetric = Static<typeof GpioMetric>;

export const GpioVector = Type.Object(
  {
    note: Type.Optional(Type.String()),
    pulses: Type.Optional(Type.Integer({ minimum: 0 })),
    seconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'For rates. Default 1' })),
    level: Type.Optional(Type.Unsafe<0 | 1>({ type: 'integer', enum: [0, 1] })),
    expect: expectation,
  },
  closed,
);
export type GpioVector = Static<typeof GpioVector>;

export const gpioProperties = {
  transport: Type.Literal('gpio'),
  metrics: Type.Array(GpioMetric, { minItems: 1 }),
  tests: Type.Array(GpioVector, { default: [] }),
};
