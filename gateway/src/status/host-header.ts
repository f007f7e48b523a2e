import { isIP } from 'node:net';

/**
 * Whether a `host` header names this machine by address, as localhost, or by the name it was told to listen on.
 * A web page of a stranger whose name was rebound to this address (DNS rebinding) carries the stranger's name here.
 */
export function isOwnHost(header: string | undefined, listensOn: string): boolean {
  if (header === undefined) return false;
  const name = /^(\[[^\]]+\]|[^:]+)(?::\d{1,5})?$/.exec(header.trim().toLowerCase())?.[1];
  if (name === undefined) return false;
  const bare = name.startsWith('[') ? name.slice(1, -1) : name.replace(/\.$/, '');
  return isIP(bare) !== 0 || bare === 'localhost' || bare === listensOn.toLowerCase();
}
