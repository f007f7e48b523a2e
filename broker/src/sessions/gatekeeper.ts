import type { Client, ConnectPacket } from 'aedes';
import type { Clock } from '@city-testbed/runtime';
import type { Access, Claim, Grant, Verdict } from '../access/access.ts';
import { isTopic } from '../access/topic.ts';
import type { ClientConnection } from '../listeners/listener.ts';
import { anonymous, type ClientLimits } from '../model/principal.ts';
import type { Reason } from '../model/reasons.ts';
import type { Incidents } from './incidents.ts';
import { Session } from './session.ts';
import type { SessionTable } from './session-table.ts';

/** CONNACK return codes (MQTT 3.1.1, table 3.1). */
const connack = { identifierRejected: 2, serverUnavailable: 3, notAuthorized: 5 } as const;

const clientIdBytes = 256;

interface Refusal {
  readonly code: number;
  readonly reason: Reason;
  readonly detail: string;
}

export interface GatekeeperOptions {
  readonly access: Access;
  readonly table: SessionTable;
  readonly incidents: Incidents;
  readonly clock: Clock;
  readonly anonymous: boolean;
  readonly limits: ClientLimits & { readonly topicLevels: number; readonly topicBytes: number };
}

/** Decides on every CONNECT, and keeps the sessions of those who were let in. */
export class Gatekeeper {
  readonly #options: GatekeeperOptions;
  readonly #arriving = new WeakMap<Client, ConnectPacket>();
  readonly #sessions = new WeakMap<Client, Session>();

  constructor(options: GatekeeperOptions) {
    this.#options = options;
  }

  sessionOf(client: Client): Session | undefined {
    return this.#sessions.get(client);
  }

  /** Aedes' preConnect. Aedes goes on with this same packet, so its keep-alive can be set later. */
  readonly preConnect = (
    client: Client,
    packet: ConnectPacket,
    done: (error: Error | null, success: boolean) => void,
  ): void => {
    this.#arriving.set(client, packet);
    const connection = client.conn as ClientConnection;
    this.#options.incidents.introduce(connection, { clientId: packet.clientId });
    done(null, true);
  };

