import type { Clock } from '@city-testbed/runtime';
import { anonymous, type Principal } from '../model/principal.ts';
import type { Session } from './session.ts';

interface Kept {
  readonly owner: Principal;
  /** Monotonic ms since the client went away; undefined while it is here. */
  absentSince: number | undefined;
}

export interface TableLimits {
  readonly connections: number;
  readonly connectionsPerPrincipal: number;
  readonly absentSessions: number;
  readonly sessionsPerPrincipal: number;
  readonly absentSeconds: number;
}

export type Objection =
  | 'client_id_taken'
  | 'too_many_connections'
  | 'connections_per_principal'
  | 'too_many_sessions'
  | 'sessions_per_principal';

/** Who is here under which client id, and whose sessions are kept for those who are away. */
export class SessionTable {
  readonly #present = new Map<string, Session>();
  readonly #kept = new Map<string, Kept>();
  /** How many of both each principal has, by its id. */
  readonly #presentOf = new Tally();
  readonly #keptOf = new Tally();
  readonly #clock: Clock;
  readonly #limits: TableLimits;

  constructor(clock: Clock, limits: TableLimits) {
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
   * Why this principal may not have the client id: another one uses it, or left a session under it, or there is no
   * place left. A session that was left may be taken up with a newer credential of the same name. A host always has a
   * place.
   */
  objection(clientId: string, principal: Principal, clean: boolean): Objection | undefined {
    const present = this.#present.get(clientId);
    if (present && present.grant.principal.id !== principal.id) return 'client_id_taken';
    const kept = this.#kept.get(clientId);
    if (kept && !sameOwner(kept.owner, principal)) return 'client_id_taken';
    if (principal.kind === 'host') return undefined;
    if (!present) {
      if (this.#present.size >= this.#limits.connections) return 'too_many_connections';
      if (this.#isOver(principal, this.#presentOf, this.#limits.connectionsPerPrincipal))
        return 'connections_per_principal';
    }
    if (!clean && !kept) {
      if (this.#kept.size >= this.#limits.absentSessions) return 'too_many_sessions';
      if (this.#isOver(principal, this.#keptOf, this.#limits.sessionsPerPrincipal))
        return 'sessions_per_principal';
    }
    return undefined;
  }

  /** @returns the session of the same principal that this one takes over */
  add(session: Session): Session | undefined {
    const { clientId, clean, grant } = session;
    const before = this.#present.get(clientId);
    if (!before) this.#presentOf.add(grant.principal.id);
    this.#present.set(clientId, session);
    this.#drop(clientId);
    if (!clean) {
      this.#kept.set(clientId, { owner: grant.principal, absentSince: undefined });
      this.#keptOf.add(grant.principal.id);
    }
    return before;
  }

  /** The connection is gone. A session that was taken over is no longer the one in the table. */
  remove(session: Session): void {
    if (this.#present.get(session.clientId) !== session) return;
    this.#present.delete(session.clientId);
    this.#presentOf.take(session.grant.principal.id);
    const kept = this.#kept.get(session.clientId);
    if (kept) kept.absentSince = this.#clock.monotonic();
  }

  /** Client ids whose sessions were kept long enough. They are no longer in the table. */
  takeExpired(): string[] {
    const before = this.#clock.monotonic() - this.#limits.absentSeconds * 1000;
    const expired = [...this.#kept].filter(
      ([, { absentSince }]) => absentSince !== undefined && absentSince <= before,
    );
    for (const [clientId] of expired) this.#drop(clientId);
    return expired.map(([clientId]) => clientId);
  }

  #drop(clientId: string): void {
    const kept = this.#kept.get(clientId);
    if (!kept) return;
    this.#kept.delete(clientId);
    this.#keptOf.take(kept.owner.id);
  }

  #isOver(principal: Principal, tally: Tally, limit: number): boolean {
    return principal.id !== anonymous.id && tally.of(principal.id) >= limit;
  }
}

/** Counts by name; a name with none costs nothing. */
class Tally {
  readonly #counts = new Map<string, number>();

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  add(name: string): void {
    this.#counts.set(name, this.of(name) + 1);
  }

  take(name: string): void {
    const left = this.of(name) - 1;
    if (left > 0) this.#counts.set(name, left);
    else this.#counts.delete(name);
  }
}

function sameOwner(one: Principal, other: Principal): boolean {
  return one.id === other.id || (one.kind === other.kind && one.name === other.name);
}
