import type { Problem } from '../../../src/contract/index.ts';

/** What a request failed with: the server's problem document, or `network` when no answer came. */
export class RequestFailed extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`);
    this.name = 'RequestFailed';
    this.problem = problem;
  }
}

/** Codes that the UI itself gives, beside the server's. */
export const localCodes = { network: 'UI_NETWORK', answer: 'UI_ANSWER_UNREADABLE' } as const;

/** The problem behind anything thrown; a fault of our own code counts as an unreadable answer. */
export function problemOf(error: unknown): Problem {
  if (error instanceof RequestFailed) return error.problem;
  return made(localCodes.answer, 0, error instanceof Error ? error.message : String(error));
}

export function made(code: string, status: number, detail: string): Problem {
  return { type: 'about:blank', title: code, status, detail, code, hint: '' };
}

/** Reads a problem document without trusting it: a proxy may answer with a page of its own. */
export function readProblem(status: number, body: unknown): Problem {
  const field = (name: string): string | undefined => {
    if (typeof body !== 'object' || body === null) return undefined;
    const value: unknown = Reflect.get(body, name);
    return typeof value === 'string' ? value : undefined;
  };
  const code = field('code');
  if (code === undefined) return made(localCodes.answer, status, `HTTP ${status}`);
  const problem: Problem = {
    type: field('type') ?? 'about:blank',
    title: field('title') ?? code,
    status,
    detail: field('detail') ?? '',
    code,
    hint: field('hint') ?? '',
  };
  const faults: unknown = Reflect.get(body as object, 'errors');
  return Array.isArray(faults) ? { ...problem, errors: faults.filter(isFault) } : problem;
}

type Fault = NonNullable<Problem['errors']>[number];
function isFault(entry: unknown): entry is Fault {
  return typeof entry === 'object' && entry !== null && typeof Reflect.get(entry, 'path') === 'string';
}
