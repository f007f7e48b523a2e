import type { DecodedMetric } from './outcome.ts';

/** What came out of a stream of bytes: the values of one frame or line, or one that was refused. */
export type StreamEvent =
  | { readonly ok: true; readonly values: readonly DecodedMetric[] }
  | { readonly ok: false; readonly reason: 'checksum' | 'too_long' };

export interface StreamCounters {
  readonly good: number;
  readonly checksumErrors: number;
  /** Bytes that belonged to no good frame or line. */
  readonly discardedBytes: number;
}

/** Takes bytes as they come, in any portions; holds back at most one frame or line. */
export interface StreamDecoder {
  push(bytes: Uint8Array): StreamEvent[];
  /** Forgets a half-received frame, e.g. after the port was re-opened. */
  reset(): void;
  readonly counters: StreamCounters;
}
