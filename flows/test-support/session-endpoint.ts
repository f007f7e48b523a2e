import { startHttpServer, type HttpServer } from './http-server.ts';

export interface SessionEndpoint extends HttpServer {
  /** Cookies of sessions that were begun and not signed out. */
  readonly open: ReadonlySet<string>;
}

/**
 * Stands in for the sandbox's session endpoint. The role is the part of the email before the @; the password is "right".
 * Anything else than POST and DELETE of /api/v1/session is answered with 404.
 */
export async function startSessionEndpoint(): Promise<SessionEndpoint> {
  const open = new Set<string>();
  let number = 0;
  const server = await startHttpServer(({ method, url, cookie, body }, response) => {
    const json = (status: number, content: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    };
    if (url !== '/api/v1/session') json(404, {});
    else if (method === 'DELETE') {
      const known = cookie?.split('; ').find((one) => open.delete(one));
      response.writeHead(known === undefined ? 401 : 204).end();
    } else {
      const { email, password } = body as { email: string; password: string };
      if (password !== 'right') json(401, { code: 'SANDBOX_WRONG_PASSWORD' });
      else {
        const session = `city_session=${++number}`;
        open.add(session);
        response.setHeader('set-cookie', [`${session}; Path=/; HttpOnly; SameSite=Strict`, 'other=1']);
        const role = email.split('@')[0];
        json(200, {
          user: { id: 'u1', email, name: 'A', organisation: 'B', role },
          demo: false,
          demoAccounts: [],
        });
      }
    }
  });
  return { ...server, open };
}
