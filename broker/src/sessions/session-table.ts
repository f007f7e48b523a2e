import type { Clock } from '@city-testbed/runtime';
import type { Principal } from '../model/principal.ts';
import type { Session } from './session.ts';

interface Kept {
  readonly owner: Principal;
  /** Monotonic ms since the client went away; undefined while it is here. */
  absentSince: number | undefined;
}

/** Who is here under which client id, and whose sessions are kept for those who are away. */
export class SessionTable {
  readonly #present = new Map<string, Session>();
  readonly #kept = new Map<string, Kept>();
  readonly #clock: Clock;
  readonly #limits: { readonly absentSessions: number; readonly absentSeconds: number };

  constructor(clock: Clock, limits: { readonly absentSessions: number; readonly absentSeconds: number }) {
    this.#clock = clock;
    this.#limits = limits;
  }

  get size(): number {
    return this.#present.size;
  }

  get kept(): number {
    return this.#kept.size;
  }

  all(): Iterable<Session> {
    return this.#present.values();
  }

  get(clientId: string): Session | undefined {
    return this.#present.get(clientId);
  }

  /**
   * Why this principal may not have the client id: another one uses it, or left a session under it. A session that
   * was left may be taken up with a newer credential of the same name.
   */
  objection(
    clientId: string,
    principal: Principal,
    clean: boolean,
  ): 'client_id_taken' | 'too_many_sessions' | undefined {
    const present = this.#present.get(clientId);
    if (present && present.grant.principal.id !== principal.id) return 'client_id_taken';
    const kept = this.#kept.get(clientId);
    if (kept && !sameOwner(kept.owner, principal)) return 'client_id_taken';
    if (!clean && !kept && this.#kept.size >= this.#limits.absentSessions) return 'too_many_sessions';
    return undefined;
  }

  /** @returns the session of the same principal that this one takes over */
  add(session: Session): Session | undefined {
    const { clientId, clean, grant } = session;
    const before = this.#present.get(clientId);
    this.#present.set(clientId, session);
    if (clean) this.#kept.delete(clientId);
    else this.#kept.set(clientId, { owner: grant.principal, absentSince: undefined });
    return before;
  }

  /** The connection is gone. A session that was taken over is no longer the one in the table. */
  remove(session: Session): void {
    if (this.#present.get(session.clientId) !== session) return;
    this.#present.delete(session.clientId);
    const kept = this.#kept.get(session.clientId);
    if (kept) kept.absentSince = this.#clock.monotonic();
  }

  /** Client ids whose sessions were kept long enough. They are no longer in the table. */
  takeExpired(): string[] {
    const before = this.#clock.monotonic() - this.#limits.absentSeconds * 1000;
    const expired = [...this.#kept].filter(
      ([, { absentSince }]) => absentSince !== undefined && absentSince <= before,
    );
    for (const [clientId] of expired) this.#kept.delete(clientId);
    return expired.map(([clientId]) => clientId);
  }
}

function sameOwner(one: Principal, other: Principal): boolean {
  return one.id === other.id || (one.kind === other.kind && one.name === other.name);
}
