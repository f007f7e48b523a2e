import type { ServerResponse } from 'node:http';
import type { ExportRequest, Outbox } from '../outbox/outbox.ts';
import { answer, openAnswer, plainText, type Answer, type Question } from './answer.ts';

const types = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/x-ndjson',
} as const;

/** Exports that run at the same time: each keeps the disk busy. */
const MOST_EXPORTS = 2;
/** A client that takes nothing for so long is let go, ms. */
const PATIENCE_MS = 30_000;

/** GET /outbox: what waits on disk, as text, while the gateway runs. */
export class ExportRoute {
  readonly #outbox: Pick<Outbox, 'export'>;
  readonly #failed: (error: unknown) => void;
  #running = 0;

  /** `failed` hears of an export that broke off. */
  constructor(outbox: Pick<Outbox, 'export'>, failed: (error: unknown) => void) {
    this.#outbox = outbox;
    this.#failed = failed;
  }

  answer({ url, request, response }: Question): Answer | undefined {
    const asked = exportRequest(url.searchParams);
    if (typeof asked === 'string') return { status: 400, type: plainText, body: `${asked}\n` };
    const type = types[asked.format];
    if (request.method === 'HEAD') return { type, body: '' };
    if (this.#running >= MOST_EXPORTS) {
      const headers = { 'retry-after': '30' };
      answer(response, { status: 503, type: plainText, body: 'enough exports run already\n', headers });
      return undefined;
    }
    openAnswer(response, type, { 'content-disposition': `attachment; filename="outbox.${asked.format}"` });
    this.#running += 1;
    void this.#send(asked, response).finally(() => (this.#running -= 1));
    return undefined;
  }

  async #send(asked: ExportRequest, response: ServerResponse): Promise<void> {
    try {
      for await (const piece of this.#outbox.export(asked)) {
        if (response.destroyed) return;
        if (!response.write(piece)) await drained(response);
      }
      response.end();
    } catch (error) {
      // Cut, not ended: half a file must not look like a whole one.
      response.destroy();
      this.#failed(error);
    }
  }
}

/** Resolves once there is room again, or nobody to write to; rejects where the client takes too long. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (how: () => void): void => {
      clearTimeout(timer);
      response.off('drain', done);
      response.off('close', done);
      how();
    };
    const done = (): void => settle(resolve);
    const timer = setTimeout(
      () => settle(() => reject(new Error(`the client took nothing for ${String(PATIENCE_MS / 1000)} s`))),
      PATIENCE_MS,
    );
    response.on('drain', done);
    response.on('close', done);
  });
}

/** What a query asks for, or what is wrong with it. Times are ISO 8601 or ms since the Unix epoch. */
export function exportRequest(query: URLSearchParams): ExportRequest | string {
  const format = query.get('format') ?? 'jsonl';
  if (format !== 'csv' && format !== 'jsonl') return `format is jsonl or csv, not ${format.slice(0, 40)}`;
  const times: { since?: number; until?: number } = {};
  for (const name of ['since', 'until'] as const) {
    const text = query.get(name);
    if (text === null) continue;
    const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
    if (!Number.isSafeInteger(at))
      return `${name} is a time like 2026-01-31T08:00:00Z, not ${text.slice(0, 40)}`;
    times[name] = at;
  }
  const device = query.get('device');
  return { format, ...times, ...(device === null ? {} : { device }) };
}
