import type { Publication, Subscription } from '@city-testbed/sparkplug';

/** The sandbox's one session at the broker, as the stages see it. */
export interface MqttLink {
  readonly connected: boolean;
  /** False where the message was not taken: there is no connection, or too much waits for the broker. It is counted. */
  send(message: Publication): boolean;
  /** Ends the connection and makes another, with the will that the session then gives. */
  reconnect(): void;
  subscribe(subscriptions: readonly Subscription[]): void;
  /** Messages whose topic begins with `prefix`. What a listener throws is logged and counted. Register before the link starts. */
  onMessage(prefix: string, listener: MessageListener): void;
  /** After each CONNACK. Register before the link starts. */
  onConnected(listener: () => void): void;
  onDisconnected(listener: () => void): void;
}

export type MessageListener = (topic: string, payload: Uint8Array, retained: boolean) => void;

/** What the Sparkplug session says at the ends of a connection. */
export interface MqttSession {
  /** Before each CONNECT. */
  will(): Publication;
  /** Before an intended DISCONNECT. */
  farewell(): readonly Publication[];
}
