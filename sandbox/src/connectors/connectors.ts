import type { Service } from '@city-testbed/runtime';
import type { Connector, DeadLetter } from '../contract/index.ts';

/** What carries results to the city's other systems, as the API sees it. */
export interface Connectors extends Service {
  list(): readonly Connector[];
  /** Newest first. Throws SANDBOX_CONNECTOR_UNKNOWN. */
  deadLetters(connector: string): readonly DeadLetter[];
  /** Puts it back at the end of the queue. Throws SANDBOX_CONNECTOR_UNKNOWN, SANDBOX_CONNECTOR_LETTER_UNKNOWN. */
  resend(connector: string, letter: string, by: string): void;
}
