import { isCoded, type CodedError } from '@city-testbed/runtime';

/** A refusal of something on the wire, as an effect: the session goes on. */
export interface Fault {
  readonly kind: 'fault';
  readonly topic: string;
  readonly error: CodedError;
}

/** Turns a coded error into a fault; anything else is a mistake of ours and goes on as it is. */
export function faultOf(topic: string, error: unknown): Fault {
  if (isCoded(error)) return { kind: 'fault', topic, error };
  throw error;
}
