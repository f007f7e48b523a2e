import { Type } from '@sinclair/typebox';
import { Instant } from '../../contract/index.ts';
import { sandboxError } from '../../errors.ts';
import { baseUrl, connectionOf } from '../connection.ts';
import { readingView } from '../device-view.ts';
import { optionalMs } from '../instants.ts';
import type { ApiParts } from '../parts.ts';
import { Cursor, limit, PilotParams, ref } from '../schemas.ts';
import { everybody, type Server } from '../server.ts';
import { Sight } from '../sight.ts';

const personOrService = { roles: everybody, service: true } as const;
const forBoth = [{ session: [] }, { serviceToken: [] }];

/** What a pilot's service works with, and what it is judged by. */
export function pilotServiceRoutes(server: Server, parts: ApiParts): void {
  const { pilots, store, registry, access, config, evaluation, clock } = parts;
  const tags = ['services'];

  server.get(
    '/pilots/:pilot/connection',
    {
      config: { admit: personOrService },
      schema: {
        operationId: 'getConnection',
        tags,
        summary: 'What a service needs to connect: addresses, topics with examples, limits',
        security: forBoth,
        params: PilotParams,
        response: { 200: ref('PilotConnection') },
      },
    },
    async (request) => {
      const pilot = new Sight(request.caller, pilots).pilot(request.params.pilot);
      const grants = pilots.agreedGrants(pilot.id);
      const devices = grants.map(({ device }) => device).filter((id) => registry.device(id));
      // Examples show no value from before the pilot, and none at all while the agreement is not in force.
      const shown = pilots.grantsOf(pilot.id) && devices.length > 0 ? await store.latest(devices) : [];
      const last = shown.filter(({ observedAt }) => observedAt >= pilot.startsAt);
      const limits = access.mqtt.limitsOf('service');
      const base = baseUrl(config, request);
      return connectionOf({ pilot, grants, registry, last, config, base, limits, now: clock.now() });
    },
  );

  server.get(
    '/pilots/:pilot/readings',
    {
      config: { admit: personOrService },
      schema: {
        operationId: 'listPilotReadings',
        tags,
        summary: 'What the agreement grants, in the order stored, by cursor, without gaps',
        description:
          'Begin without `after` (with `from`, an observed time, to leave older readings out; give it each time), go on with `next` until it is null, keep `cursor` and begin there next time. Only readings observed since the start of the pilot, while the agreement is in force.',
        security: forBoth,
        params: PilotParams,
        querystring: Type.Object(
          { after: Type.Optional(Cursor), from: Type.Optional(Instant), limit: limit(100, 1000) },
          { additionalProperties: false },
        ),
        response: { 200: ref('ReadingPage') },
      },
    },
    async (request) => {
      const { after, from, limit: most } = request.query;
      const pilot = new Sight(request.caller, pilots).pilot(request.params.pilot);
      const grants = pilots.grantsOf(pilot.id);
      if (!grants) throw sandboxError('SANDBOX_PILOT_NOT_IN_FORCE', `${pilot.id} is ${pilot.state}`);
      const page = await store.readings({
        grants,
        from: Math.max(pilot.startsAt, optionalMs(from, 'from') ?? 0),
        ...(after === undefined ? {} : { after }),
        limit: most,
      });
      const items = page.items.map((reading) => readingView(reading, registry.device(reading.device)));
      return { items, next: page.more ? page.cursor : null, cursor: page.cursor };
    },
  );

  server.get(
    '/pilots/:pilot/outputs',
    {
      config: { admit: personOrService },
      schema: {
        operationId: 'listOutputs',
        tags,
        summary: 'What the service published on out/<name>',
        security: forBoth,
        params: PilotParams,
        querystring: Type.Object(
          {
            after: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$' })),
            limit: limit(50, 500),
            order: Type.Union([Type.Literal('oldest'), Type.Literal('newest')], { default: 'oldest' }),
          },
          { additionalProperties: false },
        ),
        response: { 200: ref('PilotOutputPage') },
      },
    },
    ({ params, query, caller }) => {
      const { items, next } = pilots.outputs(new Sight(caller, pilots).pilot(params.pilot).id, query);
      return { items: [...items], next };
    },
  );

  server.get(
    '/pilots/:pilot/events',
    {
      config: { admit: { roles: everybody } },
      schema: {
        operationId: 'listPilotEvents',
        tags: ['pilots'],
        summary: 'Refusals, cuts and token changes, newest first',
        params: PilotParams,
        querystring: Type.Object({ limit: limit(100, 1000) }, { additionalProperties: false }),
        response: { 200: ref('PilotEventList') },
      },
    },
    ({ params, query, caller }) => {
      const { id } = new Sight(caller, pilots).pilot(params.pilot);
      return { items: [...pilots.events(id, query.limit)] };
    },
  );

  server.get(
    '/pilots/:pilot/evaluation',
    {
      config: { admit: { roles: everybody } },
      schema: {
        operationId: 'evaluatePilot',
        tags: ['evaluation'],
        summary: "The pilot's data against what was agreed, with a verdict",
        params: PilotParams,
        querystring: Type.Object(
          { from: Type.Optional(Instant), to: Type.Optional(Instant) },
          { additionalProperties: false },
        ),
        response: { 200: ref('Evaluation') },
      },
    },
    ({ params, query, caller }) => {
      const pilot = new Sight(caller, pilots).pilot(params.pilot);
      const from = optionalMs(query.from, 'from');
      const to = optionalMs(query.to, 'to');
      return evaluation.evaluate(pilot, {
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      });
    },
  );
}
