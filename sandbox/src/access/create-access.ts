import type { Clock } from '@city-testbed/runtime';
import type { SandboxConfig } from '../config/index.ts';
import { createAuditLog } from '../registry/audit-log.ts';
import type { RegistryDatabase } from '../registry/registry-database.ts';
import type { Access, CredentialRevocations } from './access.ts';
import { createAccounts } from './accounts.ts';
import { createGatewayCredentials } from './gateway-credentials.ts';
import { createMqttAccess } from './mqtt-access.ts';
import { Passwords } from './passwords.ts';
import { createServiceTokens } from './service-tokens.ts';
import { createSessions } from './sessions.ts';

/** Accounts, sessions, service tokens, and who may connect to the broker: all over registry.db. */
export function createAccess(parts: {
  readonly database: RegistryDatabase;
  readonly clock: Clock;
  readonly config: Pick<SandboxConfig, 'gateways'> & {
    readonly site: Pick<SandboxConfig['site'], 'id'>;
    readonly mqtt: Pick<SandboxConfig['mqtt'], 'username' | 'password'>;
    readonly internal: Pick<SandboxConfig['internal'], 'secret'>;
  };
}): Access {
  const { database, clock, config } = parts;
  const audit = createAuditLog(database, clock);
  const passwords = new Passwords();
  const accounts = createAccounts({ database, clock, audit, passwords });
  const sessions = createSessions({ database, clock, audit, accounts, passwords });
  const tokens = createServiceTokens({ database, clock, audit });
  const gateways = createGatewayCredentials({ database, clock, audit, declared: config.gateways });
  const mqtt = createMqttAccess({
    site: config.site.id,
    host: config.mqtt,
    brokerSecret: config.internal.secret,
    tokens,
    gateways,
  });
  const revocations: CredentialRevocations = {
    revokedSince: (at) => [...tokens.revokedSince(at), ...gateways.revokedSince(at)],
    onRevoked: (listener) => tokens.onRevoked(listener),
  };
  return { accounts, sessions, tokens, mqtt, revocations };
}
