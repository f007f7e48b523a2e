import type { Duplex } from 'node:stream';
import type { Clock, Service } from '@city-testbed/runtime';
import type { ClientLimits, Transport } from '../model/principal.ts';
import type { IncidentKind, Reason } from '../model/reasons.ts';
import type { Traffic } from '../model/traffic.ts';

/** Who is at the other end. */
export interface Peer {
  /** Address without brackets or the IPv4-in-IPv6 prefix. */
  readonly host: string;
  readonly port: number;
  /** Common name of a client certificate that a trusted authority issued. */
  readonly certCommonName?: string;
  /** Set when a certificate was shown that cannot be trusted, with the reason. */
  readonly certFault?: string;
}

/** One client's byte stream with the limits on it. Whoever gets one must read it or cut it. */
export interface ClientConnection extends Duplex {
  readonly transport: Transport;
  readonly peer: Peer;
  readonly traffic: Traffic;
  /** Why the broker ended it, once it has. */
  readonly ending: Reason | undefined;
  /** Bytes that wait to be written. */
  readonly queuedBytes: number;
  /**
   * The client was let in: its own limits hold from now on, and what it sent behind its CONNECT is read.
   * Nothing behind the CONNECT is read before.
   */
  admit(limits: ClientLimits): void;
  /** Ends it. Bytes that already left for the socket still arrive, unless the client does not read. */
  cut(reason: Reason, detail: string): void;
  /** Says why it ends, where Aedes does the ending. Only the first reason counts. */
  report(reason: Reason, detail: string): void;
  /** Milliseconds for which the client has not taken what is being written to it; 0 when nothing waits. */
  stalledMs(): number;
}

export interface ListenerAddress {
  readonly host: string;
  /** The real port, also where the configuration says 0. */
  readonly port: number;
}

/** Called for what did not become a session, and for sessions that the broker ends. */
export type Incident = (incident: {
  readonly kind: IncidentKind;
  readonly reason: Reason;
  readonly detail: string;
  readonly transport: Transport;
  readonly peer: Peer;
  readonly connection?: ClientConnection;
}) => void;

export interface ListenerContext {
  readonly clock: Clock;
  readonly limits: { readonly packetBytesBeforeAuth: number } & ClientLimits;
  /** Says why a connection from this address may not come in, or undefined when it may. */
  readonly door: (host: string) => Reason | undefined;
  readonly onConnection: (connection: ClientConnection) => void;
  readonly onIncident: Incident;
  /** A fault of the listener itself after it started, e.g. no file descriptors left. It goes on listening. */
  readonly onError: (error: Error) => void;
}

export interface Listener extends Service {
  readonly transport: Transport;
  readonly traffic: Traffic;
  /** Undefined until it listens. */
  address(): ListenerAddress | undefined;
}
