import { messageOf, type Clock, type Logger, type Random } from '@city-testbed/runtime';
import type { Connector } from '../contract/index.ts';
import { sandboxError } from '../errors.ts';
import { TargetUnreachable } from './http-target.ts';
import { Inbox } from './inbox.ts';
import type { Merge, Outgoing, OutgoingQueue } from './outgoing-queue.ts';

/** What became of a batch, item by item. */
export interface Outcome {
  readonly delivered: readonly Outgoing[];
  /** The target will never take these. */
  readonly refused: readonly { readonly item: Outgoing; readonly error: string }[];
  /** Not now. What is in no list was not tried. */
  readonly postponed: readonly Outgoing[];
  readonly error?: string;
  /** The target asked to be left alone for so long, ms. */
  readonly waitMs?: number;
}

/** One kind of target: how much it takes at once, and how it is told. */
export interface Target {
  readonly batch: number;
  readonly merge: Merge;
  /** Tries of one message before it becomes a dead letter; Infinity where only the latest value counts. */
  readonly tries: number;
  deliver(items: readonly Outgoing[], stop: AbortSignal): Promise<Outcome>;
}

export interface Pace {
  /** How often the inbox goes to disk, ms. */
  readonly flushMs: number;
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
}

export const standardPace: Pace = { flushMs: 1000, firstRetryMs: 1000, longestRetryMs: 300_000 };
const inboxEntries = 5000;
const failingAfter = 5;

/** Carries one connector's messages: memory, disk, target, each with its bound, and nothing waits for anything else. */
export class Delivery {
  readonly #target: Target;
  readonly #queue: OutgoingQueue;
  readonly #inbox: Inbox;
  readonly #parts: {
    readonly clock: Clock;
    readonly log: Logger;
    readonly random: Random;
    readonly pace: Pace;
  };
  readonly #stop = new AbortController();
  #wake = new AbortController();
  #failures = 0;
  #dropped = 0;
  #running: Promise<void> | undefined;

  constructor(
    target: Target,
    queue: OutgoingQueue,
    parts: { readonly clock: Clock; readonly log: Logger; readonly random: Random; readonly pace: Pace },
  ) {
    this.#target = target;
    this.#queue = queue;
    this.#parts = parts;
    this.#inbox = new Inbox(inboxEntries, target.merge);
  }

  /** From the streams: returns at once, and never throws for a target's sake. */
  add(key: string, payload: string): void {
    this.#inbox.add(key, payload);
  }

  /** Looks at the queue now, as after a dead letter was put back. */
  wake(): void {
    this.#wake.abort();
  }

  start(): void {
    this.#running ??= Promise.all([this.#keep(), this.#carry()]).then(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    this.#flush();
  }

  view(): Pick<
    Connector,
    'state' | 'delivered' | 'waiting' | 'deadLetters' | 'lastDeliveryAt' | 'lastError'
  > {
    const { delivered, deliveredAt, error } = this.#queue.state();
    const healthy = deliveredAt === null ? 'idle' : 'ok';
    return {
      state: this.#failures === 0 ? healthy : this.#failures < failingAfter ? 'retrying' : 'failing',
      delivered,
      waiting: this.#queue.waiting() + this.#inbox.size,
      deadLetters: this.#queue.deadLetterCount(),
      lastDeliveryAt: deliveredAt === null ? null : new Date(deliveredAt).toISOString(),
      lastError: error,
    };
  }

  async #keep(): Promise<void> {
    const { clock, pace } = this.#parts;
    while (!this.#stop.signal.aborted) {
      await clock.sleep(pace.flushMs, this.#stop.signal);
      this.#flush();
    }
  }

  #flush(): void {
    const entries = this.#inbox.drain();
    if (entries.length === 0) return;
    const { log } = this.#parts;
    try {
      const dropped = this.#queue.put(entries, this.#target.merge) + this.#inbox.dropped;
      this.#inbox.dropped = 0;
      // Said once for each burst, not for each message.
      if (dropped > 0 && this.#dropped === 0) {
        log.warn({ dropped, ...sandboxError('SANDBOX_CONNECTOR_QUEUE_FULL', `${dropped} dropped`).toJSON() });
      }
      this.#dropped = dropped;
      this.#wake.abort();
    } catch (error) {
      log.error({ err: error, lost: entries.length }, `keeping messages failed: ${messageOf(error)}`);
    }
  }

  async #carry(): Promise<void> {
    const { clock, pace, log } = this.#parts;
    while (!this.#stop.signal.aborted) {
      this.#wake = new AbortController();
      let waitMs: number;
      try {
        waitMs = await this.#once();
      } catch (error) {
        log.error({ err: error }, `a delivery failed for a reason of our own: ${messageOf(error)}`);
        this.#failures += 1;
        waitMs = pace.longestRetryMs;
      }
      if (waitMs === 0) continue;
      // While a target is down, what comes meanwhile does not shorten the wait.
      const mayWake = this.#failures === 0 ? [this.#wake.signal] : [];
      await clock.sleep(waitMs, AbortSignal.any([this.#stop.signal, ...mayWake]));
    }
  }

  /** Returns how long to wait before the next, ms. */
  async #once(): Promise<number> {
    // After a failure a single message is tried: it tells as much as a batch, and finds the one that is at fault.
    const items = this.#queue.next(this.#failures > 0 ? 1 : this.#target.batch);
    if (items.length === 0) return this.#parts.pace.longestRetryMs;
    const outcome = await this.#deliver(items);
    if (this.#stop.signal.aborted && outcome.delivered.length === 0) return 0;
    if (outcome.delivered.length > 0) this.#queue.delivered(outcome.delivered);
    for (const { item, error } of outcome.refused) this.#bury(item, error);
    const error = outcome.error ?? outcome.refused[0]?.error;
    if (error !== undefined) this.#queue.noteError(error);
    if (outcome.postponed.length === 0) {
      this.#failures = 0;
      return outcome.waitMs ?? 0;
    }
    this.#failures += 1;
    this.#queue.tried(outcome.postponed);
    for (const item of outcome.postponed) {
      if (item.attempts + 1 >= this.#target.tries) this.#bury(item, error ?? 'it was never taken');
    }
    return outcome.waitMs ?? this.#backOff();
  }

  async #deliver(items: readonly Outgoing[]): Promise<Outcome> {
    try {
      return await this.#target.deliver(items, this.#stop.signal);
    } catch (error) {
      if (!(error instanceof TargetUnreachable)) throw error;
      return { delivered: [], refused: [], postponed: items, error: error.message };
    }
  }

  #bury(item: Outgoing, error: string): void {
    this.#queue.bury(item, error);
    this.#parts.log.warn({ key: item.key, ...sandboxError('SANDBOX_CONNECTOR_REFUSED', error).toJSON() });
  }

  /** Exponential, with full jitter over its upper half, so that many sandboxes do not come back at one moment. */
  #backOff(): number {
    const { pace, random } = this.#parts;
    const full = Math.min(pace.longestRetryMs, pace.firstRetryMs * 2 ** Math.min(20, this.#failures - 1));
    return full * (0.5 + random.next() / 2);
  }
}
