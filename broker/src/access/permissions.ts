import type { AclEntry, Action, Principal } from '../model/principal.ts';
import { filterCovers, levelsMatch } from './topic.ts';

/** Answers that one session remembers for topics it was asked about; the topics of a session are few. */
const remembered = 512;

/** What one session may publish and hear, by the ACL that came with its grant. */
export class Permissions {
  readonly #publish: readonly (readonly string[])[];
  readonly #subscribe: readonly string[];
  readonly #host: boolean;
  readonly #known = new Map<string, boolean>();

  constructor(acl: readonly AclEntry[], principal: Pick<Principal, 'kind'>) {
    const filters = (action: Action): string[] =>
      acl.filter((entry) => entry.action === action).map(({ filter }) => filter);
    this.#publish = filters('publish').map((filter) => filter.split('/'));
    this.#subscribe = filters('subscribe');
    this.#host = principal.kind === 'host';
  }

  mayPublish(topic: string): boolean {
    const known = this.#known.get(topic);
    if (known !== undefined) return known;
    const may = reserved(topic, this.#host)
      ? false
      : this.#publish.some((filter) => levelsMatch(filter, topic));
    if (this.#known.size >= remembered) this.#known.clear();
    this.#known.set(topic, may);
    return may;
  }

  /** True when one filter of the ACL covers all that this filter matches. */
  maySubscribe(filter: string): boolean {
    return !reserved(filter, this.#host) && this.#subscribe.some((wide) => filterCovers(wide, filter));
  }
}

/** `$city/` is between the broker and a host, whatever an ACL says; other `$` topics are the broker's own. */
export function reserved(topic: string, host: boolean): boolean {
  return topic.startsWith('$') && !(host && topic.startsWith('$city/'));
}
