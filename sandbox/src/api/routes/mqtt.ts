import { parse } from 'node:querystring';
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { FastifyRequest } from 'fastify';
import type { MqttAccess, MqttAction, MqttAuthentication } from '../../access/access.ts';
import { sandboxError } from '../../errors.ts';
import { instant } from '../instants.ts';
import type { ApiParts } from '../parts.ts';
import type { Server } from '../server.ts';

const Text = Type.String({ maxLength: 65_535 });
const Optional = Type.Optional(Type.Union([Text, Type.Null()]));

const Credentials = Type.Object({
  clientid: Text,
  username: Optional,
  password: Optional,
  peerhost: Optional,
  cert_common_name: Optional,
  transport: Optional,
});

/** `acc` is how mosquitto-go-auth says it: 1 read, 2 write, 3 both, 4 subscribe. */
const Question = Type.Object({
  clientid: Text,
  username: Text,
  topic: Text,
  action: Type.Optional(Type.Union([Type.Literal('publish'), Type.Literal('subscribe')])),
  acc: Type.Optional(Type.Integer({ minimum: 1, maximum: 7 })),
});

const Answer = {
  result: Type.Union([Type.Literal('allow'), Type.Literal('deny')], { description: 'as EMQX reads it' }),
  ok: Type.Boolean({ description: 'as mosquitto-go-auth reads it' }),
  reason: Type.Optional(Type.String()),
  error: Type.Optional(Type.String({ description: 'the reason again, as mosquitto-go-auth logs it' })),
};
const AuthenticationAnswer = Type.Object({
  ...Answer,
  principal: Type.Optional(
    Type.Object({
      id: Type.String(),
      kind: Type.String(),
      name: Type.String(),
      pilot: Type.Optional(Type.String()),
    }),
  ),
  expiresAt: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  expire_at: Type.Optional(Type.Integer({ description: 'seconds, as EMQX reads it' })),
  is_superuser: Type.Optional(Type.Boolean()),
  acl: Type.Optional(
    Type.Array(
      Type.Object({
        action: Type.String(),
        filter: Type.String(),
        permission: Type.Literal('allow', { description: 'with topic: as EMQX reads it' }),
        topic: Type.String(),
      }),
    ),
  ),
  limits: Type.Optional(
    Type.Object({
      packetBytes: Type.Integer(),
      messagesPerSecond: Type.Integer(),
      subscriptions: Type.Integer(),
      queuedBytes: Type.Integer(),
      keepAliveSeconds: Type.Integer(),
    }),
  ),
});

const actionsOfAcc: Readonly<Record<number, readonly MqttAction[]>> = {
  1: ['subscribe'],
  2: ['publish'],
  3: ['publish', 'subscribe'],
  4: ['subscribe'],
};

/** What brokers ask; see docs/reference/mqtt-access.md. Bodies hold passwords: nothing of them is logged or echoed. */
export function mqttRoutes(server: Server, { access, log }: ApiParts): void {
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (request, body, done) => done(null, { ...parse(String(body)) }),
  );
  server.addHook('onRequest', (request, reply, done) => {
    admitBroker(request, access.mqtt);
    done();
  });
  // Forms know texts only: `acc=4` becomes a number before it is judged.
  server.addHook('preValidation', (request, reply, done) => {
    const { body } = request.routeOptions.schema ?? {};
    if (body !== undefined) request.body = Value.Convert(body as typeof Question, request.body);
    done();
  });

  server.post(
    '/internal/mqtt/authenticate',
    { schema: { hide: true, body: Credentials, response: { 200: AuthenticationAnswer } } },
    ({ body }) => {
      const known = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
      const answer = access.mqtt.authenticate({ clientid: body.clientid, ...known });
      if (!answer.allowed) {
        log.info(
          { clientId: body.clientid, username: body.username, reason: answer.reason },
          'MQTT client refused',
        );
      }
      return authenticationAnswer(answer);
    },
  );

  server.post(
    '/internal/mqtt/authorize',
    { schema: { hide: true, body: Question, response: { 200: Type.Object(Answer) } } },
    ({ body: { clientid, username, topic, action, acc } }) => {
      const actions = action ? [action] : (actionsOfAcc[acc ?? 0] ?? []);
      const { allowed, reason } = access.mqtt.authorize({ clientid, username, topic, actions });
      return verdict(allowed, reason);
    },
  );
}

/** A bearer token; or HTTP Basic, whose password it is, for back ends that can only put it into the URL. */
function admitBroker(request: FastifyRequest, mqtt: MqttAccess): void {
  const [scheme, value = ''] = (request.headers.authorization ?? '').split(' ', 2);
  const given =
    scheme?.toLowerCase() === 'basic'
      ? Buffer.from(value, 'base64')
          .toString('utf8')
          .replace(/^[^:]*:/, '')
      : value;
  if (!mqtt.isBroker(given)) throw sandboxError('SANDBOX_ACCESS_SECRET_REFUSED', request.url);
}

function authenticationAnswer(answer: MqttAuthentication): typeof AuthenticationAnswer.static {
  if (!answer.allowed) return verdict(false, answer.reason);
  const { principal, expiresAt, acl, limits } = answer;
  return {
    ...verdict(true),
    principal: { ...principal },
    expiresAt: expiresAt === null ? null : instant(expiresAt),
    ...(expiresAt === null ? {} : { expire_at: Math.floor(expiresAt / 1000) }),
    is_superuser: false,
    acl: acl.map(({ action, filter }) => ({ action, filter, permission: 'allow' as const, topic: filter })),
    limits,
  };
}

function verdict(
  ok: boolean,
  reason?: string,
): { result: 'allow' | 'deny'; ok: boolean; reason?: string; error?: string } {
  return { result: ok ? 'allow' : 'deny', ok, ...(reason === undefined ? {} : { reason, error: reason }) };
}
