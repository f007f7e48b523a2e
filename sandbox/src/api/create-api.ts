import type { AddressInfo } from 'node:net';
import fastifyCookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Value } from '@sinclair/typebox/value';
import type { TSchema } from '@sinclair/typebox';
import { messageOf, type Service } from '@city-testbed/runtime';
import Fastify, { LogController, type FastifyBaseLogger } from 'fastify';
import { sandboxError } from '../errors.ts';
import { EventStreams, streamLimits } from './event-streams.ts';
import { admit, identify, refuseCrossSite } from './identity.ts';
import { profileLabels } from './labels.ts';
import { describe } from './openapi.ts';
import type { ApiParts } from './parts.ts';
import { answerProblem } from './problems.ts';
import { connectorRoutes } from './routes/connectors.ts';
import { deviceRoutes } from './routes/devices.ts';
import { liveRoutes } from './routes/live.ts';
import { mqttRoutes } from './routes/mqtt.ts';
import { operationRoutes } from './routes/operations.ts';
import { pilotServiceRoutes } from './routes/pilot-service.ts';
import { pilotRoutes } from './routes/pilots.ts';
import { sessionRoutes } from './routes/session.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { sharedSchemas } from './schemas.ts';
import { secureAnswers } from './security-headers.ts';
import type { Server } from './server.ts';
import { serveUi } from './static-ui.ts';

export interface Api extends Service {
  /** The Fastify instance, for tests to `inject` into. */
  readonly server: Server;
  /** Where it listens; undefined before `start`. */
  address(): { readonly host: string; readonly port: number } | undefined;
}

/** The HTTP side of the sandbox: the API for people, services and brokers, its description, and the web UI. */
export function createApi(parts: ApiParts, limits = streamLimits): Api {
  const { access, config, log, pilots, clock } = parts;
  const logger: FastifyBaseLogger = log.child({ stage: 'api' });
  const server: Server = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // Only what these say of the client is believed: anybody can write X-Forwarded-For.
    trustProxy: config.http.trustedProxies.length > 0 ? [...config.http.trustedProxies] : false,
    bodyLimit: config.http.bodyLimitBytes,
    forceCloseConnections: true, // so that a browser's idle connection does not hold up a stop
    requestTimeout: 30_000,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: true, verbose: true } },
  }).withTypeProvider<TypeBoxTypeProvider>();
  const eventStreams = new EventStreams(clock, limits);

  server.removeContentTypeParser('text/plain');
  server.setErrorHandler(answerProblem);
  server.decorateRequest('caller');
  for (const schema of sharedSchemas) server.addSchema(schema);
  void server.register(fastifyCookie);
  secureAnswers(server, config);
  void server.register(rateLimit, { global: false });
  describe(server, parts);

  void server.register(
    (v1: Server, options, done) => {
      v1.addHook('onRequest', (request, reply, next) => {
        request.caller = identify(request, access);
        refuseCrossSite(request, config.http.publicUrl);
        admit(request);
        next();
      });
      // A query knows texts only: limit=10 becomes a number before it is judged. Bodies are taken as they are.
      v1.addHook('preValidation', (request, reply, next) => {
        const schema = request.routeOptions.schema?.querystring as TSchema | undefined;
        if (schema) request.query = Value.Convert(schema, request.query);
        next();
      });
      sessionRoutes(v1, parts);
      deviceRoutes(v1, parts, profileLabels(log));
      pilotRoutes(v1, parts);
      tokenRoutes(v1, parts);
      pilotServiceRoutes(v1, parts);
      liveRoutes(v1, parts, eventStreams);
      connectorRoutes(v1, parts);
      done();
    },
    { prefix: '/api/v1' },
  );
  void server.register((internal: Server, options, done) => {
    mqttRoutes(internal, parts);
    done();
  });
  void server.register((operations: Server, options, done) => {
    operationRoutes(operations, parts, eventStreams);
    done();
  });
  serveUi(server, config.http.uiDir);

  const recheck = (): void => eventStreams.recheck();
  const listening = [
    access.sessions.onEnded(recheck),
    access.revocations.onRevoked(recheck),
    pilots.onChange(recheck),
  ];

  return {
    name: 'api',
    server,
    address: () => {
      const address = server.server.address() as AddressInfo | null;
      return address ? { host: address.address, port: address.port } : undefined;
    },
    start: async () => {
      const { host, port } = config.http;
      const url = await server.listen({ host, port }).catch((error: unknown) => {
        throw sandboxError('SANDBOX_API_LISTEN', `${host}:${port}: ${messageOf(error)}`, { cause: error });
      });
      log.info({ event: 'listening', url }, 'the API listens');
    },
    stop: async () => {
      for (const unlisten of listening) unlisten();
      eventStreams.close();
      await server.close();
    },
  };
}
