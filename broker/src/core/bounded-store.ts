import type { Client } from 'aedes';
import type { KeptPacket, Store } from './inside.ts';

export interface StoreBounds {
  /** Bytes that may wait for one absent client. */
  readonly absentBytes: number;
  /** Messages that may wait for one absent client; the store searches them one by one. */
  readonly absentMessages: number;
  /** Bytes of all retained messages but those of a host. */
  readonly retainedBytes: number;
  /** True for a client whose retained messages are always kept. */
  readonly isHost: (client: Client) => boolean;
  /** False for a filter that the client was not granted: Aedes stores those too when they come in one packet. */
  readonly mayKeep: (clientId: string, filter: string) => boolean;
  readonly onDropped: (
    reason: 'offline_queue_full' | 'retained_full',
    clientId: string,
    topic: string,
  ) => void;
}

interface Retained {
  readonly size: number;
  readonly ofHost: boolean;
}

interface Ledger {
  bytes: number;
  messages: number;
  /** Size by message id: what a message weighed is not seen any more once its PUBREL stands in its place. */
  readonly sent: Map<number, number>;
}

/** An object and its map entries cost about this much beside topic and payload. */
const overhead = 200;

/** Puts bounds on an Aedes store, which has none. Overrides its methods in place. */
export class BoundedStore {
  readonly #store: Store;
  readonly #ledgers = new Map<string, Ledger>();
  readonly #retained = new Map<string, Retained>();
  #retainedBytes = 0;
  #hostRetainedBytes = 0;

  /** @param publisher whose message is being stored; null for the broker's own */
  constructor(store: Store, bounds: StoreBounds, publisher: () => Client | null) {
    this.#store = store;
    this.#boundRetained(store, bounds, publisher);
    this.#boundOutgoing(store, bounds);
    const addSubscriptions = store.addSubscriptions.bind(store);
    store.addSubscriptions = (client, subscriptions) =>
      addSubscriptions(
        client,
        subscriptions.filter(({ topic }) => bounds.mayKeep(client.id, topic)),
      );
  }

  get retainedBytes(): number {
    return this.#retainedBytes + this.#hostRetainedBytes;
  }

  get absentBytes(): number {
    let bytes = 0;
    for (const ledger of this.#ledgers.values()) bytes += ledger.bytes;
    return bytes;
  }

  /** Forgets a session whose client stays away: its subscriptions and what waits for it. */
  async forget(clientId: string): Promise<void> {
    const client = { id: clientId };
    await this.#store.cleanSubscriptions(client);
    await this.#store.cleanIncoming(client);
    for await (const packet of this.#store.outgoingStream(client))
      await this.#store.outgoingClearMessageId(client, packet);
    this.#ledgers.delete(clientId);
  }

  #boundRetained(store: Store, bounds: StoreBounds, publisher: () => Client | null): void {
    const storeRetained = store.storeRetained.bind(store);
    store.storeRetained = (packet) => {
      const client = publisher();
      const ofHost = client !== null && bounds.isHost(client);
      const before = this.#retained.get(packet.topic);
      const counted = before && !before.ofHost ? before.size : 0;
      const size = packet.payload.length === 0 ? 0 : sizeOf(packet);
      if (!ofHost && size > counted && this.#retainedBytes - counted + size > bounds.retainedBytes) {
        bounds.onDropped('retained_full', client?.id ?? '', packet.topic);
        return Promise.resolve(); // delivered to who is there, only not kept
      }
      if (before) this.#count(before, -1);
      const now = { size, ofHost };
      this.#count(now, 1);
      if (size === 0) this.#retained.delete(packet.topic);
      else this.#retained.set(packet.topic, now);
      return storeRetained(packet);
    };
  }

  #count({ size, ofHost }: Retained, sign: 1 | -1): void {
    if (ofHost) this.#hostRetainedBytes += sign * size;
    else this.#retainedBytes += sign * size;
  }

  #boundOutgoing(store: Store, bounds: StoreBounds): void {
    const enqueue = store.outgoingEnqueueCombi.bind(store);
    store.outgoingEnqueueCombi = (subscriptions, packet) => {
      if (subscriptions.length === 0) return enqueue(subscriptions, packet);
      const size = sizeOf(packet);
      const room = subscriptions.filter(({ clientId = '' }) => {
        const ledger = this.#ledgerOf(clientId);
        if (ledger.bytes + size > bounds.absentBytes || ledger.messages >= bounds.absentMessages) {
          bounds.onDropped('offline_queue_full', clientId, packet.topic);
          return false;
        }
        ledger.bytes += size;
        ledger.messages++;
        return true;
      });
      return enqueue(room, packet);
    };
    const update = store.outgoingUpdate.bind(store);
    store.outgoingUpdate = (client, packet) => {
      if (packet.cmd === 'publish' && packet.messageId !== undefined)
        this.#ledgers.get(client.id)?.sent.set(packet.messageId, sizeOf(packet));
      return update(client, packet);
    };
    const clear = store.outgoingClearMessageId.bind(store);
    store.outgoingClearMessageId = async (client, packet) => {
      const ledger = this.#ledgers.get(client.id);
      // nothing was ever kept for this client, and the store would start a list for it that it never drops
      if (!ledger) return undefined;
      const cleared = await clear(client, packet);
      if (!cleared) return undefined;
      const { messageId } = packet;
      const size = messageId === undefined ? undefined : ledger.sent.get(messageId);
      if (messageId !== undefined) ledger.sent.delete(messageId);
      ledger.bytes = Math.max(0, ledger.bytes - (size ?? sizeOf(cleared)));
      ledger.messages = Math.max(0, ledger.messages - 1);
      return cleared;
    };
  }

  #ledgerOf(clientId: string): Ledger {
    let ledger = this.#ledgers.get(clientId);
    if (!ledger) {
      ledger = { bytes: 0, messages: 0, sent: new Map() };
      this.#ledgers.set(clientId, ledger);
    }
    return ledger;
  }
}

function sizeOf(packet: KeptPacket): number {
  const { topic, payload } = packet;
  return overhead + (typeof topic === 'string' ? topic.length : 0) + (payload ? payload.length : 0);
}
