import { Type } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session, User } from '../../contract/index.ts';
import { sessionCookie } from '../identity.ts';
import type { ApiParts } from '../parts.ts';
import { ref } from '../schemas.ts';
import type { Server } from '../server.ts';

const signInsPerMinute = 60;

/** Signing in and out, and what the web UI needs to know before anybody did. */
export function sessionRoutes(server: Server, parts: ApiParts): void {
  const { access, config, version } = parts;
  const view = (user: User | null): Session => ({
    user,
    demo: config.demo.enabled,
    demoAccounts: config.demo.enabled
      ? config.demo.accounts.map(({ role, email, name, password }) => ({ role, email, name, password }))
      : [],
    site: { id: config.site.id, name: config.site.name, lat: config.site.lat, lon: config.site.lon },
    version,
    nodeRedUrl: config.nodeRedUrl ?? null,
    mapTilesUrl: config.mapTilesUrl ?? null,
  });
  const signOut = (request: FastifyRequest): void => {
    if (request.caller.kind === 'person') access.sessions.signOut(request.caller.session.id);
  };
  const cookie = {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: config.http.secureCookies,
  } as const;
  const noStore = (reply: FastifyReply): void => void reply.header('cache-control', 'no-store');

  server.get(
    '/session',
    {
      config: { admit: { roles: 'anyone' } },
      schema: {
        operationId: 'getSession',
        tags: ['session'],
        summary: 'Who is signed in, and what this testbed offers',
        security: [],
        response: { 200: ref('Session') },
      },
    },
    (request, reply) => {
      noStore(reply);
      return view(request.caller.kind === 'person' ? request.caller.session.user : null);
    },
  );

  server.post(
    '/session',
    {
      config: {
        admit: { roles: 'anyone' },
        rateLimit: { max: signInsPerMinute, timeWindow: 60_000 },
      },
      schema: {
        operationId: 'signIn',
        tags: ['session'],
        summary: 'Sign in: sets the cookie city_session',
        security: [],
        body: ref('SignIn'),
        response: { 200: ref('Session') },
      },
    },
    async (request, reply) => {
      const { email, password } = request.body;
      const { secret, session } = await access.sessions.signIn(email.trim(), password, request.ip);
      signOut(request); // a session that was open before in this browser is not left behind
      noStore(reply);
      void reply.setCookie(sessionCookie, secret, cookie);
      return view(session.user);
    },
  );

  server.delete(
    '/session',
    {
      config: { admit: { roles: 'anyone' } },
      schema: {
        operationId: 'signOut',
        tags: ['session'],
        summary: 'Sign out: the session and its live streams end at once',
        security: [],
        response: { 204: Type.Null({ description: 'Nobody is signed in any more' }) },
      },
    },
    (request, reply) => {
      signOut(request);
      void reply.clearCookie(sessionCookie, cookie).code(204).send(null);
    },
  );
}
