import type { ServerResponse } from 'node:http';
import type { Clock } from '@city-testbed/runtime';
import type { FastifyReply } from 'fastify';
import { sandboxError } from '../errors.ts';

export const streamLimits = {
  /** Bytes that may wait for one client before it is cut. */
  bufferedBytes: 512 * 1024,
  perSession: 8,
  total: 1000,
  heartbeatMs: 15_000,
};

/** One client that listens. */
export interface EventStream {
  /** An event as the HTML standard's 9.2.6 writes it. `json` is one line. */
  send(event: string, json: string): void;
  /** Runs once, when the stream ends for any reason. */
  onClose(act: () => void): void;
}

interface Open {
  readonly session: string;
  readonly valid: () => boolean;
  readonly raw: ServerResponse;
}

/**
 * Server-sent events: bounded in number, per session and in what waits for each client. A stream ends when its client
 * goes or is too slow, when it is not `valid` any more (looked at on every `recheck` and heartbeat), and on `close`.
 */
export class EventStreams {
  readonly #clock: Clock;
  readonly #limits: typeof streamLimits;
  readonly #open = new Set<Open>();
  readonly #stop = new AbortController();
  #beating = false;
  /** Clients that were cut since they did not read fast enough. */
  cutSlow = 0;

  constructor(clock: Clock, limits = streamLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Takes the response over. Throws SANDBOX_API_TOO_MANY_STREAMS. */
  open(reply: FastifyReply, session: string, valid: () => boolean): EventStream {
    const { perSession, total } = this.#limits;
    const own = [...this.#open].filter((stream) => stream.session === session).length;
    if (own >= perSession || this.#open.size >= total || this.#stop.signal.aborted) {
      throw sandboxError('SANDBOX_API_TOO_MANY_STREAMS', `${own} of this session, ${this.#open.size} in all`);
    }
    reply.hijack();
    const { raw } = reply;
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) raw.setHeader(name, value);
    }
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    raw.write('retry: 2000\n\n');
    const stream: Open = { session, valid, raw };
    this.#open.add(stream);
    raw.on('close', () => this.#open.delete(stream));
    raw.on('error', () => raw.destroy());
    if (!this.#beating) void this.#beat();
    return {
      send: (event, json) => this.#write(stream, `event: ${event}\ndata: ${json}\n\n`),
      onClose: (act) => void raw.once('close', act),
    };
  }

  /** Ends those whose session or rights are gone. */
  recheck(): void {
    for (const stream of [...this.#open]) {
      if (!stream.valid()) this.#end(stream);
    }
  }

  /** Ends all of them, and lets none in any more. */
  close(): void {
    this.#stop.abort();
    for (const stream of [...this.#open]) this.#end(stream);
  }

  async #beat(): Promise<void> {
    this.#beating = true;
    while (this.#open.size > 0 && !this.#stop.signal.aborted) {
      await this.#clock.sleep(this.#limits.heartbeatMs, this.#stop.signal);
      this.recheck();
      for (const stream of [...this.#open]) this.#write(stream, ': still here\n\n');
    }
    this.#beating = false;
  }

  #write(stream: Open, text: string): void {
    const { raw } = stream;
    if (raw.destroyed || raw.writableEnded) return;
    raw.write(text);
    if (raw.writableLength <= this.#limits.bufferedBytes) return;
    this.cutSlow += 1;
    raw.destroy();
  }

  #end(stream: Open): void {
    this.#open.delete(stream);
    stream.raw.end();
    // A client that does not read would hold its socket for ever.
    stream.raw.socket?.destroySoon();
  }
}
