import { sparkplugError } from './errors.ts';

/** An MQTT message to publish, or a will. */
export interface Publication {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

export interface Subscription {
  readonly filter: string;
  readonly qos: 0 | 1;
}

/** Payload of a STATE message. `timestamp` is ms since the Unix epoch. */
export interface HostState {
  readonly online: boolean;
  readonly timestamp: number;
}

/** Names that the specification gives. */
export const BDSEQ = 'bdSeq';
export const REBIRTH = 'Node Control/Rebirth';

const STATE_BYTES = 1024;

/** Reads a STATE payload. Throws SPARKPLUG_STATE_INVALID. */
export function parseHostState(payload: Uint8Array): HostState {
  if (payload.length > STATE_BYTES) throw invalid(`${payload.length} bytes`);
  let state: unknown;
  try {
    state = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch (cause) {
    throw invalid('not JSON', cause);
  }
  if (typeof state !== 'object' || state === null) throw invalid('not an object');
  const { online, timestamp } = state as Record<string, unknown>;
  if (typeof online !== 'boolean') throw invalid('online is not a boolean');
  if (typeof timestamp !== 'number' || !Number.isSafeInteger(timestamp) || timestamp < 0) {
    throw invalid('timestamp is not a whole number of ms');
  }
  return { online, timestamp };
}

export function hostStatePayload(state: HostState): Uint8Array {
  return Buffer.from(JSON.stringify({ online: state.online, timestamp: state.timestamp }));
}

function invalid(detail: string, cause?: unknown): Error {
  return sparkplugError('SPARKPLUG_STATE_INVALID', detail, { cause });
}
