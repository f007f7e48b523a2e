import { Type } from '@sinclair/typebox';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { EventStreams } from '../event-streams.ts';
import type { ApiParts } from '../parts.ts';
import { ref } from '../schemas.ts';
import type { Server } from '../server.ts';

/** Health and metrics, at the root: for those who run the testbed. They name no person and no pilot. */
export function operationRoutes(server: Server, parts: ApiParts, eventStreams: EventStreams): void {
  const registry = parts.metrics ?? new Registry();
  measure(server, registry, eventStreams);

  server.get(
    '/health',
    {
      schema: {
        operationId: 'getHealth',
        tags: ['operations'],
        summary: 'Whether every part is up',
        security: [],
        response: { 200: ref('Health'), 503: { description: 'Some part is down', ...ref('Health') } },
      },
    },
    async (request, reply) => {
      const health = await parts.health();
      void reply.header('cache-control', 'no-store');
      return reply.code(health.status === 'ok' ? 200 : 503).send(health);
    },
  );

  server.get(
    '/metrics',
    {
      schema: {
        operationId: 'getMetrics',
        tags: ['operations'],
        summary: 'Metrics in the text format of Prometheus',
        security: [],
        response: { 200: { description: 'Metrics', content: { 'text/plain': { schema: Type.String() } } } },
      },
    },
    async (request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
}

function measure(server: Server, registry: Registry, eventStreams: EventStreams): void {
  const registers = [registry];
  if (!registry.getSingleMetric('process_cpu_seconds_total')) collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'city_http_request_seconds',
    help: 'Time to answer, by route',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  new Gauge({
    name: 'city_http_event_streams',
    help: 'Open live streams',
    registers,
    collect() {
      this.set(eventStreams.size);
    },
  });
  new Counter({
    name: 'city_http_event_streams_cut_total',
    help: 'Live streams cut since their client read too slowly',
    registers,
    collect() {
      this.reset();
      this.inc(eventStreams.cutSlow);
    },
  });
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const status = `${Math.floor(reply.statusCode / 100)}xx`;
    seconds.observe({ method: request.method, route, status }, reply.elapsedTime / 1000);
    done();
  });
}
