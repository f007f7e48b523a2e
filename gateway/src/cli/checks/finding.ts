import type { ConfigFault } from '@city-testbed/runtime';
import type { InspectedGateway } from '../../config/load.ts';

/** fault: the gateway would not do its work. warning: it would, but not as well as it should. note: good to know. */
export type Severity = 'fault' | 'warning' | 'note';

/** Something that was found, and what would mend it. */
export interface Finding extends ConfigFault {
  readonly severity: Severity;
  readonly code?: string;
  readonly hint?: string;
}

/** What every check looks at. */
export interface Subject {
  readonly inspected: InspectedGateway;
  /** Folder that relative paths start from. */
  readonly baseDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Wall time, ms since the Unix epoch. */
  readonly now: number;
}

const make =
  (severity: Severity) =>
  (path: string, found: string, allowed: string): Finding => ({ severity, path, found, allowed });

export const fault = make('fault');
export const warning = make('warning');
export const note = make('note');
