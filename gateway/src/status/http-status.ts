import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, type Logger, type Service } from '@city-testbed/runtime';
import { gatewayError } from '../errors.ts';
import type { GatewayStatus } from './status.ts';

export interface HttpStatusOptions {
  readonly host: string;
  readonly port: number;
  readonly status: () => GatewayStatus;
  readonly log: Logger;
}

/** GET /health: the status as JSON. 200 while the gateway runs: a box without uplink still does its work. */
export class HttpStatus implements Service {
  readonly name = 'status';
  readonly #options: HttpStatusOptions;
  readonly #server: Server;

  constructor(options: HttpStatusOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      if (request.method !== 'GET' || request.url !== '/health') {
        response.writeHead(404, { 'content-type': 'text/plain' }).end('GET /health\n');
        return;
      }
      const body = JSON.stringify(options.status());
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(body);
    });
    this.#server.requestTimeout = 5000;
    this.#server.maxConnections = 50;
  }

  /** Where it listens; undefined before the start. */
  get address(): AddressInfo | undefined {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address : undefined;
  }

  /** Throws GATEWAY_STATUS_LISTEN. */
  start(): Promise<void> {
    const { host, port, log } = this.#options;
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error) =>
        reject(
          gatewayError('GATEWAY_STATUS_LISTEN', `${host}:${String(port)}: ${messageOf(error)}`, {
            cause: error,
          }),
        ),
      );
      this.#server.listen(port, host, () => {
        log.info({ ...this.address }, 'status page listens');
        resolve();
      });
    });
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}
