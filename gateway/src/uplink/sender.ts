import type { EdgeEffect, EdgeSession, Metric, Publication } from '@city-testbed/sparkplug';
import { messageOf, type Clock, type Logger } from '@city-testbed/runtime';
import { gatewayError } from '../errors.ts';
import type { StoredBatch } from '../model/reading.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { BirthBook } from './birth-book.ts';
import type { Drain } from './drain.ts';
import type { MqttConnection } from './mqtt-connection.ts';
import { RateLimit } from './rate-limit.ts';

export interface SenderOptions {
  readonly outbox: Pick<Outbox, 'discard' | 'get'>;
  readonly drain: Drain;
  readonly book: BirthBook;
  readonly session: () => EdgeSession;
  readonly connection: () => MqttConnection | undefined;
  readonly apply: (effects: readonly EdgeEffect[]) => void;
  /** Called for each batch that the broker has, where its word counts. */
  readonly onAcknowledged: ((batch: number) => void) | undefined;
  readonly batchesPerSecond: number;
  /** Payloads and topics. */
  readonly bytesPerSecond?: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Batches published in one go, before sockets and timers get their turn. */
const BURST = 256;
/** What a batch takes until more is known, bytes. */
const FIRST_GUESS = 200;
/** No broker refuses a message for its size below this. */
const SMALLEST = 128;
/** Readings of a lost batch that the log shows. */
const LOGGED = 20;

/** Publishes batches as the drain gives them: within the limits of rate and size, in one message or in several. */
export class Sender {
  readonly counts = { published: 0, resent: 0, split: 0, refused: 0 };
  readonly #options: SenderOptions;
  readonly #batches: RateLimit;
  readonly #bytes: RateLimit | undefined;
  #averageBytes = FIRST_GUESS;
  /** The largest message that the broker takes, bytes, as far as it is known. */
  #largest = Number.POSITIVE_INFINITY;
  /** Of each batch that is under suspicion: how many messages it was, and the size of the largest. */
  readonly #sizes = new Map<number, { readonly parts: number; readonly bytes: number }>();
  #pumping = false;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#batches = new RateLimit(options.batchesPerSecond);
    this.#bytes = options.bytesPerSecond === undefined ? undefined : new RateLimit(options.bytesPerSecond);
  }

  /** Something else went out, which counts too. */
  took({ topic, payload }: Publication): void {
    this.#bytes?.take(topic.length + payload.length);
  }

  /** Sends what may be sent now. A long backlog is sent in bursts, between which the rest of the gateway works. */
  pump(): void {
    const { clock, drain, session, connection } = this.#options;
    if (this.#pumping || session().state !== 'online') return;
    let left = BURST;
    while (left > 0 && connection()?.congested === false) {
      const now = clock.monotonic();
      const allowed = Math.min(left, this.#batches.room(now), this.#bytesRoom(now));
      // The next tick goes on.
      if (allowed <= 0) return;
      const due = drain.next(now, allowed);
      for (const { batch, again } of due) {
        this.#publish(batch);
        if (again) this.counts.resent += 1;
      }
      this.#batches.take(due.length);
      if (due.length === 0 && (drain.full || !drain.behind)) return;
      // A stretch of the backlog in which nothing may go counts as a burst: there may be very much of it.
      left = due.length === 0 ? 0 : left - due.length;
    }
    if (left > 0) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      this.pump();
    });
  }

  /**
   * The broker cuts the connection at this batch. If it can be made smaller, it and all others as large go out in parts
   * from now on; the rest is lost, and counted.
   */
  refused(number: number): void {
    const { outbox, drain, log } = this.#options;
    const [batch] = outbox.get([number]);
    const { parts = 1, bytes = 0 } = this.#sizes.get(number) ?? {};
    this.#sizes.delete(number);
    if (!batch) return;
    const limit = Math.floor(bytes / 2);
    if (parts < batch.readings.length && limit >= SMALLEST) {
      this.#largest = limit;
      this.counts.split += 1;
      const detail = `batch ${String(number)} of ${batch.device}, ${String(bytes)} bytes`;
      const error = gatewayError('GATEWAY_UPLINK_OVERSIZED', detail, { context: { device: batch.device } });
      log.warn({ ...error.toJSON(), largestBytes: limit }, error.message);
      return;
    }
    this.counts.refused += 1;
    this.#lose(batch, new Error(`the broker cuts the connection at its ${String(bytes)} bytes`));
    drain.gone(number);
  }

