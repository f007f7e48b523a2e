import { localCodes, made, readProblem, RequestFailed } from './problem.ts';

export const apiRoot = '/api/v1';

/** A path below the API's root; each part is escaped, and absent query values are left out. */
export function path(
  parts: readonly string[],
  query: Readonly<Record<string, string | number | null | undefined>> = {},
): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[name, String(value)]],
  );
  const search = new URLSearchParams(pairs).toString();
  return `${apiRoot}/${parts.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
}

interface Options {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/**
 * Asks the API and returns its JSON as the contract's type; nothing (204) comes back as undefined.
 * @throws RequestFailed with the server's problem document, or with UI_NETWORK when no answer came
 */
export async function request<T>(url: string, options: Options = {}): Promise<T> {
  const { method = 'GET', body, signal } = options;
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new RequestFailed(made(localCodes.network, 0, error instanceof Error ? error.message : ''));
  }
  const text = await response.text();
  let answer: unknown;
  try {
    answer = text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    throw new RequestFailed(made(localCodes.answer, response.status, `HTTP ${response.status}`));
  }
  if (!response.ok) throw new RequestFailed(readProblem(response.status, answer));
  return answer as T;
}
