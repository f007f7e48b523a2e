import { Type, type Static, type TSchema } from '@sinclair/typebox';

/** An id that may stand in a URL, an MQTT topic and a file name. */
export const Slug = Type.String({
  pattern: '^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$',
  description: 'lower-case letters, digits, hyphens',
});
/** RFC 3339, UTC, milliseconds. */
export const Instant = Type.String({ format: 'date-time', description: 'RFC 3339 time in UTC' });
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const Source = Type.Union([Type.Literal('live'), Type.Literal('replay'), Type.Literal('synthetic')], {
  description: 'Where a value comes from; never shown alike',
});
export type Source = Static<typeof Source>;

export const Quality = Type.Union([Type.Literal('good'), Type.Literal('bad'), Type.Literal('stale')]);
export type Quality = Static<typeof Quality>;

export const Value = Type.Union([Type.Number(), Type.Boolean(), Type.String(), Type.Null()]);
export type Value = Static<typeof Value>;

/** RFC 9457 problem document, with the stable code and a hint. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.Optional(Type.String()),
    code: Type.String({ description: 'Stable code, listed in docs/reference/errors.md' }),
    hint: Type.String(),
    errors: Type.Optional(
      Type.Array(Type.Object({ path: Type.String(), found: Type.String(), allowed: Type.String() }), {
        description: 'Every fault of the input, where there are several',
      }),
    ),
  },
  { $id: 'Problem' },
);
export type Problem = Static<typeof Problem>;

/** A page of a list read by cursor: pass `next` as `after` to go on; null means that the end was reached. */
export const Page = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), next: Nullable(Type.String()) });
export const List = <T extends TSchema>(item: T) => Type.Object({ items: Type.Array(item) });