  #bytesRoom(now: number): number {
    if (!this.#bytes) return Number.POSITIVE_INFINITY;
    const room = this.#bytes.room(now);
    return room <= 0 ? 0 : Math.max(1, Math.floor(room / this.#averageBytes));
  }

  #publish(batch: StoredBatch): void {
    const { clock, drain, session, connection, onAcknowledged } = this.#options;
    const { number } = batch;
    let messages: Publication[];
    try {
      messages = this.#messages(batch, clock.now());
    } catch (error) {
      // One batch that cannot be sent must not hold up all others for ever.
      if (session().state !== 'online') return;
      this.#lose(batch, error);
      drain.gone(number);
      return;
    }
    drain.sent(batch, clock.monotonic());
    this.counts.published += 1;
    let waiting = messages.length;
    const acknowledged =
      onAcknowledged && ((): void => (--waiting === 0 ? onAcknowledged(number) : undefined));
    for (const message of messages) {
      this.took(message);
      connection()?.publish(message, acknowledged);
    }
  }

  #messages(batch: StoredBatch, now: number): Publication[] {
    try {
      return this.#encode(batch, now);
    } catch (error) {
      // A device or metric may be newer than the births, or have left the configuration with this batch under way.
      const { book, session, apply } = this.#options;
      const birth = book.birth(batch.device);
      if (!birth) throw error;
      apply(session().deviceBorn(birth, now));
      return this.#encode(batch, now);
    }
  }

  /**
   * A batch that is known to be too large goes out in parts, without its number but for the last: the host confirms it
   * once it has them all, because they come in order.
   */
  #encode(batch: StoredBatch, now: number): Publication[] {
    const { drain } = this.#options;
    const messages = this.#parts(batch, now).map((metrics) => this.#message(batch.device, metrics, now));
    const sizes = messages.map(({ payload }) => payload.length);
    if (drain.isSuspect(batch.number)) {
      this.#sizes.set(batch.number, { parts: sizes.length, bytes: Math.max(...sizes) });
    }
    const bytes = messages.reduce((sum, { topic, payload }) => sum + topic.length + payload.length, 0);
    this.#averageBytes += (bytes - this.#averageBytes) / 16;
    return messages;
  }

  #parts(batch: StoredBatch, now: number): Metric[][] {
    const { book } = this.#options;
    let parts = 1;
    for (;;) {
      const messages = book.messages(batch, parts, now);
      if (this.#largest === Number.POSITIVE_INFINITY || parts >= batch.readings.length) return messages;
      if (messages.every((metrics) => book.sizeOf(metrics, now) <= this.#largest)) return messages;
      parts *= 2;
    }
  }

  #message(device: string, metrics: readonly Metric[], now: number): Publication {
    const result = this.#options.session().publishDevice(device, metrics, now);
    if (!result.ok) throw new Error(`${device} is ${result.reason}`);
    return result.message;
  }

  /** It is counted as dropped, and the log keeps what it said. */
  #lose({ number, device, at, readings }: StoredBatch, cause: unknown): void {
    const detail = `${String(number)} of ${device}: ${messageOf(cause)}`;
    const error = gatewayError('GATEWAY_UPLINK_BATCH', detail, { cause, context: { device } });
    const lost = readings.slice(0, LOGGED).map(({ alias, value }) => [alias, shown(value)]);
    this.#options.log.error({ ...error.toJSON(), at, readings: readings.length, lost }, error.message);
    this.#options.outbox.discard(number);
  }
}

function shown(value: StoredBatch['readings'][number]['value']): string {
  return String(value).slice(0, 100);
}
