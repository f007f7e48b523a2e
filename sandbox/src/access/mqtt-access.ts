import type { MqttAccess, MqttCredentials, MqttLimits, MqttPrincipal, ServiceTokens } from './access.ts';
import type { GatewayCredentials } from './gateway-credentials.ts';
import { aclOf, covers, isWellFormed } from './mqtt-topics.ts';
import { sameSecret } from './secrets.ts';
import { tokenPrefix } from './service-tokens.ts';

export interface MqttAccessParts {
  readonly site: string;
  /** The sandbox's own login. */
  readonly host: { readonly username: string; readonly password: string };
  /** What brokers send as bearer token. */
  readonly brokerSecret: string;
  readonly tokens: ServiceTokens;
  readonly gateways: GatewayCredentials;
}

const kib = 1024;
const limits: Readonly<Record<MqttPrincipal['kind'], MqttLimits>> = {
  host: {
    packetBytes: 16_384 * kib,
    messagesPerSecond: 100_000,
    subscriptions: 10_000,
    queuedBytes: 262_144 * kib,
    keepAliveSeconds: 120,
  },
  gateway: {
    packetBytes: 1024 * kib,
    // A gateway that was weeks offline drains its backlog at this rate; a bus gives far fewer.
    messagesPerSecond: 10_000,
    subscriptions: 20,
    queuedBytes: 4096 * kib,
    keepAliveSeconds: 120,
  },
  service: {
    packetBytes: 256 * kib,
    messagesPerSecond: 100,
    subscriptions: 50,
    queuedBytes: 4096 * kib,
    keepAliveSeconds: 300,
  },
  person: {
    packetBytes: 64 * kib,
    messagesPerSecond: 10,
    subscriptions: 20,
    queuedBytes: 1024 * kib,
    keepAliveSeconds: 120,
  },
};

const rememberedSessions = 20_000;

export function createMqttAccess(parts: MqttAccessParts): MqttAccess {
  const { site, host, brokerSecret, tokens, gateways } = parts;
  /** Which credential a client came with, so that a later question can be held against it. Bounded; oldest out. */
  const seen = new Map<string, MqttPrincipal>();

  const remember = (clientid: string, principal: MqttPrincipal): void => {
    const key = sessionKey(clientid, principal.name);
    seen.delete(key);
    seen.set(key, principal);
    if (seen.size > rememberedSessions) {
      const oldest = seen.keys().next();
      if (!oldest.done) seen.delete(oldest.value);
    }
  };

  const identify = (credentials: MqttCredentials): MqttPrincipal | string => {
    const { username, password, cert_common_name: commonName } = credentials;
    if (commonName) {
      const byCertificate = gateways.byCertificate(commonName);
      if (byCertificate && (username === undefined || username === '' || username === commonName)) {
        return gatewayPrincipal(byCertificate);
      }
    }
    if (!username || !password) return 'no_credentials';
    if (password.startsWith(tokenPrefix)) {
      const service = tokens.find(password);
      if (service?.pilot === username) {
        return { id: service.tokenId, kind: 'service', name: username, pilot: service.pilot };
      }
    }
    if (username === host.username) {
      return sameSecret(password, host.password)
        ? { id: 'host', kind: 'host', name: username }
        : 'bad_credentials';
    }
    const gateway = gateways.find(username, password);
    return gateway ? gatewayPrincipal(gateway) : 'bad_credentials';
  };

  /** Other brokers ask again with the username alone. Who it is must be beyond doubt. */
  const byName = (clientid: string, username: string): MqttPrincipal | string => {
    const known = seen.get(sessionKey(clientid, username));
    if (known) {
      const alive = known.kind !== 'service' || tokens.alive(known.id);
      return alive ? known : 'revoked';
    }
    const candidates: MqttPrincipal[] = [];
    if (username === host.username) candidates.push({ id: 'host', kind: 'host', name: username });
    const gateway = gateways.byCertificate(username);
    if (gateway) candidates.push(gatewayPrincipal(gateway));
    if (tokens.anyAlive(username))
      candidates.push({ id: '', kind: 'service', name: username, pilot: username });
    const [only, second] = candidates;
    if (!only) return 'unknown_username';
    return second ? 'ambiguous_username' : only;
  };

  return {
    authenticate: (credentials) => {
      const principal = identify(credentials);
      if (typeof principal === 'string') return { allowed: false, reason: principal };
      remember(credentials.clientid, principal);
      return {
        allowed: true,
        principal,
        expiresAt: principal.kind === 'service' ? tokens.expiryOf(principal.id) : null,
        acl: aclOf(principal, site),
        limits: limits[principal.kind],
      };
    },
    authorize: ({ clientid, username, actions, topic }) => {
      const principal = byName(clientid, username);
      if (typeof principal === 'string') return { allowed: false, reason: principal };
      const acl = aclOf(principal, site);
      for (const action of actions) {
        if (!isWellFormed(topic, action)) return { allowed: false, reason: 'topic_malformed' };
        if (!acl.some((entry) => entry.action === action && covers(entry.filter, topic))) {
          return { allowed: false, reason: 'not_granted' };
        }
      }
      return actions.length > 0 ? { allowed: true } : { allowed: false, reason: 'no_action' };
    },
    limitsOf: (kind) => limits[kind],
    isBroker: (secret) => sameSecret(secret, brokerSecret),
  };
}

function gatewayPrincipal({ id, gateway }: { id: string; gateway: string }): MqttPrincipal {
  return { id, kind: 'gateway', name: gateway };
}

function sessionKey(clientid: string, username: string): string {
  return JSON.stringify([clientid, username]);
}
