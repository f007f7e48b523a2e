import { Type, type Static } from '@sinclair/typebox';
import { Instant, List, Nullable } from './common.ts';

/** GET /api/v1/connectors (staff, admin): configured in the sandbox's configuration file, watched here. */
export const Connector = Type.Object({
  id: Type.String(),
  kind: Type.Union([Type.Literal('ngsi-ld'), Type.Literal('cloudevents')]),
  target: Type.String({ description: 'URL, without secrets' }),
  state: Type.Union([
    Type.Literal('ok'),
    Type.Literal('retrying'),
    Type.Literal('failing'),
    Type.Literal('idle'),
  ]),
  delivered: Type.Integer(),
  waiting: Type.Integer(),
  deadLetters: Type.Integer(),
  lastDeliveryAt: Nullable(Instant),
  lastError: Nullable(Type.String()),
});
export type Connector = Static<typeof Connector>;
export const ConnectorList = List(Connector);
export type ConnectorList = Static<typeof ConnectorList>;

/** GET /api/v1/connectors/{id}/dead-letters; POST .../dead-letters/{letter}/resend */
export const DeadLetter = Type.Object({
  id: Type.String(),
  at: Instant,
  attempts: Type.Integer(),
  error: Type.String(),
  payload: Type.Unknown(),
});
export type DeadLetter = Static<typeof DeadLetter>;
export const DeadLetterList = List(DeadLetter);
export type DeadLetterList = Static<typeof DeadLetterList>;
