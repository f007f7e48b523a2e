import { messageOf } from '@city-testbed/runtime';

const timeoutMs = 10_000;
const answerBytes = 256 * 1024;

export interface TargetAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Cut at 256 KiB. */
  readonly body: string;
}

/** The target cannot be reached now: worth another try. */
export class TargetUnreachable extends Error {}

/** One request to a target. Throws TargetUnreachable for whatever keeps an answer from coming, `stop` included. */
export async function askTarget(
  url: string,
  init: { readonly method: string; readonly headers: Record<string, string>; readonly body?: string },
  stop: AbortSignal,
): Promise<TargetAnswer> {
  try {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual', // what is signed for one host is not sent to another
      signal: AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]),
    });
    return { status: response.status, headers: response.headers, body: await cut(response) };
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? `: ${messageOf(error.cause)}` : '';
    throw new TargetUnreachable(`${messageOf(error)}${cause}`, { cause: error });
  }
}

/**
 * Whether the target will never take this very message. Everything else is tried again: a wrong path or key (401, 403,
 * 404) is mended in the configuration, and what waits must not be lost to it.
 */
export function isFinal(status: number): boolean {
  return [400, 410, 413, 415, 422].includes(status);
}

/** Milliseconds of a Retry-After header in its seconds form (RFC 9110, 10.2.3); undefined without one. */
export function retryAfterMs(headers: Headers): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 3600) * 1000 : undefined;
}

async function cut(response: Response): Promise<string> {
  if (!response.body) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.byteLength;
    if (size < answerBytes) continue;
    await reader.cancel();
    break;
  }
  return Buffer.concat(chunks).subarray(0, answerBytes).toString('utf8');
}
