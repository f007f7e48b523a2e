import type { Role, Token, User } from '../contract/index.ts';

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

export type MqttAction = 'publish' | 'subscribe';

/** An MQTT topic filter that a principal may use for an action. */
export interface AclEntry {
  readonly action: MqttAction;
  readonly filter: string;
}

/** What a broker holds each session to. */
export interface MqttLimits {
  readonly packetBytes: number;
  readonly messagesPerSecond: number;
  readonly subscriptions: number;
  readonly queuedBytes: number;
  readonly keepAliveSeconds: number;
}

export type MqttAuthentication =
  | {
      readonly allowed: true;
      readonly principal: MqttPrincipal;
      /** ms; null where the credential has no end. */
      readonly expiresAt: number | null;
      readonly acl: readonly AclEntry[];
      readonly limits: MqttLimits;
    }
  | { readonly allowed: false; readonly reason: string };

export interface MqttQuestion {
  readonly clientid: string;
  readonly username: string;
  readonly actions: readonly MqttAction[];
  readonly topic: string;
}

/** Who may connect to the broker and what they may say and hear there. */
export interface MqttAccess {
  authenticate(credentials: MqttCredentials): MqttAuthentication;
  /** For brokers that hold no ACL of their own. `reason` is set where it is denied. */
  authorize(question: MqttQuestion): { readonly allowed: boolean; readonly reason?: string };
  limitsOf(kind: MqttPrincipal['kind']): MqttLimits;
  /** Whether this is the secret that brokers share with the sandbox. */
  isBroker(secret: string): boolean;
}

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly organisation: string;
  readonly role: Role;
  readonly password: string;
}

export interface Accounts {
  /**
   * Makes the account unless there is one with this email; then its name, organisation, role and password are
   * brought in line. Idempotent: for demonstration accounts and the first administrator.
   */
  ensureUser(user: NewUser): Promise<User>;
  byEmail(email: string): User | undefined;
  byId(id: string): User | undefined;
  /** Whether there is any account yet. */
  any(): boolean;
}

export interface PersonSession {
  /** Not the secret that the cookie holds: its hash, which may be logged and compared. */
  readonly id: string;
  readonly user: User;
}

export interface Sessions {
  /**
   * Throws SANDBOX_ACCESS_SIGN_IN_REFUSED (the same for a wrong password and an unknown account) and
   * SANDBOX_ACCESS_SIGN_IN_TOO_OFTEN with context.retryAfterSeconds.
   */
  signIn(
    email: string,
    password: string,
    address: string,
  ): Promise<{ secret: string; session: PersonSession }>;
  /** The session of a cookie; using it moves its end 12 h ahead, unless `touch` is false. */
  find(secret: string, touch?: boolean): PersonSession | undefined;
  /** Whether the session still lives; does not count as use. */
  alive(id: string): boolean;
  signOut(id: string): void;
  onEnded(listener: (ids: readonly string[]) => void): () => void;
}

export interface ServiceSession {
  readonly tokenId: string;
  readonly pilot: string;
}

export interface NewServiceToken {
  readonly pilot: string;
  readonly name: string;
  /** ms. */
  readonly expiresAt: number;
  /** Email of who issues it. */
  readonly by: string;
}

/** Tokens of pilot services: shown once, stored as a hash, bound to one pilot. */
export interface ServiceTokens extends CredentialRevocations {
  /** Throws SANDBOX_ACCESS_TOKENS_FULL past 50 living tokens of one pilot. */
  issue(token: NewServiceToken): { readonly token: Token; readonly secret: string };
  /** Newest first. */
  list(pilot: string): readonly Token[];
  /** Throws SANDBOX_ACCESS_TOKEN_UNKNOWN. Revoking twice is no error. */
  revoke(pilot: string, id: string, by: string): Token;
  /** Every token of the pilot that is not revoked yet, those past their end included, so that brokers cut its sessions. */
  revokeAll(pilot: string, by: string): void;
  /** The tokens of the pilot that this person (email) issued; returns those that were not revoked before. */
  revokeIssuedBy(pilot: string, issuer: string, by: string): readonly Token[];
  /**
   * Brings every later end of the pilot's tokens forward to `at`, ms: a token never outlives its pilot. Brokers hold open
   * sessions to the end that they were told, so call `revokeAll` when the new one comes.
   */
  endBy(pilot: string, at: number): void;
  /** Undefined for what is unknown, expired or revoked. Marks the token as used. */
  find(secret: string): ServiceSession | undefined;
  /** Whether the token still works; does not count as use. */
  alive(id: string): boolean;
  /** Whether the pilot has any working token. */
  anyAlive(pilot: string): boolean;
  /** ms; null for an unknown token. */
  expiryOf(id: string): number | null;
}

/** The whole stage, as the API and the composition see it. */
export interface Access {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly tokens: ServiceTokens;
  readonly mqtt: MqttAccess;
  readonly revocations: CredentialRevocations;
}
