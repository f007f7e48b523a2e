import type { DeviceProfile } from '../format/profile.ts';

/** One fault of a profile: where it is, what stands there, what may stand there. */
export interface ProfileFault {
  /** As in `metrics.3.register.address`. */
  readonly path: string;
  readonly found: string;
  readonly allowed: string;
  /** Line in the file, from 1. */
  readonly line?: number;
}

/**
 * A profile from YAML text: checked against the schema and the rules of the lint, defaults filled in, frozen.
 * Throws PROFILE_NOT_YAML or PROFILE_INVALID; the latter lists every fault (`profileFaults(error)`).
 */
export function parseProfile(text: string, fileName: string): DeviceProfile {
  void text;
  void fileName;
  throw new Error('to come');
}

/** As parseProfile, from a file. Throws PROFILE_UNREADABLE too. */
export function loadProfile(file: string): DeviceProfile {
  void file;
  throw new Error('to come');
}

/** The faults of a PROFILE_INVALID error. */
export function profileFaults(error: unknown): readonly ProfileFault[] {
  void error;
  throw new Error('to come');
}
