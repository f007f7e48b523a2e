import type { Service } from '@city-testbed/runtime';
import type {
  Agreement,
  NewPilot,
  PilotChange,
  PilotEvent,
  PilotOutput,
  PilotState,
  Target,
} from '../contract/index.ts';
import type { Grant } from '../store/reading-store.ts';

/** What streams need to know of a pilot. Only pilots whose agreement is in force (state live, dates) are listed. */
export interface PilotGrants {
  readonly pilot: string;
  readonly grants: readonly Grant[];
  /** Metrics that it may set by commands; absent: none. */
  readonly writes?: readonly Grant[];
}

/** The pilots as the stages beside the API see them. Reads are synchronous, from memory. */
export interface PilotDirectory {
  active(): readonly PilotGrants[];
  /** Called after each change that may alter `active()`. */
  onChange(listener: () => void): () => void;
  /** Keeps what a service published on out/<name>. Resolves after the commit. */
  keepOutput(pilot: string, name: string, payload: unknown, receivedAt: number): Promise<void>;
  /** A refusal, a cut, a lapse: shown on the pilot's page. Never throws: one that cannot be kept goes to the log. */
  recordEvent(pilot: string, event: { at: number; kind: string; code: string; detail: string }): void;
}

/** A pilot as it is kept; times in ms. */
export interface PilotRecord {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly organisation: string;
  /** A live pilot whose end has passed is `ended` here at once, not only when the timer gets to it. */
  readonly state: PilotState;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly createdAt: number;
  readonly synthetic: boolean;
  readonly agreement: Agreement;
  readonly target: Target;
  /** User ids. */
  readonly members: readonly string[];
}

export interface OutputPage {
  readonly items: readonly PilotOutput[];
  readonly next: string | null;
}

/** What a demonstration city declares; brought about idempotently. */
export interface DeclaredPilot extends NewPilot {
  readonly id: string;
  readonly state: PilotState;
  readonly synthetic: boolean;
  /** Emails of accounts that exist. */
  readonly members: readonly string[];
}

/** Everything about pilots. `by` is the email of who acts, for the audit log. Service: it acts on the pilots' dates. */
export interface Pilots extends PilotDirectory, Service {
  list(): readonly PilotRecord[];
  find(id: string): PilotRecord | undefined;
  /** What the agreement grants now; undefined where it is not in force. */
  grantsOf(id: string): readonly Grant[] | undefined;
  /** What the agreement says, in force or not. */
  agreedGrants(id: string): readonly Grant[];

  /** Throws SANDBOX_PILOT_EXISTS, and SANDBOX_PILOT_INVALID with context.faults. It begins as a draft. */
  create(pilot: NewPilot, by: string): PilotRecord;
  /** Throws SANDBOX_PILOT_UNKNOWN, SANDBOX_PILOT_STATE, SANDBOX_PILOT_INVALID. */
  change(id: string, change: PilotChange, by: string): PilotRecord;
  setAgreement(id: string, agreement: Agreement, by: string): PilotRecord;
  setTarget(id: string, target: Target, by: string): PilotRecord;
  /** Throws SANDBOX_PILOT_MEMBER_UNKNOWN where no account has this email. Adding twice is no error. */
  addMember(id: string, email: string, by: string): PilotRecord;
  /** Revokes the tokens that they issued as well, and records each as an event. */
  removeMember(id: string, userId: string, by: string): PilotRecord;
  /**
   * Makes the pilot unless it exists; an existing one keeps what people made of it, and only gets missing members.
   * Devices need not be known yet. Throws as `create` does otherwise.
   */
  ensurePilot(pilot: DeclaredPilot): PilotRecord;

  /** `oldest`: in the order kept, for a service that follows; `newest`: for a person who looks. `after` is a page's `next`. */
  outputs(id: string, page: { after?: string; limit: number; order: 'oldest' | 'newest' }): OutputPage;
  /** Newest first. */
  events(id: string, limit: number): readonly PilotEvent[];
}
