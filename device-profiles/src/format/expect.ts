import { Type } from '@sinclair/typebox';

/** Why a value could not be had; the words are those of `QualityReason` in the protocol. */
export const decodeFailures = ['invalid_marker', 'out_of_range', 'too_short', 'malformed'] as const;
export type DecodeFailure = (typeof decodeFailures)[number];

/** What a test vector says of a metric: its value, or why it has none. */
export type Expected = number | boolean | string | { bad: DecodeFailure };

export const expectation = Type.Record(
  Type.String(),
  Type.Unsafe<Expected>({
    anyOf: [
      { type: 'number' },
      { type: 'boolean' },
      { type: 'string' },
      {
        type: 'object',
        additionalProperties: false,
        required: ['bad'],
        properties: { bad: { type: 'string', enum: [...decodeFailures] } },
      },
    ],
  }),
  { minProperties: 1, description: 'Metric -> its value, or {bad: reason}' },
);
