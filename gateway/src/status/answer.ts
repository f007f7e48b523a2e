import type { IncomingMessage, ServerResponse } from 'node:http';

/** Headers of every answer: nothing is kept, nothing is guessed, and no other origin may use it. */
const always = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const;

export interface Answer {
  readonly status?: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What was asked for: the URL, the request it came with, and where the answer goes. */
export interface Question {
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export const plainText = 'text/plain; charset=utf-8';

/** Writes a whole answer. Node leaves the body out for HEAD. */
export function answer(response: ServerResponse, { status = 200, type, body, headers = {} }: Answer): void {
  const length = Buffer.byteLength(body);
  response.writeHead(status, { ...always, 'content-type': type, 'content-length': length, ...headers });
  response.end(body);
}

/** Opens an answer that grows. */
export function openAnswer(
  response: ServerResponse,
  type: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(200, { ...always, 'content-type': type, ...headers });
  response.flushHeaders();
}
