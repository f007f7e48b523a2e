import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { sessionCookie } from './identity.ts';
import type { ApiParts } from './parts.ts';
import { problemResponses } from './schemas.ts';
import type { Server } from './server.ts';

const tags: readonly (readonly [string, string])[] = [
  ['session', 'Signing in and out'],
  ['devices', 'Devices, gateways, and what was read from them'],
  ['pilots', 'Pilots, their members, agreements and targets'],
  ['tokens', "Tokens of pilots' services"],
  ['services', 'What a service works with; open to its token'],
  ['live', 'Live views, as server-sent events'],
  ['evaluation', 'Pilots against what was agreed'],
  ['connectors', "The city's other systems"],
  ['operations', 'For those who run the testbed'],
];

/** OpenAPI 3.1 from the route schemas, at /api/openapi.json, and a browser for it at /api/docs. Before the routes. */
export function describe(server: Server, { version, config }: ApiParts): void {
  void server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'City testbed',
        version,
        description:
          'Readings, pilots and verdicts of a city testbed. Errors are problem documents (RFC 9457) with a stable `code` and a `hint`. Times are RFC 3339 in UTC.',
        license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      },
      servers: [{ url: config.http.publicUrl ?? '/' }],
      tags: tags.map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: sessionCookie,
            description: 'Set by POST /api/v1/session',
          },
          serviceToken: { type: 'http', scheme: 'bearer', description: "A pilot's token, ctb_..." },
        },
      },
      security: [{ session: [] }],
    },
    // Only for the description: our error handler writes problem documents itself, and compiling a serialiser for them for
    // each route would be most of the time that a start takes.
    transform: ({ schema, url }) => {
      if (!url.startsWith('/api/v1/')) return { schema, url };
      const own = schema.response as object | undefined;
      return { schema: { ...schema, response: { ...problemResponses, ...own } }, url };
    },
    refResolver: {
      buildLocalReference: (schema, baseUri, fragment, index) =>
        typeof schema.$id === 'string' ? schema.$id : `Schema${index}`,
    },
  });
  void server.register(swaggerUi, { routePrefix: '/api/docs', uiConfig: { deepLinking: true } });
  server.get('/api/openapi.json', { schema: { hide: true } }, () => server.swagger());
}
