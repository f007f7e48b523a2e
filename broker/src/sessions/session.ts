import type { ConnectPacket } from 'aedes';
import type { Grant } from '../access/access.ts';
import { Permissions } from '../access/permissions.ts';
import { levelsMatch } from '../access/topic.ts';
import type { ClientConnection } from '../listeners/listener.ts';
import type { ClientLimits } from '../model/principal.ts';

/** Answers that one session remembers for topics it hears; more topics only cost time. */
const remembered = 512;

/** One client that was let in: who it is, what it may do, what it listens to. */
export class Session {
  readonly clientId: string;
  readonly username: string;
  readonly clean: boolean;
  readonly connection: ClientConnection;
  readonly grant: Grant;
  readonly limits: ClientLimits;
  /** Undefined when the sandbox gave no ACL: each topic is then asked about. */
  readonly permissions: Permissions | undefined;
  /** The will, which was judged when the client connected. */
  readonly will: ConnectPacket['will'];
  /** The last publish that waits for the sandbox's answer: later ones must not overtake it. */
  tail: Promise<unknown> | undefined;
  readonly #granted = new Map<string, { levels: readonly string[]; qos: number }>();
  readonly #heard = new Map<string, number>();

  constructor(
    packet: ConnectPacket,
    clientId: string,
    connection: ClientConnection,
    grant: Grant,
    limits: ClientLimits,
  ) {
    this.clientId = clientId;
    this.username = packet.username ?? '';
    this.clean = packet.clean ?? true;
    this.will = packet.will;
    this.connection = connection;
    this.grant = grant;
    this.limits = limits;
    this.permissions = grant.acl && new Permissions(grant.acl, grant.principal);
  }

  /** Services share one broker with everybody else, and what is retained outlives them: they cannot retain. */
  get mayRetain(): boolean {
    return this.grant.principal.kind !== 'service';
  }

  get subscriptions(): number {
    return this.#granted.size;
  }

  hasSubscribed(filter: string): boolean {
    return this.#granted.has(filter);
  }

  subscribed(filter: string, qos: number): void {
    this.#granted.set(filter, { levels: filter.split('/'), qos });
    this.#heard.clear();
  }

  unsubscribed(filter: string): void {
    this.#granted.delete(filter);
    this.#heard.clear();
  }

  /**
   * The highest QoS at which the client subscribed to the topic, or -1 where it did not or may not hear it. Every
   * filter was checked against the ACL when it was granted, so what matches one of them may be heard.
   */
  hears(topic: string): number {
    const known = this.#heard.get(topic);
    if (known !== undefined) return known;
    let best = -1;
    for (const { levels, qos } of this.#granted.values())
      if (qos > best && levelsMatch(levels, topic)) best = qos;
    if (this.#heard.size >= remembered) this.#heard.clear();
    this.#heard.set(topic, best);
    return best;
  }
}
