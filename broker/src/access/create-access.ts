import type { Clock, Logger } from '@city-testbed/runtime';
import type { Access } from './access.ts';
import { SandboxAccess, type SandboxAccessOptions } from './sandbox-access.ts';
import { SandboxClient } from './sandbox-client.ts';

/** Access by asking the sandbox, or none at all where no secret was given (then only anonymous clients come in). */
export function createAccess(
  options: {
    readonly url: string;
    readonly secret: string | undefined;
    readonly timeoutMs: number;
    readonly cacheSeconds: number;
  },
  parts: { readonly clock: Clock; readonly log: Logger; readonly onAnswer: SandboxAccessOptions['onAnswer'] },
): Access {
  const { secret, cacheSeconds, ...rest } = options;
  if (secret === undefined) return closed;
  return new SandboxAccess({ client: new SandboxClient({ ...rest, secret }), cacheSeconds, ...parts });
}

const closed: Access = {
  authenticate: () =>
    Promise.resolve({ allow: false, reason: 'sandbox_unavailable', detail: 'no sandbox is configured' }),
  authorize: () => Promise.resolve(false),
  revoke: () => undefined,
  state: () => 'unknown',
};
