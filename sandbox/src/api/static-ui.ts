import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sandboxError } from '../errors.ts';
import type { Server } from './server.ts';

/** The web UI as it is built beside this code: the same from src, from dist and when installed. */
const bundledUi = fileURLToPath(new URL('../../dist-ui', import.meta.url));

const unbuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>City testbed</title>
<h1>The web UI is not built</h1>
<p>Run <code>npm run build</code> and load this page again. The interface for programs runs: see <a href="/api/docs">/api/docs</a>.</p>`;

/** Paths that are the API's: what is missing there is a problem document, never a page. */
const apiPath = /^\/(api|internal|health|metrics)(\/|$)/;

/**
 * Serves the web UI, and its index.html for every other path that a browser asks for, since the UI's router knows them.
 * Registers the answer to whatever has no route.
 */
export function serveUi(server: Server, uiDir: string = bundledUi): void {
  const index = join(uiDir, 'index.html');
  if (existsSync(index)) {
    void server.register(fastifyStatic, {
      root: uiDir,
      cacheControl: false,
      setHeaders: (reply, path) => {
        // Vite puts a hash of the content into the names of what it builds into assets/.
        const isHashed = /[/\\]assets[/\\]/.test(path);
        void reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    if (
      request.method !== 'GET' ||
      apiPath.test(path) ||
      !wantsPage(request) ||
      path.startsWith('/assets/')
    ) {
      throw sandboxError('SANDBOX_API_ROUTE_UNKNOWN', `${request.method} ${path.slice(0, 200)}`);
    }
    return page(reply, existsSync(index) ? readFileSync(index, 'utf8') : undefined);
  });
}

function wantsPage(request: FastifyRequest): boolean {
  const { accept } = request.headers;
  return accept !== undefined && /text\/html|application\/xhtml\+xml/.test(accept);
}

function page(reply: FastifyReply, html: string | undefined): FastifyReply {
  return reply
    .code(html === undefined ? 503 : 200)
    .header('cache-control', 'no-cache')
    .type('text/html; charset=utf-8')
    .send(html ?? unbuilt);
}
