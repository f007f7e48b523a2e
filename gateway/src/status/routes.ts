import type { Logger } from '@city-testbed/runtime';
import type { Outbox } from '../outbox/outbox.ts';
import { answer, openAnswer, plainText, type Answer, type Question } from './answer.ts';
import { ExportRoute } from './export-route.ts';
import { contentSecurityPolicy, statusPage } from './page/page.ts';
import { exposition, expositionContentType } from './prometheus/exposition.ts';
import { families } from './prometheus/families.ts';
import type { GatewayStatus } from './status.ts';
import type { Tail } from './tail/tail.ts';
import { wordsFor } from './words/language.ts';

export interface RouteSources {
  readonly status: () => GatewayStatus;
  readonly tail?: Tail;
  /** Left out: there is no GET /outbox. */
  readonly outbox?: Pick<Outbox, 'export'>;
  readonly log: Logger;
}

/** Answers at once, or undefined where it writes the answer itself. */
export type Route = (question: Question) => Answer | undefined;

const REFRESH_SECONDS = 10;

/** Paths with what they answer. */
export function routesOf(sources: RouteSources): ReadonlyMap<string, Route> {
  const { tail, outbox, log } = sources;
  const failed = (error: unknown): void => log.warn({ err: error }, 'an export of the outbox broke off');
  const exports = outbox && new ExportRoute(outbox, failed);
  const status = (): GatewayStatus => ({
    ...sources.status(),
    ...(tail ? { tail: tail.status() } : {}),
  });
  const paths = [
    '/health',
    '/metrics',
    ...(tail ? ['/tail'] : []),
    ...(exports ? ['/outbox?format=csv'] : []),
  ];
  return new Map<string, Route>([
    ['/', (question) => page(status(), question, paths)],
    ['/health', () => ({ type: 'application/json', body: `${JSON.stringify(status())}\n` })],
    ['/metrics', () => ({ type: expositionContentType, body: exposition(families, status()) })],
    ...(tail ? [['/tail', (question: Question) => live(tail, question)] as const] : []),
    ...(exports ? [['/outbox', (question: Question) => exports.answer(question)] as const] : []),
  ]);
}

function page(status: GatewayStatus, { url, request }: Question, paths: readonly string[]): Answer {
  const asked = url.searchParams.get('lang');
  const words = wordsFor(asked ?? request.headers['accept-language']);
  const refreshing = url.searchParams.get('refresh') !== 'no';
  const body = statusPage(status, {
    words,
    refreshing,
    paths,
    address: (change) => {
      const language = change.language ?? asked;
      const query = new URLSearchParams({
        ...(language === null ? {} : { lang: language }),
        ...((change.refreshing ?? refreshing) ? {} : { refresh: 'no' }),
      });
      return `/?${query.toString()}`;
    },
  });
  return {
    type: 'text/html; charset=utf-8',
    body,
    headers: {
      'content-security-policy': contentSecurityPolicy,
      'content-language': words.language,
      vary: 'accept-language',
      'x-frame-options': 'DENY',
      ...(refreshing ? { refresh: String(REFRESH_SECONDS) } : {}),
    },
  };
}

function live(tail: Tail, { url, request, response }: Question): Answer | undefined {
  const type = 'application/x-ndjson';
  if (request.method === 'HEAD') return { type, body: '' };
  const filter = {
    device: url.searchParams.get('device') ?? undefined,
    metric: url.searchParams.get('metric') ?? undefined,
  };
  if (!tail.add(response, filter)) {
    const headers = { 'retry-after': '10' };
    answer(response, { status: 503, type: plainText, body: 'enough clients listen already\n', headers });
    return undefined;
  }
  // It may well be quiet for long; who does not read is found out by the tail itself.
  request.socket.setTimeout(0);
  openAnswer(response, type);
  return undefined;
}
