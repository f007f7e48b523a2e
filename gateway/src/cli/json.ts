/** Indented JSON; 64-bit integers become text, as JSON numbers cannot hold them. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner), 2);
}
