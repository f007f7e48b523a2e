import { Aedes, type AedesOptions, type Client, type PublishPacket } from 'aedes';
import { inside, type Done, type Publish } from './inside.ts';

interface Waiting {
  readonly packet: PublishPacket;
  readonly client: Client | null;
  readonly done: Done;
}

const { publish: plainPublish } = Aedes.prototype as unknown as { readonly publish: Publish };

/**
 * Aedes that emits messages in the order in which it numbers them.
 *
 * Aedes numbers a message when its publish begins, stores it where it is retained or somebody absent waits for it, and
 * then emits it; a client drops what carries a number below the last one it saw, as a duplicate. A store takes time, so
 * a later message could be emitted first, and the earlier one was then lost to everyone live (docs/adr/005). Here a
 * publish begins only once the one before has reached the emitter, or has failed.
 *
 * What waits is bounded: a client's next bytes are read only when all its publishes are through.
 */
export class OrderedAedes extends Aedes {
  readonly #waiting: Waiting[] = [];
  #next = 0;
  /** A publish has begun and has not left the emitter's synchronous part. */
  #underway = false;
  /** The publish that has begun and has not reached the emitter: its `done` then means that it failed. */
  #unsent: Waiting | undefined;
  #draining = false;

  constructor(options: AedesOptions) {
    // 0: the emitter sets no limit on messages in delivery, or 100 held back by one topic would hold back all topics
    super({ ...options, concurrency: 0 });
    const aedes = inside(this);
    const { mq } = aedes;
    const emit = mq.emit.bind(mq);
    mq.emit = (packet, done) => {
      this.#unsent = undefined;
      emit(packet, done);
      this.#proceed();
    };
    // Aedes reports some failures of a store here, and never calls back for that message
    aedes.on('error', () => {
      if (this.#unsent) this.#proceed();
    });
  }

  /** Publishes that wait for one before them. */
  get waiting(): number {
    return this.#waiting.length - this.#next;
  }

  /** Whose publish has begun and has not reached the emitter yet; null for the broker's own, and for none. */
  get publisher(): Client | null {
    return this.#unsent?.client ?? null;
  }

  override publish(packet: PublishPacket, client: Client | null | Done, done?: Done): void {
    const waiting =
      typeof client === 'function'
        ? { packet, client: null, done: client }
        : { packet, client, done: done ?? nothing };
    if (this.#underway) this.#waiting.push(waiting);
    else this.#begin(waiting);
  }

  #begin(publish: Waiting): void {
    this.#underway = true;
    this.#unsent = publish;
    plainPublish.call(this, publish.packet, publish.client, (error) => {
      const failed = this.#unsent === publish;
      publish.done(error);
      if (failed) this.#proceed();
    });
  }

  #busy(): boolean {
    return this.#underway;
  }

  /** A loop, not a recursion: thousands may wait, and most reach the emitter at once. */
  #proceed(): void {
    this.#underway = false;
    this.#unsent = undefined;
    if (this.#draining) return;
    this.#draining = true;
    while (!this.#busy()) {
      const publish = this.#waiting[this.#next];
      if (publish === undefined) {
        this.#waiting.length = this.#next = 0;
        break;
      }
      this.#next++;
      this.#begin(publish);
    }
    this.#draining = false;
    if (this.#next < 1024) return;
    this.#waiting.splice(0, this.#next);
    this.#next = 0;
  }
}

function nothing(): void {
  // nobody waits
}
