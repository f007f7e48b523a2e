import { createServer, type Server } from 'node:http';
import type { Service } from '@city-testbed/runtime';
import { brokerError } from '../errors.ts';
import type { Health } from './health.ts';

export interface EndpointOptions {
  readonly host: string;
  readonly port: number;
  readonly text: () => Promise<{ readonly contentType: string; readonly body: string }>;
  readonly health: () => Health;
}

/** The HTTP listener for those who watch the broker: GET /metrics (Prometheus) and GET /health (JSON; 503 when down). */
export class MetricsEndpoint implements Service {
  readonly name = 'metrics listener';
  readonly #options: EndpointOptions;
  #server: Server | undefined;

  constructor(options: EndpointOptions) {
    this.#options = options;
  }

  address(): { host: string; port: number } | undefined {
    const bound = this.#server?.address();
    return typeof bound === 'object' && bound ? { host: bound.address, port: bound.port } : undefined;
  }

  async start(): Promise<void> {
    const { host, port } = this.#options;
    const server = createServer((request, response) => {
      this.#answer(request.method ?? '', request.url ?? '').then(
        ({ status, contentType, body }) => {
          response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' });
          response.end(request.method === 'HEAD' ? undefined : body);
        },
        () => response.writeHead(500).end(),
      );
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, resolve);
    }).catch((cause: unknown) => {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
      const busy = code === 'EADDRINUSE';
      throw brokerError(
        busy ? 'BROKER_PORT_BUSY' : 'BROKER_LISTEN_FAILED',
        `${host}:${port} (metrics)${busy ? '' : `: ${code}`}`,
        { context: { listener: 'metrics', address: `${host}:${port}` }, cause },
      );
    });
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  async #answer(method: string, url: string): Promise<{ status: number; contentType: string; body: string }> {
    const plain = 'text/plain; charset=utf-8';
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, contentType: plain, body: 'GET only\n' };
    const path = url.split('?')[0];
    if (path === '/metrics') return { status: 200, ...(await this.#options.text()) };
    if (path === '/health') {
      const health = this.#options.health();
      const status = health.status === 'down' ? 503 : 200;
      return { status, contentType: 'application/json', body: `${JSON.stringify(health)}\n` };
    }
    return { status: 404, contentType: plain, body: '/metrics and /health are here\n' };
  }
}
