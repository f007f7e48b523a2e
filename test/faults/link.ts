import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What becomes of bytes on a link. */
export type Behaviour =
  | { readonly kind: 'pass' }
  /** Connections are reset, new ones too. */
  | { readonly kind: 'cut' }
  /** Connections are accepted and their bytes taken, and none is forwarded: nobody is told. */
  | { readonly kind: 'half-open' }
  /** The same in one direction: up is from the client to the server. */
  | { readonly kind: 'deaf'; readonly direction: 'up' | 'down' }
  /** Nothing is read from anybody: the senders' buffers fill. */
  | { readonly kind: 'stalled' }
  | { readonly kind: 'slow'; readonly latencyMs: number; readonly bytesPerSecond: number };

type Direction = 'up' | 'down';

interface Pair {
  readonly ends: readonly [Socket, Socket];
  /** Bytes were swallowed: the connection can never be whole again. */
  broken: boolean;
}

/** A TCP link with faults: a proxy on loopback in front of a server. */
export class Link {
  readonly #server: Server;
  readonly #target: number;
  readonly #pairs = new Set<Pair>();
  #behaviour: Behaviour = { kind: 'pass' };
  #changed = new AbortController();
  /** Bytes that may still go up before the connection is reset; undefined while none is to be. */
  #resetAfter: number | undefined;
  resets = 0;

  constructor(target: number) {
    this.#target = target;
    this.#server = createServer({ allowHalfOpen: false }, (client) => this.#accept(client));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    this.become({ kind: 'cut' });
    await new Promise((resolve) => this.#server.close(resolve));
  }

  become(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
    this.#changed.abort();
    this.#changed = new AbortController();
    for (const pair of this.#pairs) if (behaviour.kind === 'cut' || pair.broken) this.#reset(pair);
  }

  /** The next connection that sends is reset after so many bytes: in the middle of a packet, if need be. */
  resetAfter(bytes: number): void {
    this.#resetAfter = bytes;
  }

  #accept(client: Socket): void {
    client.on('error', () => undefined);
    if (this.#behaviour.kind === 'cut') {
      client.resetAndDestroy();
      return;
    }
    const server = connect({ host: '127.0.0.1', port: this.#target, noDelay: true });
    client.setNoDelay(true);
    const pair: Pair = { ends: [client, server], broken: false };
    this.#pairs.add(pair);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#pairs.delete(pair);
        other.destroy();
      });
    }
    void this.#carry(pair, client, server, 'up');
    void this.#carry(pair, server, client, 'down');
  }

  async #carry(pair: Pair, from: Socket, to: Socket, direction: Direction): Promise<void> {
    try {
      for await (const bytes of from as AsyncIterable<Buffer>) {
        while (this.#behaviour.kind === 'stalled') await this.#change();
        if (this.#swallows(direction)) {
          pair.broken = true;
          continue;
        }
        await this.#pace(bytes.length);
        if (direction === 'up' && this.#resetAfter !== undefined) {
          if (bytes.length >= this.#resetAfter) {
            const most = this.#resetAfter;
            this.#resetAfter = undefined;
            this.resets += 1;
            // Let the first part of the packet out before the reset overtakes it.
            await new Promise<void>((resolve) => void to.write(bytes.subarray(0, most), () => resolve()));
            this.#reset(pair);
            return;
          }
          this.#resetAfter -= bytes.length;
        }
        if (!to.write(bytes)) await once(to, 'drain');
      }
      to.end();
    } catch {
      to.destroy();
    }
  }

  #swallows(direction: Direction): boolean {
    const behaviour = this.#behaviour;
    return behaviour.kind === 'half-open' || (behaviour.kind === 'deaf' && behaviour.direction === direction);
  }

  async #pace(bytes: number): Promise<void> {
    if (this.#behaviour.kind !== 'slow') return;
    const { latencyMs, bytesPerSecond } = this.#behaviour;
    const ms = latencyMs + (bytes * 1000) / bytesPerSecond;
    await sleep(ms, undefined, { signal: this.#changed.signal }).catch(() => undefined);
  }

  #change(): Promise<void> {
    const { signal } = this.#changed;
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  #reset({ ends }: Pair): void {
    for (const socket of ends) socket.resetAndDestroy();
  }
}
