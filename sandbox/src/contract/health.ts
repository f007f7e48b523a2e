import { Type, type Static } from '@sinclair/typebox';

/** GET /health: 200 when every part is up, 503 naming those that are not. */
export const Health = Type.Object({
  status: Type.Union([Type.Literal('ok'), Type.Literal('failing')]),
  version: Type.String(),
  parts: Type.Record(
    Type.String(),
    Type.Object({ status: Type.Union([Type.Literal('up'), Type.Literal('down')]), detail: Type.String() }),
    { description: 'http, store, broker, ingest, connectors' },
  ),
});
export type Health = Static<typeof Health>;
