import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { PersonSession, ServiceSession } from '../access/access.ts';
import type { Role } from '../contract/index.ts';

export type Server = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Who asks. */
export type Caller =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'person'; readonly session: PersonSession }
  | { readonly kind: 'service'; readonly session: ServiceSession };

/** Who may call a route of /api/v1. */
export interface Admission {
  readonly roles: 'anyone' | readonly Role[];
  /** Whether a pilot's token may call it as well. */
  readonly service?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    admit?: Admission;
  }
  interface FastifyRequest {
    caller: Caller;
  }
}

export const everybody: readonly Role[] = ['admin', 'staff', 'engineer', 'vendor'];
export const staff: readonly Role[] = ['admin', 'staff'];
