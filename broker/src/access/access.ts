import type { AclEntry, Action, ClientLimits, Principal, Transport } from '../model/principal.ts';

/** What a client says about itself when it connects. */
export interface Claim {
  readonly clientId: string;
  readonly username?: string;
  readonly password?: Buffer;
  readonly peerHost: string;
  readonly certCommonName?: string;
  readonly transport: Transport;
}

/** Who the client turned out to be. */
export interface Grant {
  readonly principal: Principal;
  /** When the credential ends, in ms since the epoch. */
  readonly expiresAt?: number;
  /** What it may do; undefined when each topic must be asked about. */
  readonly acl?: readonly AclEntry[];
  readonly limits: Partial<ClientLimits>;
}

export type Verdict =
  | { readonly allow: true; readonly grant: Grant }
  | {
      readonly allow: false;
      readonly reason:
        'bad_credentials' | 'too_many_failures' | 'sandbox_unavailable' | 'revoked' | 'expired';
      readonly detail: string;
    };

export interface TopicQuestion {
  readonly principal: Principal;
  readonly clientId: string;
  readonly username: string;
  readonly action: Action;
  readonly topic: string;
  readonly qos: number;
  readonly retain: boolean;
}

/** The port of this stage: who is this, and may they? Neither answer ever rejects. */
export interface Access {
  authenticate(claim: Claim): Promise<Verdict>;
  /** Only for principals without an ACL. False when the sandbox does not answer. */
  authorize(question: TopicQuestion): Promise<boolean>;
  /** Forgets everything about these credentials, and never lets them in again. */
  revoke(credentials: readonly string[]): void;
  /** What the last question to the sandbox came to. */
  state(): 'unknown' | 'ok' | 'unavailable';
}
