import type { FastifyRequest } from 'fastify';
import type { Access } from '../access/access.ts';
import { sandboxError } from '../errors.ts';
import type { Caller } from './server.ts';

export const sessionCookie = 'city_session';

/** Who sent the request: a person by cookie, a pilot's service by bearer token. A wrong token is refused, not ignored. */
export function identify(request: FastifyRequest, access: Access): Caller {
  const { authorization } = request.headers;
  const bearer = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (bearer !== undefined) {
    const session = access.tokens.find(bearer);
    if (!session) throw sandboxError('SANDBOX_ACCESS_TOKEN_REFUSED', 'it opens nothing');
    return { kind: 'service', session };
  }
  const cookie = request.cookies[sessionCookie];
  const session = cookie === undefined ? undefined : access.sessions.find(cookie);
  return session ? { kind: 'person', session } : { kind: 'nobody' };
}

/** Lets a caller in or throws: 401 for nobody, 403 for one who may not. */
export function admit(request: FastifyRequest): void {
  const { roles, service = false } = request.routeOptions.config.admit ?? { roles: [] };
  const { caller } = request;
  if (roles === 'anyone') return;
  switch (caller.kind) {
    case 'nobody':
      throw sandboxError('SANDBOX_ACCESS_NOT_SIGNED_IN', `${request.method} needs an account`);
    case 'service':
      if (service) return;
      throw sandboxError('SANDBOX_ACCESS_FORBIDDEN', "a service's token cannot do this", {
        hint: "A pilot's token reads its readings, outputs and connection; everything else needs a person who signs in.",
      });
    case 'person': {
      const { role } = caller.session.user;
      if (roles.includes(role)) return;
      throw sandboxError('SANDBOX_ACCESS_FORBIDDEN', `it takes the role ${roles.join(' or ')}`);
    }
  }
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses state-changing requests that a browser sends on behalf of another site, beside the cookie's SameSite=Strict.
 * Browsers say where a request comes from in Sec-Fetch-Site (only to https and loopback) or at least in Origin; what has
 * neither is no browser, and carries no cookie that its user did not give it.
 */
export function refuseCrossSite(request: FastifyRequest, publicUrl: string | undefined): void {
  if (safeMethods.has(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return;
  const { origin } = request.headers;
  if (site === undefined && origin === undefined) return;
  if (site === undefined && origin !== undefined && isOwn(origin, request, publicUrl)) return;
  throw sandboxError('SANDBOX_ACCESS_CROSS_SITE', origin ?? String(site));
}

function isOwn(origin: string, request: FastifyRequest, publicUrl: string | undefined): boolean {
  if (publicUrl !== undefined && origin === new URL(publicUrl).origin) return true;
  if (!URL.canParse(origin)) return false;
  const { protocol, host } = new URL(origin);
  const ours = `${protocol}//${request.host}`;
  return URL.canParse(ours) && new URL(ours).host === host;
}
