import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Heard {
  readonly method: string;
  readonly url: string;
  readonly cookie: string | undefined;
  readonly contentType: string | undefined;
  /** Parsed JSON; undefined where there was no body. */
  readonly body: unknown;
}

export interface HttpServer {
  readonly url: string;
  readonly heard: readonly Heard[];
  stop(): Promise<void>;
}

/** A real HTTP server on a free port that keeps what it was asked. */
export async function startHttpServer(
  answer: (heard: Heard, response: ServerResponse) => void,
): Promise<HttpServer> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    void read(request).then((one) => {
      heard.push(one);
      answer(one, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function read(request: IncomingMessage): Promise<Heard> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString('utf8');
  const { method = '', url = '', headers } = request;
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  return { method, url, cookie: headers.cookie, contentType: headers['content-type'], body };
}
