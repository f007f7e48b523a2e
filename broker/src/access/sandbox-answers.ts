import { Type, type Static } from '@sinclair/typebox';
import type { Grant } from './access.ts';

const positive = Type.Number({ exclusiveMinimum: 0 });

/** Answer of POST /internal/mqtt/authenticate. Unknown keys are let be: the sandbox may be newer. */
export const AuthenticateAnswer = Type.Object({
  result: Type.Union([Type.Literal('allow'), Type.Literal('deny')]),
  ok: Type.Boolean(),
  reason: Type.Optional(Type.String()),
  principal: Type.Optional(
    Type.Object({
      id: Type.String({ minLength: 1 }),
      kind: Type.Union([
        Type.Literal('gateway'),
        Type.Literal('service'),
        Type.Literal('person'),
        Type.Literal('host'),
      ]),
      name: Type.String(),
      pilot: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    }),
  ),
  expiresAt: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  acl: Type.Optional(
    Type.Array(
      Type.Object({
        action: Type.Union([Type.Literal('publish'), Type.Literal('subscribe')]),
        filter: Type.String({ minLength: 1 }),
      }),
      { maxItems: 1000 },
    ),
  ),
  limits: Type.Optional(
    Type.Object({
      packetBytes: Type.Optional(positive),
      messagesPerSecond: Type.Optional(positive),
      subscriptions: Type.Optional(positive),
      queuedBytes: Type.Optional(positive),
      keepAliveSeconds: Type.Optional(positive),
    }),
  ),
});

/** Answer of POST /internal/mqtt/authorize. */
export const AuthorizeAnswer = Type.Object({
  result: Type.Union([Type.Literal('allow'), Type.Literal('deny')]),
  ok: Type.Boolean(),
  reason: Type.Optional(Type.String()),
});

/** The grant in an answer that allows; undefined when it denies, or allows without saying whom. Unclear means no. */
export function grantIn(answer: Static<typeof AuthenticateAnswer>): Grant | undefined {
  const { principal, expiresAt, acl, limits } = answer;
  if (answer.result !== 'allow' || !answer.ok || !principal) return undefined;
  const end = typeof expiresAt === 'string' ? Date.parse(expiresAt) : undefined;
  if (Number.isNaN(end)) return undefined;
  const { pilot, ...who } = principal;
  return {
    principal: { ...who, ...(typeof pilot === 'string' ? { pilot } : {}) },
    ...(end === undefined ? {} : { expiresAt: end }),
    ...(acl === undefined ? {} : { acl }),
    // keys the schema does not know, or that are undefined, must not reach the limits
    limits: Object.fromEntries(
      limitNames.flatMap((name) => (limits?.[name] === undefined ? [] : [[name, limits[name]]])),
    ),
  };
}

const limitNames = [
  'packetBytes',
  'messagesPerSecond',
  'subscriptions',
  'queuedBytes',
  'keepAliveSeconds',
] as const;
