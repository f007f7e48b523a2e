import type { IncidentKind, Reason } from '../model/reasons.ts';
import type { Transport } from '../model/principal.ts';
import type { Traffic } from '../model/traffic.ts';

/** The port of this stage: what the other stages tell it. */
export interface Metrics {
  incident(kind: IncidentKind, reason: Reason): void;
  /** One question to the sandbox. */
  asked(seconds: number, outcome: 'allow' | 'deny' | 'unavailable'): void;
}

/** What the metrics read when someone asks for them. */
export interface MetricSources {
  readonly traffic: () => readonly Traffic[];
  /** Clients that were let in and are connected. */
  readonly sessions: () => readonly {
    readonly subscriptions: number;
    readonly connection: { readonly transport: Transport };
  }[];
  readonly keptSessions: () => number;
  readonly queuedBytes: () => number;
  readonly absentBytes: () => number;
  readonly retainedBytes: () => number;
  readonly waitingPublishes: () => number;
}
