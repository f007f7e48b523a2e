/** Who a client is, as the sandbox says. `id` is the credential's: it is what gets revoked. */
export interface Principal {
  readonly id: string;
  readonly kind: 'gateway' | 'service' | 'person' | 'host';
  readonly name: string;
  /** The pilot that a service's token belongs to. */
  readonly pilot?: string;
}

/** All clients without a user name, where the configuration lets them in. Not one party, so it has no quota. */
export const anonymous: Principal = { id: 'anonymous', kind: 'person', name: 'anonymous' };

export type Action = 'publish' | 'subscribe';

/** One permission: the action on every topic that the filter matches. */
export interface AclEntry {
  readonly action: Action;
  readonly filter: string;
}

/** What one client may use. The sandbox may set each of them for a principal; the configuration sets the rest. */
export interface ClientLimits {
  /** Largest MQTT packet, in bytes, fixed header included. */
  readonly packetBytes: number;
  /** Packets a second (publish, subscribe, unsubscribe, ping); twice as many may come in one burst. */
  readonly messagesPerSecond: number;
  /** Topic filters held at one time. */
  readonly subscriptions: number;
  /** Bytes that may wait to be written to the client. */
  readonly queuedBytes: number;
  /** Longest keep-alive, in seconds; a client that asks for more, or for none, is held to it. */
  readonly keepAliveSeconds: number;
}

export type Transport = 'tcp' | 'tls' | 'ws' | 'wss';
