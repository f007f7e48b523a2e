/** An MQTT message to publish, or a will. */
export interface Publication {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

export interface Subscription {
  readonly filter: string;
  readonly qos: 0 | 1;
}

/** Payload of a STATE message. `timestamp` is ms since the Unix epoch. */
export interface HostState {
  readonly online: boolean;
  readonly timestamp: number;
}
