import { STATUS_CODES } from 'node:http';
import { CodedError, type ConfigFault } from '@city-testbed/runtime';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Problem } from '../contract/index.ts';
import { sandboxError } from '../errors.ts';
import { inputFaults } from './input-faults.ts';

/** HTTP statuses of coded errors. What is not listed is the sandbox's own fault: 500. */
const statuses: Readonly<Record<string, number>> = {
  SANDBOX_ACCESS_CROSS_SITE: 403,
  SANDBOX_ACCESS_FORBIDDEN: 403,
  SANDBOX_ACCESS_NOT_SIGNED_IN: 401,
  SANDBOX_ACCESS_SECRET_REFUSED: 401,
  SANDBOX_ACCESS_SIGN_IN_REFUSED: 401,
  SANDBOX_ACCESS_SIGN_IN_TOO_OFTEN: 429,
  SANDBOX_ACCESS_TOKENS_FULL: 409,
  SANDBOX_ACCESS_TOKEN_REFUSED: 401,
  SANDBOX_ACCESS_TOKEN_UNKNOWN: 404,
  SANDBOX_API_BODY_TOO_LARGE: 413,
  SANDBOX_API_DEVICE_UNKNOWN: 404,
  SANDBOX_API_INPUT_INVALID: 400,
  SANDBOX_API_MEDIA_TYPE: 415,
  SANDBOX_API_METRIC_UNKNOWN: 404,
  SANDBOX_API_NOT_JSON: 400,
  SANDBOX_API_REQUEST_REFUSED: 400,
  SANDBOX_API_ROUTE_UNKNOWN: 404,
  SANDBOX_API_TOO_MANY_REQUESTS: 429,
  SANDBOX_API_TOO_MANY_STREAMS: 429,
  SANDBOX_CONNECTOR_LETTER_UNKNOWN: 404,
  SANDBOX_CONNECTOR_UNKNOWN: 404,
  SANDBOX_EVALUATION_TOO_LONG: 400,
  SANDBOX_PILOT_EXISTS: 409,
  SANDBOX_PILOT_INVALID: 400,
  SANDBOX_PILOT_MEMBER_UNKNOWN: 404,
  SANDBOX_PILOT_NOT_IN_FORCE: 403,
  SANDBOX_PILOT_STATE: 409,
  SANDBOX_PILOT_UNKNOWN: 404,
  SANDBOX_STORE_BUSY: 503,
  SANDBOX_STORE_CLOSED: 503,
  SANDBOX_STORE_CURSOR_INVALID: 400,
  SANDBOX_STORE_RANGE: 400,
};

export const problemType = 'application/problem+json; charset=utf-8';

/** Answers with a problem document (RFC 9457). What went wrong inside is logged under an id, and never told. */
export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const coded = codedError(error);
  const status = coded ? (statuses[coded.code] ?? ownStatus(error) ?? 500) : 500;
  if (coded && status < 500) return send(reply, request, coded, status);
  if (coded && status === 503) {
    request.log.warn({ err: error }, coded.message);
    return send(reply, request, coded, status);
  }
  const id = randomUUID();
  request.log.error(
    { err: error, id, method: request.method, route: request.routeOptions.url },
    'a request failed',
  );
  return send(reply, request, sandboxError('SANDBOX_API_INTERNAL', id), 500);
}

function send(reply: FastifyReply, request: FastifyRequest, error: CodedError, status: number): FastifyReply {
  const { faults, retryAfterSeconds } = error.context;
  const title = STATUS_CODES[status] ?? 'Error';
  const problem: Problem = {
    type: 'about:blank',
    title,
    status,
    detail: error.message,
    instance: request.url.split('?')[0]?.slice(0, 500) ?? '',
    code: error.code,
    hint: error.hint,
    ...(Array.isArray(faults) ? { errors: faults as ConfigFault[] } : {}),
  };
  if (typeof retryAfterSeconds === 'number') void reply.header('retry-after', retryAfterSeconds);
  if (status === 401) void reply.header('www-authenticate', 'Bearer realm="city-testbed"');
  return reply.code(status).type(problemType).send(problem);
}

/** Fastify's own errors under our codes; undefined for what nobody foresaw. */
function codedError(error: unknown): CodedError | undefined {
  if (error instanceof CodedError) return error;
  if (!(error instanceof Error)) return undefined;
  const { code, validation, validationContext, statusCode } = error as Partial<FastifyError>;
  if (validation) {
    const faults = inputFaults(validation, validationContext);
    const where = faults.map(({ path }) => path).join(', ');
    return sandboxError('SANDBOX_API_INPUT_INVALID', where, { context: { faults } });
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return sandboxError('SANDBOX_API_BODY_TOO_LARGE', error.message);
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return sandboxError('SANDBOX_API_MEDIA_TYPE', error.message);
  if (
    code === 'FST_ERR_CTP_INVALID_JSON_BODY' ||
    code === 'FST_ERR_CTP_EMPTY_JSON_BODY' ||
    error instanceof SyntaxError
  ) {
    return sandboxError('SANDBOX_API_NOT_JSON', error.message);
  }
  if (statusCode === 429) return sandboxError('SANDBOX_API_TOO_MANY_REQUESTS', error.message);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return sandboxError('SANDBOX_API_REQUEST_REFUSED', error.message);
  }
  return undefined;
}

function ownStatus(error: unknown): number | undefined {
  return error instanceof Error ? (error as Partial<FastifyError>).statusCode : undefined;
}
