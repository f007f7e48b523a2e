import helmet from 'helmet';
import type { Server } from './server.ts';
import type { ApiConfig } from './parts.ts';

/**
 * A strict Content Security Policy that still lets the web UI work: Mantine writes style elements, and MapLibre starts
 * its worker from a blob and fetches tiles of the city's tile server.
 */
export function secureAnswers(server: Server, config: ApiConfig): void {
  const tiles = tileSources(config.mapTilesUrl);
  const writeHeaders = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:', ...tiles],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'", ...tiles],
        workerSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Only where TLS is in front: on plain http browsers ignore it, and on loopback it would outlive the demonstration.
    strictTransportSecurity: config.http.secureCookies,
    referrerPolicy: { policy: 'same-origin' },
  });
  server.addHook('onRequest', (request, reply, next) => {
    writeHeaders(request.raw, reply.raw, (error?: unknown) =>
      next(error instanceof Error ? error : undefined),
    );
  });
}

/** The origin of a tile template; `{s}` stands for any host name part. */
function tileSources(template: string | undefined): string[] {
  const [, scheme, host] = /^(https?):\/\/([^/]+)\//.exec(template ?? '') ?? [];
  if (scheme === undefined || host === undefined) return [];
  return [`${scheme}://${host.replace(/^\{[^}]*\}/, '*')}`];
}
