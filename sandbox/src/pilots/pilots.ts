import type { Grant } from '../store/reading-store.ts';

/** What streams need to know of a pilot. Only pilots whose agreement is in force (state live, dates) are listed. */
export interface PilotGrants {
  readonly pilot: string;
  readonly grants: readonly Grant[];
}

/** The pilots as the stages beside the API see them. Reads are synchronous, from memory. */
export interface PilotDirectory {
  active(): readonly PilotGrants[];
  /** Called after each change that may alter `active()`. */
  onChange(listener: () => void): () => void;
  /** Keeps what a service published on out/<name>. Resolves after the commit. */
  keepOutput(pilot: string, name: string, payload: unknown, receivedAt: number): Promise<void>;
  /** A refusal, a cut, a lapse: shown on the pilot's page. */
  recordEvent(pilot: string, event: { at: number; kind: string; code: string; detail: string }): void;
}
