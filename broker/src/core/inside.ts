import type { AedesPublishPacket, Aedes, Client, PublishPacket, PubrelPacket } from 'aedes';

/**
 * What this workspace touches of Aedes 1.2.0 beyond its typed surface, all in one place. The version is pinned exactly;
 * inside.test.ts fails when one of these is no longer there.
 */
export interface Inside {
  readonly mq: Emitter;
  readonly clients: Readonly<Record<string, Client>>;
  persistence: Store;
  readonly version: string;
  /** The store failed in a way that Aedes cannot tell a client. */
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export type Done = (error?: Error) => void;

/** A packet knows the client that it came from. */
export type KeptPacket = AedesPublishPacket & { readonly clientId?: string };

/** mqemitter: hands a packet to every subscription that matches, and calls back when all have taken it. */
export interface Emitter {
  emit(packet: AedesPublishPacket, done: Done): unknown;
}

/** Aedes' publish as its own handlers call it: the type that it exports leaves the client out. */
export type Publish = (packet: PublishPacket, client: Client | null, done: Done) => void;

export interface StoredSubscription {
  readonly topic: string;
  readonly qos: number;
  readonly clientId?: string;
}

interface Identified {
  readonly id: string;
}

/** The part of the persistence contract (aedes-persistence 11) that the bounds are put on. */
export interface Store {
  storeRetained(packet: KeptPacket): Promise<void>;
  addSubscriptions(client: Identified, subscriptions: readonly StoredSubscription[]): Promise<void>;
  cleanSubscriptions(client: Identified): Promise<void>;
  cleanIncoming(client: Identified): Promise<void>;
  outgoingEnqueueCombi(subscriptions: readonly StoredSubscription[], packet: KeptPacket): Promise<void>;
  outgoingUpdate(client: Identified, packet: KeptPacket | PubrelPacket): Promise<void>;
  outgoingClearMessageId(client: Identified, packet: { messageId?: number }): Promise<KeptPacket | undefined>;
  outgoingStream(client: Identified): AsyncIterable<KeptPacket>;
}

export function inside(aedes: Aedes): Inside {
  return aedes as unknown as Inside;
}
