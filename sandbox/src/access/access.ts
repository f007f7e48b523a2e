/** Seam with the broker and other MQTT brokers; see docs/reference/mqtt-access.md. */
export interface MqttCredentials {
  readonly clientid: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly peerhost?: string | undefined;
  readonly cert_common_name?: string | undefined;
  readonly transport?: string | undefined;
}

export interface MqttPrincipal {
  /** The credential's id: what a revocation names. */
  readonly id: string;
  readonly kind: 'gateway' | 'service' | 'person' | 'host';
  readonly name: string;
  readonly pilot?: string;
}

/** Credentials as the stage that talks to the broker sees them. */
export interface CredentialRevocations {
  /** Ids revoked since the time given (ms), expired ones included: said again to a broker at each connect. */
  revokedSince(at: number): readonly string[];
  /** Called at once when credentials are revoked. */
  onRevoked(listener: (ids: readonly string[]) => void): () => void;
}
