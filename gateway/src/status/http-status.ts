import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, type Logger, type Service } from '@city-testbed/runtime';
import { gatewayError } from '../errors.ts';
import { answer, plainText, type Question } from './answer.ts';
import { isOwnHost } from './host-header.ts';
import { routesOf, type RouteSources } from './routes.ts';

export interface HttpStatusOptions extends RouteSources {
  readonly host: string;
  readonly port: number;
  readonly log: Logger;
}

/** Silence on a connection after which it is cut, ms: also of a client who does not read what he asked for. */
const IDLE_MS = 60_000;
/** Requests name a path alone. */
const BASE = 'http://gateway';

/**
 * The status of a running gateway over HTTP, for engineers and programs on the box: it only ever reads. It answers 200
 * while the gateway runs, faults or not: a box without uplink still does its work.
 */
export class HttpStatus implements Service {
  readonly name = 'status';
  readonly #options: HttpStatusOptions;
  readonly #server: Server;
  readonly #routes: ReturnType<typeof routesOf>;

  constructor(options: HttpStatusOptions) {
    this.#options = options;
    this.#routes = routesOf(options);
    this.#server = createServer({ maxHeaderSize: 8192 }, (request, response) => {
      // Nobody has anything to send here.
      request.resume();
      response.on('error', () => undefined);
      try {
        this.#answer(request, response);
      } catch (error) {
        options.log.error({ err: error, url: request.url }, 'the status page failed');
        if (response.headersSent) response.destroy();
        else answer(response, { status: 500, type: plainText, body: 'the status page failed\n' });
      }
    });
    this.#server.requestTimeout = 5000;
    this.#server.headersTimeout = 5000;
    this.#server.keepAliveTimeout = 5000;
    this.#server.maxConnections = 50;
    this.#server.setTimeout(IDLE_MS);
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

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (!isOwnHost(request.headers.host, this.#options.host)) {
      const body = 'ask for this machine by its address or as localhost\n';
      answer(response, { status: 421, type: plainText, body });
      return;
    }
    const asked = request.url ?? '';
    const url = URL.canParse(asked, BASE) ? new URL(asked, BASE) : undefined;
    const route = url && this.#routes.get(url.pathname);
    if (!route) {
      const body = `here are: ${[...this.#routes.keys()].join(' ')}\n`;
      answer(response, { status: 404, type: plainText, body });
      return;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const headers = { allow: 'GET, HEAD' };
      answer(response, { status: 405, type: plainText, body: 'GET and HEAD only\n', headers });
      return;
    }
    const question: Question = { url, request, response };
    const result = route(question);
    if (result) answer(response, result);
  }
}