  /** Aedes' authenticate. On an error Aedes sends the CONNACK with its return code, and closes. */
  readonly authenticate = (
    client: Client,
    _username: string | undefined,
    password: Buffer | undefined,
    done: (error: (Error & { returnCode: number }) | null, success: boolean | null) => void,
  ): void => {
    const packet = this.#arriving.get(client);
    if (!packet) return;
    const connection = client.conn as ClientConnection;
    void this.#decide(client, packet, connection, password).then((refusal) => {
      if (!refusal) {
        done(null, true);
        return;
      }
      connection.report(refusal.reason, refusal.detail);
      done(Object.assign(new Error(refusal.reason), { returnCode: refusal.code }), false);
    });
  };

  async #decide(
    client: Client,
    packet: ConnectPacket,
    connection: ClientConnection,
    password: Buffer | undefined,
  ): Promise<Refusal | undefined> {
    const fault = clientIdFault(packet);
    if (fault) return { code: connack.identifierRejected, reason: 'client_id_invalid', detail: fault };
    const verdict = await this.#identify(client.id, packet, connection, password);
    if (!verdict.allow) return refusalOf(verdict.reason, verdict.detail);
    const { grant } = verdict;
    this.#options.incidents.introduce(connection, { clientId: client.id, principal: grant.principal });
    const session = new Session(packet, client.id, connection, grant, {
      ...this.#options.limits,
      ...grant.limits,
    });
    const willFault = await this.#willFault(session);
    if (willFault) return { code: connack.notAuthorized, reason: 'will_not_allowed', detail: willFault };
    // From here to the table nothing is awaited: two that ask for one client id cannot both get it.
    const objection = this.#options.table.objection(client.id, grant.principal, session.clean);
    if (objection === 'client_id_taken')
      return { code: connack.identifierRejected, reason: objection, detail: client.id };
    if (objection) return { code: connack.serverUnavailable, reason: objection, detail: client.id };
    if (!client.closed) this.#letIn(client, packet, session);
    return undefined;
  }

  async #identify(
    clientId: string,
    packet: ConnectPacket,
    connection: ClientConnection,
    password: Buffer | undefined,
  ): Promise<Verdict | { allow: false; reason: 'no_credentials' | 'bad_certificate'; detail: string }> {
    const { peer, transport } = connection;
    const { username } = packet;
    if (peer.certFault !== undefined)
      return { allow: false, reason: 'bad_certificate', detail: peer.certFault };
    if (username === undefined && peer.certCommonName === undefined) {
      if (this.#options.anonymous) return { allow: true, grant: anonymousGrant };
      return { allow: false, reason: 'no_credentials', detail: 'neither user name nor certificate' };
    }
    const claim: Claim = {
      clientId,
      peerHost: peer.host,
      transport,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(peer.certCommonName === undefined ? {} : { certCommonName: peer.certCommonName }),
    };
    return this.#options.access.authenticate(claim);
  }

  /** A will is a publish that comes later: it must be one that the client may make. Aedes does not look at it. */
  async #willFault(session: Session): Promise<string | undefined> {
    if (!session.will) return undefined;
    const { topic, qos, retain } = session.will;
    if (!isTopic(topic, this.#options.limits)) return `not a topic: ${topic}`;
    const allowed = session.permissions
      ? session.permissions.mayPublish(topic)
      : await this.#options.access.authorize({
          principal: session.grant.principal,
          clientId: session.clientId,
          username: session.username,
          action: 'publish',
          topic,
          qos: qos ?? 0,
          retain: retain ?? false,
        });
    return allowed ? undefined : topic;
  }

  #letIn(client: Client, packet: ConnectPacket, session: Session): void {
    const { table, clock } = this.#options;
    const { connection, grant, limits, will } = session;
    // Aedes publishes this same will later.
    if (will && !session.mayRetain) will.retain = false;
    // Aedes takes the keep-alive from the packet after this. 0 would mean that the client is never missed.
    const ceiling = Math.min(limits.keepAliveSeconds, 65_535);
    packet.keepalive = Math.min(packet.keepalive ? packet.keepalive : ceiling, ceiling);
    this.#sessions.set(client, session);
    table.add(session)?.connection.report('taken_over', 'the same principal connected again');
    const gone = new AbortController();
    connection.once('close', () => {
      gone.abort();
      table.remove(session);
    });
    if (grant.expiresAt !== undefined) void cutAt(session, grant.expiresAt, clock, gone.signal);
  }
}

/** Without a sandbox to say who it is, a client on loopback may use every topic that is not the broker's own. */
const anonymousGrant: Grant = {
  principal: anonymous,
  acl: [
    { action: 'publish', filter: '#' },
    { action: 'subscribe', filter: '#' },
  ],
  limits: {},
};

const longestTimer = 3_600_000;

async function cutAt(session: Session, end: number, clock: Clock, gone: AbortSignal): Promise<void> {
  // in steps: wall time may be set meanwhile, and a timer holds at most 24 days
  for (let left = end - clock.now(); left > 0 && !gone.aborted; left = end - clock.now())
    await clock.sleep(Math.min(left, longestTimer), gone);
  if (!gone.aborted) session.connection.cut('expired', `at ${new Date(end).toISOString()}`);
}

function refusalOf(
  reason: Exclude<Verdict, { allow: true }>['reason'] | 'no_credentials' | 'bad_certificate',
  detail: string,
): Refusal {
  const code = reason === 'sandbox_unavailable' ? connack.serverUnavailable : connack.notAuthorized;
  return { code, reason, detail };
}

function clientIdFault({ clientId, clean }: ConnectPacket): string | undefined {
  if (clientId === '' && !clean) return 'empty, in a session that is to be kept'; // [MQTT-3.1.3-8]
  if (clientId.includes('\0')) return 'holds U+0000'; // [MQTT-1.5.3-2]
  if (Buffer.byteLength(clientId) > clientIdBytes) return `longer than ${clientIdBytes} bytes`;
  return undefined;
}
