import type { AedesPublishPacket, Client, PublishPacket, Subscription } from 'aedes';
import { messageOf } from '@city-testbed/runtime';
import type { Access } from '../access/access.ts';
import { reserved } from '../access/permissions.ts';
import { isTopic, isTopicFilter } from '../access/topic.ts';
import type { Action } from '../model/principal.ts';
import type { Reason } from '../model/reasons.ts';
import type { Incidents } from './incidents.ts';
import type { Session } from './session.ts';

export interface TopicRulesOptions {
  readonly access: Access;
  readonly incidents: Incidents;
  readonly limits: { readonly topicLevels: number; readonly topicBytes: number };
  readonly sessionOf: (client: Client) => Session | undefined;
}

/** What a session may publish, subscribe to and hear: Aedes asks here about every one of them. */
export class TopicRules {
  readonly #options: TopicRulesOptions;

  constructor(options: TopicRulesOptions) {
    this.#options = options;
  }

  /**
   * Aedes' authorizePublish. MQTT 3.1.1 has no way to say no to one message [MQTT-3.3.5-2], so a client that publishes
   * where it may not is cut: it would otherwise believe that the message was heard.
   */
  readonly authorizePublish = (
    client: Client | null,
    packet: PublishPacket,
    done: (error?: Error | null) => void,
  ): void => {
    const session = client && this.#options.sessionOf(client);
    // a will of a client that is gone was judged when it connected
    if (!session || packet === (session.will as object | undefined)) {
      done(null);
      return;
    }
    const { topic } = packet;
    if (!isTopic(topic, this.#options.limits)) {
      done(this.#cut(session, 'invalid_topic', topic));
      return;
    }
    if (!session.mayRetain) packet.retain = false;
    const may = this.#may(session, 'publish', topic, packet);
    if (typeof may === 'boolean' && !session.tail) {
      done(may ? null : this.#cut(session, 'publish_not_allowed', topic));
      return;
    }
    const turn = Promise.all([may, session.tail]).then(([allowed]) => {
      if (session.tail === turn) session.tail = undefined;
      done(allowed ? null : this.#cut(session, 'publish_not_allowed', topic));
    });
    session.tail = turn;
  };

  /** Aedes' authorizeSubscribe: null refuses with SUBACK 0x80 [MQTT-3.9.3-2], an error closes the connection. */
  readonly authorizeSubscribe = (
    client: Client,
    subscription: Subscription,
    done: (error: Error | null, subscription?: Subscription | null) => void,
  ): void => {
    const session = this.#options.sessionOf(client);
    if (!session) {
      done(new Error('no session'));
      return;
    }
    const { topic: filter, qos } = subscription;
    if (!isTopicFilter(filter, this.#options.limits)) {
      done(this.#cut(session, 'invalid_filter', filter));
      return;
    }
    const known = session.hasSubscribed(filter);
    if (filter.startsWith('$share/')) this.#refuse(session, 'shared_subscription', filter, done);
    else if (!known && session.subscriptions >= session.limits.subscriptions)
      this.#refuse(session, 'too_many_subscriptions', filter, done);
    else {
      const settle = (allowed: boolean): void => {
        if (!allowed) {
          this.#refuse(session, 'subscribe_not_allowed', filter, done);
          return;
        }
        session.subscribed(filter, qos);
        done(null, subscription);
      };
      const may = this.#may(session, 'subscribe', filter, { qos, retain: false });
      if (typeof may === 'boolean') settle(may);
      else void may.then(settle);
    }
  };

  /** Aedes' authorizeForward: the last look before a message goes out. The QoS is held to what was granted. */
  readonly authorizeForward = (client: Client, packet: AedesPublishPacket): AedesPublishPacket | null => {
    const session = this.#options.sessionOf(client);
    const granted = session ? session.hears(packet.topic) : -1;
    if (!session || granted < 0) {
      if (session) this.#tell('dropped', session, 'forward_not_allowed', packet.topic);
      return null;
    }
    // Aedes lowers the QoS for filters without a wildcard only [MQTT-3.8.4-6]
    if (packet.qos > granted) packet.qos = granted as 0 | 1;
    session.connection.traffic.messagesOut++;
    return packet;
  };

  /** Once Aedes let go of them. */
  unsubscribed(client: Client, filters: readonly string[]): void {
    const session = this.#options.sessionOf(client);
    for (const filter of filters) session?.unsubscribed(filter);
  }

  #may(
    session: Session,
    action: Action,
    topic: string,
    { qos, retain }: { readonly qos: number; readonly retain: boolean },
  ): boolean | Promise<boolean> {
    const { permissions, clientId, username, grant } = session;
    if (permissions)
      return action === 'publish' ? permissions.mayPublish(topic) : permissions.maySubscribe(topic);
    const { principal } = grant;
    if (reserved(topic, principal.kind === 'host')) return false;
    return this.#options.access.authorize({ principal, clientId, username, action, topic, qos, retain });
  }

  #refuse(
    session: Session,
    reason: Reason,
    filter: string,
    done: (error: Error | null, subscription?: null) => void,
  ): void {
    this.#tell('refused', session, reason, filter);
    done(null, null);
  }

  #cut(session: Session, reason: Reason, detail: string): Error {
    session.connection.cut(reason, detail);
    return new Error(reason);
  }

  #tell(kind: 'refused' | 'dropped', session: Session, reason: Reason, detail: string): void {
    const { clientId, grant } = session;
    this.#options.incidents.record(kind, reason, detail, { clientId, principal: grant.principal });
  }
}

/** Why a connection ended that Aedes ended, from its error; undefined for one that the network or the peer ended. */
export function endingOf(error: Error): Reason | undefined {
  if ('code' in error && typeof error.code === 'string') return undefined;
  return aedesErrors.find(([message]) => messageOf(error).startsWith(message))?.[1] ?? 'protocol_error';
}

const aedesErrors: readonly (readonly [string, Reason])[] = [
  ['keep alive timeout', 'keep_alive'],
  ['connect did not arrive in time', 'connect_timeout'],
  ['no such packet', 'unacknowledged'],
  ['maxInflightInbound exceeded', 'unacknowledged'],
  ['topic has too many levels', 'invalid_topic'],
  ['empty topic not allowed', 'invalid_topic'],
  ['# is not allowed in PUBLISH', 'invalid_topic'],
  ['+ is not allowed in PUBLISH', 'invalid_topic'],
  ['# is only allowed in', 'invalid_filter'],
  ['+ is only allowed in', 'invalid_filter'],
  ['impossible to', 'invalid_filter'],
];
