import { Type } from '@sinclair/typebox';
import { sandboxError } from '../../errors.ts';
import { baseUrl, mqttUrl, prefixOf } from '../connection.ts';
import { instant, optionalMs } from '../instants.ts';
import type { ApiParts } from '../parts.ts';
import { PilotParams, ref } from '../schemas.ts';
import type { Server } from '../server.ts';
import { actorOf, Sight } from '../sight.ts';

/** Tokens of a pilot's services: for its members and for staff. */
export function tokenRoutes(server: Server, parts: ApiParts): void {
  const { access, pilots, config, clock } = parts;
  const tags = ['tokens'];
  const admit = { roles: ['admin', 'staff', 'vendor'] } as const;

  server.get(
    '/pilots/:pilot/tokens',
    {
      config: { admit },
      schema: {
        operationId: 'listTokens',
        tags,
        summary: "The tokens of a pilot's services, newest first, without their secrets",
        params: PilotParams,
        response: { 200: ref('TokenList') },
      },
    },
    ({ params, caller }) => {
      const { id } = new Sight(caller, pilots).pilot(params.pilot);
      return { items: [...access.tokens.list(id)] };
    },
  );

  server.post(
    '/pilots/:pilot/tokens',
    {
      config: { admit },
      schema: {
        operationId: 'issueToken',
        tags,
        summary: 'Issue a token; its secret is shown this once',
        description: 'It ends with the pilot, or at `expiresAt` where that is earlier.',
        params: PilotParams,
        body: ref('NewToken'),
        response: { 201: ref('IssuedToken') },
      },
    },
    (request, reply) => {
      const { params, body, caller } = request;
      const pilot = new Sight(caller, pilots).pilot(params.pilot);
      if (pilot.state === 'ended') throw sandboxError('SANDBOX_PILOT_STATE', `${pilot.id} has ended`);
      const expiresAt = optionalMs(body.expiresAt, 'expiresAt') ?? pilot.endsAt;
      if (expiresAt > pilot.endsAt || expiresAt <= clock.now()) {
        const found = instant(expiresAt);
        const allowed = `a time to come, no later than the pilot's end, ${instant(pilot.endsAt)}`;
        throw sandboxError('SANDBOX_API_INPUT_INVALID', 'expiresAt', {
          context: { faults: [{ path: 'expiresAt', found, allowed }] },
        });
      }
      const by = actorOf(caller);
      const { token, secret } = access.tokens.issue({ pilot: pilot.id, name: body.name, expiresAt, by });
      const detail = `${token.name}, until ${token.expiresAt}, by ${by}`;
      pilots.recordEvent(pilot.id, { at: clock.now(), kind: 'token', code: 'token_issued', detail });
      const environment = {
        MQTT_URL: mqttUrl(config),
        MQTT_USERNAME: pilot.id,
        MQTT_PASSWORD: secret,
        TOPIC_PREFIX: prefixOf(pilot.id),
        API_URL: `${baseUrl(config, request)}/api/v1`,
      };
      void reply.code(201).header('cache-control', 'no-store');
      return { token, secret, environment };
    },
  );

  server.delete(
    '/pilots/:pilot/tokens/:token',
    {
      config: { admit },
      schema: {
        operationId: 'revokeToken',
        tags,
        summary: 'Revoke a token at once; sessions that use it are cut',
        params: Type.Object({ ...PilotParams.properties, token: Type.String({ maxLength: 128 }) }),
        response: { 200: ref('Token') },
      },
    },
    ({ params, caller }) => {
      const pilot = new Sight(caller, pilots).pilot(params.pilot);
      const by = actorOf(caller);
      const token = access.tokens.revoke(pilot.id, params.token, by);
      const detail = `${token.name}, by ${by}`;
      pilots.recordEvent(pilot.id, { at: clock.now(), kind: 'token', code: 'token_revoked', detail });
      return token;
    },
  );
}
