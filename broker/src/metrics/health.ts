/** State of the broker and of each of its parts, as GET /health says it. */
export interface Health {
  readonly status: 'ok' | 'degraded' | 'down';
  readonly parts: Readonly<Record<string, string>>;
}

/**
 * Without the sandbox nobody new comes in, but who is here goes on: that is degraded, not down.
 * @param listeners each that is enabled, with its address where it listens
 */
export function healthOf(
  listeners: readonly (readonly [string, { readonly host: string; readonly port: number } | undefined])[],
  sandbox: 'unknown' | 'ok' | 'unavailable',
): Health {
  const parts = Object.fromEntries(
    listeners.map(([name, address]) => [name, address ? `${address.host}:${address.port}` : 'down']),
  );
  const down = listeners.some(([, address]) => !address);
  const status = down ? 'down' : sandbox === 'unavailable' ? 'degraded' : 'ok';
  return { status, parts: { ...parts, sandbox } };
}
