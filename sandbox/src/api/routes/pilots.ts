import { Type } from '@sinclair/typebox';
import type { Pilot } from '../../contract/index.ts';
import type { PilotRecord } from '../../pilots/pilots.ts';
import { instant } from '../instants.ts';
import type { ApiParts } from '../parts.ts';
import { PilotParams, ref } from '../schemas.ts';
import { everybody, staff, type Caller, type Server } from '../server.ts';
import { actorOf, Sight } from '../sight.ts';

/** Pilots, their members, agreements and targets. */
export function pilotRoutes(server: Server, parts: ApiParts): void {
  const { pilots, access } = parts;
  const tags = ['pilots'];
  const view = (pilot: PilotRecord, caller: Caller): Pilot => ({
    id: pilot.id,
    title: pilot.title,
    summary: pilot.summary,
    organisation: pilot.organisation,
    state: pilot.state,
    startsAt: instant(pilot.startsAt),
    endsAt: instant(pilot.endsAt),
    createdAt: instant(pilot.createdAt),
    synthetic: pilot.synthetic,
    agreement: pilot.agreement,
    target: pilot.target,
    members: pilot.members.flatMap((id) => {
      const user = access.accounts.byId(id);
      return user ? [{ userId: id, name: user.name, email: user.email, role: user.role }] : [];
    }),
    may: {
      edit: caller.kind === 'person' && staff.includes(caller.session.user.role),
      issueTokens: caller.kind === 'person' && caller.session.user.role !== 'engineer',
    },
  });

  server.get(
    '/pilots',
    {
      config: { admit: { roles: everybody } },
      schema: {
        operationId: 'listPilots',
        tags,
        summary: 'Every pilot that you may see',
        response: { 200: ref('PilotList') },
      },
    },
    ({ caller }) => ({ items: new Sight(caller, pilots).pilots().map((pilot) => view(pilot, caller)) }),
  );

  server.post(
    '/pilots',
    {
      config: { admit: { roles: staff } },
      schema: {
        operationId: 'createPilot',
        tags,
        summary: 'Create a pilot; it begins as a draft',
        body: ref('NewPilot'),
        response: { 201: ref('Pilot') },
      },
    },
    ({ body, caller }, reply) => {
      const pilot = pilots.create(body, actorOf(caller));
      void reply.code(201).header('location', `/api/v1/pilots/${pilot.id}`);
      return view(pilot, caller);
    },
  );

  server.get(
    '/pilots/:pilot',
    {
      config: { admit: { roles: everybody } },
      schema: {
        operationId: 'getPilot',
        tags,
        summary: 'One pilot',
        params: PilotParams,
        response: { 200: ref('Pilot') },
      },
    },
    ({ params, caller }) => view(new Sight(caller, pilots).pilot(params.pilot), caller),
  );

  server.patch(
    '/pilots/:pilot',
    {
      config: { admit: { roles: staff } },
      schema: {
        operationId: 'changePilot',
        tags,
        summary: 'Change a pilot: its texts, its end, its state (draft to live to ended)',
        params: PilotParams,
        body: ref('PilotChange'),
        response: { 200: ref('Pilot') },
      },
    },
    ({ params, body, caller }) => view(pilots.change(params.pilot, body, actorOf(caller)), caller),
  );

  server.put(
    '/pilots/:pilot/agreement',
    {
      config: { admit: { roles: staff } },
      schema: {
        operationId: 'setAgreement',
        tags,
        summary: 'Replace the data agreement; streams follow it within a second',
        params: PilotParams,
        body: ref('Agreement'),
        response: { 200: ref('Pilot') },
      },
    },
    ({ params, body, caller }) => view(pilots.setAgreement(params.pilot, body, actorOf(caller)), caller),
  );

  server.put(
    '/pilots/:pilot/target',
    {
      config: { admit: { roles: staff } },
      schema: {
        operationId: 'setTarget',
        tags,
        summary: "Replace what the pilot's data is held to",
        params: PilotParams,
        body: ref('Target'),
        response: { 200: ref('Pilot') },
      },
    },
    ({ params, body, caller }) => view(pilots.setTarget(params.pilot, body, actorOf(caller)), caller),
  );

  server.post(
    '/pilots/:pilot/members',
    {
      config: { admit: { roles: staff } },
      schema: {
        operationId: 'addMember',
        tags,
        summary: 'Let an account see the pilot and issue its tokens',
        params: PilotParams,
        body: ref('NewMember'),
        response: { 200: ref('Pilot') },
      },
    },
    ({ params, body, caller }) => view(pilots.addMember(params.pilot, body.email, actorOf(caller)), caller),
  );

  server.delete(
    '/pilots/:pilot/members/:user',
    {
      config: { admit: { roles: staff } },
      schema: {
        operationId: 'removeMember',
        tags,
        summary: 'Take the pilot away from an account; its live streams end',
        params: Type.Object({ ...PilotParams.properties, user: Type.String({ maxLength: 128 }) }),
        response: { 200: ref('Pilot') },
      },
    },
    ({ params, caller }) => view(pilots.removeMember(params.pilot, params.user, actorOf(caller)), caller),
  );
}
